"""D5: how fast events that are kept become read models that are new."""

from benchmarks.peers.contest import RUNS, Duel, Figure
from benchmarks.peers.replay.events import EVENTS, TEXTS

DUEL = Duel(
    title="Replay: events into empty read models",
    work=(
        f"Ours: `tandem replay --no-switch` on the log that {TEXTS:,} texts left, into a new schema"
        " of all the portal's read models (lists, threads, feeds, search, usage), compared with the"
        " serving one by hash at the end, while that serves. The peers: "
        f"{EVENTS:,} events of the same class and size into one table with its primary key and one"
        f" index, a row an event, and nothing else; {RUNS} runs. What they make of an event is a"
        " fraction of what we make of it; the table shows the rate of events all the same."
    ),
    figures=(
        Figure("rate", "events replayed", "/s", "more"),
        Figure("cpu", "CPU for 1,000 events, all processes", "CPU-s"),
        Figure("events", "events", "", ""),
    ),
    learnt=(
        "A COPY is the ceiling of any replay into PostgreSQL: it does not look at the events. We"
        " fold some thousands in memory and write them in a few statements a batch, so we lose"
        " to it by what Python takes to decode and project an event (about 30 µs) and by writing"
        " several rows of each; a commit for every event costs more than both. What it would"
        " take: decoding only the fields that a projection reads, and COPY into the tables that"
        " are only added to."
    ),
)
