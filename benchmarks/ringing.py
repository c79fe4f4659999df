"""How many timers wait, how many ring and how fast: the same for us and for peers.

Read in the peers' own virtualenvs too, so it needs nothing but the standard library.
"""

PENDING = 100_000
RINGING, SECONDS = 1_500, 10.0
#: The first is due after this long: all are set by then.
AHEAD_SECONDS = 2.0
LIMIT_SECONDS = 60.0
