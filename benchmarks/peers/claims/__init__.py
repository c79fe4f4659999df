"""D3: two hundred want one conversation at once; exactly one may get it."""

from benchmarks.peers.claims.race import AGENTS, ROUNDS
from benchmarks.peers.contest import RUNS, Duel, Figure

DUEL = Duel(
    title="Claims: two hundred agents, one conversation",
    work=(
        f"In each round one conversation is offered and {AGENTS} agents ask for it in the same"
        f" moment; {ROUNDS} rounds a run, {RUNS} runs. Every agent's answer counts from that"
        " moment. Ours is asked as a client app asks: HTTP, a signed-in agent each, the claim an"
        " event on the log with its timer, told to every screen. The peers are asked in the"
        " process of the agents by their own Python API, and what they decide is who has a row:"
        " no sign-in, no HTTP, no log, nobody told. So the table shows what all that costs."
        " CPU is of every process, the agents' own among them."
    ),
    figures=(
        Figure("won_p50", "the winner's answer, p50", "ms"),
        Figure("won_p99", "the winner's answer, p99", "ms"),
        Figure("lost_p99", "a loser's definite answer, p99", "ms"),
        Figure("per_second", "claims answered", "/s", "more"),
        Figure("cpu", "CPU for 1,000 claims, all processes", "CPU-s"),
        Figure("driver", "of which the agents' own process", "CPU-s", ""),
        Figure("wrong", "rounds without exactly one holder", "", ""),
    ),
    learnt=(
        "An `UPDATE … WHERE holder IS NULL` is the floor of any claim, and no system that signs"
        " agents in, writes an event and tells the others comes near it: of our time most is HTTP"
        " (200 requests at once are 200 times about 2 ms of one gateway process) and the rest the"
        " way over the broker to the queue service and back. Asking for one of those who lost and"
        " telling all of them was tried: an eighth less CPU, the winner an eighth sooner, and not"
        " worth its rules. What it would take: a second gateway process, and less framework to a"
        " request."
    ),
)
