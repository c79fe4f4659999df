"""D1: a text comes in by HTTP; how soon and how often can the gateway say that it has it."""

from benchmarks.peers.contest import RUNS, Duel, Figure
from benchmarks.peers.inbound.load import FLOOD, RATE, SECONDS

DUEL = Duel(
    title="Inbound: a text by HTTP, until the gateway says that it has it",
    work=(
        f"{RATE} texts a second for {SECONDS:.0f} s, open loop, then {FLOOD:,} as fast as they are"
        f" taken over 64 kept-alive connections, {RUNS} runs. Ours are webhooks signed as Twilio"
        " signs them: verified, parsed, synced, answered; all that follows (dedupe, log, read"
        " models, notices) goes on meanwhile on the same cores and is in the CPU. Kannel takes"
        " the same words by its HTTP SMSC and hands each to an application that does nothing."
        " Jasmin takes texts from carriers by SMPP only, so it is asked by its HTTP API, which"
        " answers once the text is at RabbitMQ. Neither verifies a signature; both check a"
        " password."
    ),
    figures=(
        Figure("p50", f"answered at {RATE}/s, p50", "ms"),
        Figure("p99", f"answered at {RATE}/s, p99", "ms"),
        Figure("failed", "refused or failed", "", ""),
        Figure("most", "as fast as it goes", "/s", "more"),
        Figure("cpu", "CPU for 1,000 texts, all processes", "CPU-s"),
        Figure("front", "of which the process that answers", "CPU-s"),
        Figure("memory", "memory of all processes", "MiB"),
    ),
    learnt=(
        "Kannel is C with a thread a connection, and its answer is not a promise: the spool is a"
        " file that was written, not synced, so a power cut loses what was acknowledged (its"
        " bearerbox links no fsync at all). Jasmin's is in RabbitMQ's memory. Of ours the answer"
        " waits for an fdatasync that it shares with its neighbours, and our CPU is that of the"
        " whole way to the screens. What it would take to come nearer: a front in a compiled"
        " language, and fewer consumers of each event behind it."
    ),
)
