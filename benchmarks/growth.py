"""M10: what a thing costs in CPU must not grow with how much there is already.

`python -m benchmarks.growth` prints it by itself. The conversation list's own growth is M7's.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from benchmarks.dataset import fresh_gateway
from benchmarks.footprint import cpu_seconds
from benchmarks.plots import plot
from benchmarks.slopes import slope
from schemas.base import ConversationId
from schemas.catalog import topic_of
from schemas.codec import encode
from schemas.queue_options import QueueOptions
from services.gateway.adapters import read_models
from services.gateway.adapters.applying import Applier
from services.gateway.adapters.batches import gather
from services.gateway.projections import project
from services.kernel.clock import Clock
from services.kernel.postgres import Pool, make_pool
from services.kernel.runtime import Record, TopicPartition
from services.queue.handlers import QueueHandlers
from tests.support import queue_words as words
from tests.support.gateway_words import Story
from tests.support.stage import Stage

DEPTHS = (100, 1_000, 10_000)
#: So many are measured at each depth, after the depth was reached.
MEASURED, ROUNDS = 100, 5
_PARTITION = 0


def measure() -> list[str]:
    """Give the rows of a table: what, its cost at each depth, and the exponent of its growth."""
    head = " | ".join(f"at {depth:,}" for depth in DEPTHS)
    claims, projected = _claims(), _projected()
    measured = {"projected": projected, "claimed": claims}
    return [
        f"| what | {head} | exponent |",
        "|---|" + "---:|" * (len(DEPTHS) + 1),
        _row("a claim, in a queue where so many wait", claims),
        _row("a message projected, in a conversation of so many", projected),
        *plot(
            "What a thing costs where so many are, against where a hundred are",
            [f"{depth:,}" for depth in DEPTHS],
            "times",
            {name: [cost / costs[0] for cost in costs] for name, costs in measured.items()},
        ),
    ]


def _row(what: str, costs: Sequence[float]) -> str:
    shown = " | ".join(f"{cost * 1e6:,.0f} µs" for cost in costs)
    return f"| {what} | {shown} | {slope(DEPTHS, costs):.3f} |"


def _claims() -> list[float]:
    """Measure the CPU of deciding a claim: the queue's handlers in the kernel's own pass."""
    stage = Stage("queue", QueueHandlers())
    options = QueueOptions(capacity_per_agent=len(DEPTHS) * MEASURED)
    stage.given(words.configure(options=options), words.log_in(words.ANA))
    names = [ConversationId(f"conversation-{n}") for n in range(max(DEPTHS))]
    costs, waiting = [], 0
    for depth in DEPTHS:
        for name in names[waiting:depth]:
            stage.tell(words.customer_writes(name, message=f"message-{name}"))
        waiting = depth
        costs.append(_least(lambda: _claim_some(stage, names[:MEASURED])) / MEASURED)
    return costs


def _claim_some(stage: Stage, names: Sequence[ConversationId]) -> float:
    began = time.process_time()
    for name in names:
        stage.tell(words.claim(words.ANA, name))
    used = time.process_time() - began
    for name in names:
        stage.tell(words.release(words.ANA, name))
    return used


def _least(once: Callable[[], float]) -> float:
    """Take the best of some rounds: what disturbs only adds."""
    return min(once() for _ in range(ROUNDS))


def _projected() -> list[float]:
    """Measure the CPU of one message into the read models, PostgreSQL's included."""
    with fresh_gateway("bench_growth") as dsn:
        return asyncio.run(_follow(dsn))


async def _follow(dsn: str) -> list[float]:
    async with make_pool(dsn, "bench", 1, patient=True) as pool:
        await read_models.ensure(pool)
        async with pool.connection() as connection:
            server = connection.info.backend_pid
        projector = _Projector(pool, await read_models.serving(pool))
        story = Story("growth")
        story.defines("alice", "bert", "sam")
        story.starts_sms()
        await projector.begin(story)
        said, costs = 0, []
        for depth in DEPTHS:
            for position in range(said + 1, depth - MEASURED + 1):
                story.receives(position)
            await projector.all_at_once(story)
            async with pool.connection() as connection:
                await connection.execute("ANALYZE")  # as autovacuum would within its minute
            for position in range(max(said, depth - MEASURED) + 1, depth + 1):
                story.receives(position)
            said = depth
            before = time.process_time() + cpu_seconds(server)
            await projector.one_by_one(story)
            costs.append((time.process_time() + cpu_seconds(server) - before) / MEASURED)
    return costs


class _Projector:
    """Follows one story, as if its topics had a partition each."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._applier = Applier(pool, schema, lambda _: False, live=True)
        self._clock = Clock()
        self._positions: dict[TopicPartition, int] = {}

    async def begin(self, story: Story) -> None:
        topics = {topic_of(one.data) for one in story.told}
        self._positions = {TopicPartition(topic, _PARTITION): 0 for topic in topics}
        await self._applier.begin(self._positions)

    async def all_at_once(self, story: Story) -> None:
        await self._apply(self._records(story))

    async def one_by_one(self, story: Story) -> None:
        for record in self._records(story):
            await self._apply([record])

    def _records(self, story: Story) -> list[Record]:
        found, ends = [], dict(self._positions)
        for one in story.told:
            at = TopicPartition(topic_of(one.data), _PARTITION)
            key = one.partitionkey.encode()
            found.append(Record(*at, ends[at], key, encode(one), (), 0))
            ends[at] += 1
        story.told.clear()
        return found

    async def _apply(self, records: Sequence[Record]) -> None:
        fetched: dict[TopicPartition, list[Record]] = {}
        for record in records:
            fetched.setdefault(TopicPartition(*record[:2]), []).append(record)
        batch = gather(fetched, self._positions, project)
        await self._applier.apply(batch, self._clock.now())
        self._positions |= {at: after for at, (_, after) in batch.moves.items()}


if __name__ == "__main__":
    print("\n".join(measure()))
