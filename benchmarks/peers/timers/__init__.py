"""D4: how late timers ring while a hundred thousand others wait."""

from benchmarks.peers.contest import RUNS, Duel, Figure
from benchmarks.ringing import PENDING, RINGING, SECONDS

DUEL = Duel(
    title="Timers: due now, with a hundred thousand that are not",
    work=(
        f"{PENDING:,} timers are due tomorrow; {RINGING:,} more are set, due evenly over"
        f" {SECONDS:.0f} s, {RUNS} runs. Lateness is when it rang less when it was due: ours when"
        " the broker had the command on its log, theirs when their worker called the function."
        " Their workers do nothing but note the time. A timer that has not rung"
        f" {SECONDS:.0f} s after the last was due counts as not rung."
    ),
    figures=(
        Figure("late_p50", "lateness, p50", "ms"),
        Figure("late_p99", "lateness, p99", "ms"),
        Figure("late_most", "lateness, the latest", "ms"),
        Figure("earliest", "the earliest (below 0 is early)", "ms", ""),
        Figure("unrung", f"not rung, of {RINGING:,}", "", ""),
        Figure("cpu", "CPU for 1,000 timers, all processes", "CPU-s"),
    ),
    learnt=(
        "We lease what is due before the next look and wait for the moment itself; a worker that"
        " polls is late by half its interval on average, and one whose query walks past what is"
        " not due yet (ordered by priority and id, not by when it is due) pays for every timer"
        " that waits. Our CPU is that of the whole system, which is at work beside: Kafka and nine"
        " services with nothing to do cost about as much as the timers. Plain SQL that does"
        " nothing but delete is cheaper; what we pay for is the command on a log that every"
        " reader sees, once, whatever dies in between."
    ),
)
