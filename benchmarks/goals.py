"""What performance.md asks of each metric, and what limits it now: the columns beside a figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A metric of performance.md §5, in its words: the goal, and where we want to be."""

    what: str
    goal: str
    stretch: str
    #: What the profile says costs most now; said again whenever that changes.
    limit: str


GOALS = {
    "M1": Goal(
        "accept on stable storage, a core",
        "≥ 4,000/s",
        "≥ 8,000/s",
        "the HTTP server and the headers of a request in Python; verify, parse and spool are a"
        " fifth",
    ),
    "M2": Goal(
        "webhook accepted, at 200/s",
        "≤ 3 / 12 / 50 ms",
        "≤ 1.5 / 5 / 20 ms",
        "one fdatasync a group; the load shares the cores",
    ),
    "M3": Goal(
        "webhook → WebSocket, at 100/s",
        "≤ 30 / 120 / 300 ms",
        "≤ 15 / 60 / 150 ms",
        "three hops over the broker, each a commit; all of it on the same two cores",
    ),
    "M4": Goal(
        "200 claim one conversation",
        "≤ 20 / 100 ms, losers p99 ≤ 150 ms, no doubles",
        "≤ 10 / 50 ms",
        "200 requests at once are 200 times 2 ms of the one gateway: the last waits for all",
    ),
    "M5": Goal(
        "timer rings after it was due, 100,000 pending",
        "p99 ≤ 250 ms, ≤ 5 s around a kill, never early",
        "≤ 50 ms",
        "around a kill: the service's own start",
    ),
    "M6": Goal(
        "replay into fresh read models",
        "≥ 15,000 events/s a core",
        "≥ 40,000/s",
        "Python at about 30 µs an event, then PostgreSQL's own work on as many rows",
    ),
    "M7": Goal(
        "first page of the conversation list",
        "p99 ≤ 15 ms, page 50 within 1.5 times",
        "≤ 5 ms",
        "Python that spells fifty conversations",
    ),
    "M8": Goal(
        "screens on one process",
        "10,000 at p99 < 250 ms; ≤ 25 KiB each; back in ≤ 10 s",
        "20,000; ≤ 16 KiB; ≤ 5 s",
        "two tasks and Starlette's objects a socket",
    ),
    "M9": Goal(
        "CPU for 1,000 messages at 100/s; saturated",
        "≤ 5.0 CPU-s; ≤ 2.0 CPU-s",
        "≤ 3.0 CPU-s; ≤ 1.0 CPU-s",
        "at 100/s over twelve partitions every batch is one record: each of nine hops pays 1.6 to"
        " 3.2 ms for its transaction, its fetch and its append; what waits is batched and costs a"
        " third",
    ),
    "M10": Goal(
        "growth with what is there",
        "exponent ≤ 0.05",
        "",
        "",
    ),
    "M11": Goal(
        "the whole stack, idle; and from nothing to the first message",
        "≤ 1.5 GiB; ≤ 20 s",
        "≤ 1.0 GiB; ≤ 10 s",
        "nine Python processes at 60 to 90 MiB, Kafka's heap",
    ),
}
