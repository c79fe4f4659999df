"""D7: one thing told to a thousand open screens, what a screen costs, and how they come back."""

from benchmarks.peers.contest import RUNS, Duel, Figure
from benchmarks.peers.fanout.fan import RATE, SCREENS, SECONDS

DUEL = Duel(
    title="Fan-out: a thousand screens are told",
    work=(
        f"{SCREENS:,} WebSockets without compression; {RATE} message a second for"
        f" {SECONDS:.0f} s goes to all of them, {RUNS} runs; then the server is ended by kill -9,"
        " and comes back when all are open again. Lateness counts at each socket from when the"
        " message was meant to be sent. Ours is a customer's webhook into a queue whose two"
        " hundred agents have five screens each: accepted, decided, projected for each agent,"
        " kept in each one's feed, then sent; a screen that was away gets what it missed. Theirs"
        " is a message of the same size that goes from a publisher straight to the sockets."
    ),
    figures=(
        Figure("p50", "told, p50", "ms"),
        Figure("p99", "told, p99", "ms"),
        Figure("untold", f"not told, of {int(SCREENS * RATE * SECONDS):,}", "", ""),
        Figure("cpu", "CPU for 1,000 deliveries, all processes", "CPU-s"),
        Figure("each", "memory of an idle socket", "KiB"),
        Figure("opened", "until all were open", "s"),
        Figure("back", "until all were open again after kill -9", "s"),
    ),
    learnt=(
        "nchan is C, keeps messages in memory only, and neither knows who may see what nor how a"
        " screen comes to what it missed while the server was away: what it had is gone with it."
        " Of our time most is the projection: one customer in a queue of two hundred is two"
        " hundred rows and two hundred feeds, committed before any is told. What it would take:"
        " one row for the queue instead of one for each agent, and a socket that is not two"
        " tasks of Python."
    ),
)
