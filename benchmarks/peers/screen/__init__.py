"""D2: from a message that comes in to the screen of whom it is for."""

from benchmarks.peers.contest import RUNS, Duel, Figure
from benchmarks.peers.screen.seeing import RATE, SECONDS

DUEL = Duel(
    title="Webhook to screen: until a person sees it",
    work=(
        f"{RATE} messages a second for {SECONDS:.0f} s, open loop, {RUNS} runs, all of them for one"
        " person who looks on. Ours: a carrier's signed webhook, to the frame on the agent's"
        " WebSocket; duplicates dropped, decided, projected and committed on the way. Synapse: a"
        " chat server, so a client's `PUT …/send` into a room of two, to the other's `/sync` long"
        " poll; one process with PostgreSQL, nobody else in the room, no federation."
    ),
    figures=(
        Figure("p50", "seen, p50", "ms"),
        Figure("p99", "seen, p99", "ms"),
        Figure("unseen", f"not seen, of {int(RATE * SECONDS):,}", "", ""),
        Figure("cpu", "CPU for 1,000 messages, all processes", "CPU-s"),
        Figure("memory", "memory of all processes", "MiB"),
    ),
    learnt=(
        "Synapse is one process that keeps an event and wakes those who poll; ours takes three hops"
        " over the broker, each committed before the next, and nine processes that all hear of"
        " it, so that any of them may die at any moment. What it would take to be quicker and"
        " cheaper: fewer hops, and fewer consumers of each event."
    ),
)
