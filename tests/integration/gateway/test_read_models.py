"""The oracle: once is twice is from empty in any order; and nobody sees through another's eyes."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from schemas.base import ExtensionId
from schemas.catalog import topic_of
from schemas.codec import encode
from schemas.envelope import Envelope
from schemas.queue import MarkAway, MarkPresent
from services.gateway.adapters import read_models, schema
from services.gateway.adapters.absences import SETTLING_SECONDS, Absences
from services.gateway.adapters.applying import Applier, Overtaken
from services.gateway.adapters.batches import Batch, MissingRecords, gather
from services.gateway.adapters.database import Database
from services.gateway.adapters.rebuild import derive_all
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.rows import TABLES
from services.gateway.domain.scope import EVERYTHING, Scope
from services.gateway.ports import Ask, Window
from services.gateway.projections import project
from services.kernel.clock import Clock, monotonic
from services.kernel.postgres import Pool
from services.kernel.runtime import Record, TopicPartition
from tests.support.gateway_contacts import acquainted
from tests.support.gateway_reports import answered
from tests.support.gateway_scheduled import planned, refused
from tests.support.gateway_settings import chosen, equipped
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning
from tests.support.read_models import Nobody

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

_now = Clock().now


class Log:
    """Envelopes as records of topics with two partitions."""

    def __init__(self) -> None:
        self.records: dict[TopicPartition, list[Record]] = {}

    def add(self, told: Sequence[Envelope[Any]]) -> "Log":
        for one in told:
            at = TopicPartition(topic_of(one.data), sum(one.partitionkey.encode()) % 2)
            records = self.records.setdefault(at, [])
            records.append(Record(*at, len(records), one.partitionkey.encode(), encode(one), (), 0))
        return self

    def deal(self, seed: int) -> list[dict[TopicPartition, list[Record]]]:
        """Cut it into fetches in a random interleaving of partitions, each in its own order."""
        dealer = random.Random(seed)  # noqa: S311 - a story, not a secret
        left = {at: list(records) for at, records in self.records.items()}
        fetches = []
        while any(left.values()):
            at = dealer.choice([one for one, records in left.items() if records])
            size = dealer.randint(1, 6)
            fetches.append({at: left[at][:size]})
            left[at] = left[at][size:]
        return fetches


async def _build(pool: Pool, log: Log, seed: int, *, live: bool = True, again: bool = False) -> str:
    """Build a read model of its own from a log."""
    name = await read_models.make_next(pool)
    applier = Applier(pool, name, lambda _: False, live=live)
    await applier.begin(dict.fromkeys(log.records, 0))
    for _ in range(2 if again else 1):
        positions = dict.fromkeys(log.records, 0)
        for fetch in log.deal(seed):
            batch = gather(fetch, positions, project)
            positions |= {at: after for at, (_, after) in batch.moves.items()}
            if again:
                await _forget(pool, name, batch)
            await applier.apply(batch, _now())
    if not live:
        await derive_all(pool, name)
    return name


async def _forget(pool: Pool, name: str, batch: Batch) -> None:
    """Set the watermark back, so that the same records are applied a second time."""
    async with pool.connection() as plain, plain.transaction():
        await schema.enter(plain, EVERYTHING, name)
        for at, (before, _) in batch.moves.items():
            await plain.execute(
                "UPDATE watermark SET next_offset = %s WHERE topic = %s AND partition = %s",
                (before, at.topic, at.partition),
            )


async def _hashes(pool: Pool, name: str) -> dict[str, str]:
    async with pool.connection() as plain, plain.transaction():
        await schema.enter(plain, EVERYTHING, name)
        return await schema.hashes(plain, name)


def _everything(tenant: str) -> Story:
    office = equipped(chosen(a_busy_morning(tenant)))
    return acquainted(refused(planned(answered(office, 2))))


async def test_once_is_twice_is_from_empty_in_any_interleaving(pool: Pool) -> None:
    log = Log()
    for tenant in ("oracle", "other"):
        log.add(_everything(tenant).told)

    once = await _hashes(pool, await _build(pool, log, 1))
    twice = await _hashes(pool, await _build(pool, log, 1, again=True))
    shuffled = [await _hashes(pool, await _build(pool, log, seed)) for seed in (2, 3, 4)]
    caught_up = await _hashes(pool, await _build(pool, log, 5, live=False))

    assert once == twice
    assert shuffled == [once] * 3
    assert caught_up == once
    assert [name for name, one in once.items() if one.startswith("0:")] == ["retry"]


def test_a_hole_in_the_log_is_never_passed() -> None:
    records = next(iter(Log().add(a_busy_morning("hole").told).records.values()))
    at = TopicPartition(records[0].topic, records[0].partition)

    with pytest.raises(MissingRecords):
        gather({at: [records[0], records[2]]}, {at: 0}, project)


async def test_two_projectors_at_once_write_once(pool: Pool) -> None:
    log = Log().add(a_busy_morning("twins").told)
    name = await read_models.make_next(pool)
    applier = Applier(pool, name, lambda _: False)
    await applier.begin(dict.fromkeys(log.records, 0))
    batch = gather(log.records, dict.fromkeys(log.records, 0), project)

    await applier.apply(batch, _now())
    with pytest.raises(Overtaken):
        await applier.apply(batch, _now())


@pytest.fixture
async def served(pool: Pool) -> Database:
    """Serve a read model in which two tenants had the same morning."""
    stories = [acquainted(a_busy_morning(tenant)) for tenant in ("acme", "other")]
    log = Log()
    for story in stories:
        log.add(story.told)
    name = await _build(pool, log, 1)
    async with pool.connection() as plain:
        await plain.execute(
            "UPDATE gateway.read_model SET state = 'ready' WHERE schema = %s", (name,)
        )
        await plain.execute("DELETE FROM gateway.read_model WHERE state = 'serving'")
        await plain.execute(
            "UPDATE gateway.read_model SET state = 'serving' WHERE schema = %s", (name,)
        )
    return Database(pool)


def _eyes(story: Story) -> dict[str, Scope]:
    return {
        "alice": Scope("acme", story.person("alice")),
        "bert": Scope("acme", story.person("bert")),
        "sam": Scope("acme", story.person("sam")),
        "stranger": Scope("acme", ExtensionId("stranger")),
        "other tenant": Scope("other", ExtensionId("other-alice")),
        "thief": Scope("other", story.person("alice")),
        "nobody": Scope("", ExtensionId("")),
    }


@pytest.mark.parametrize("table", [*TABLES, *schema.DERIVED])
async def test_behind_every_query_stands_a_second_wall(served: Database, table: str) -> None:
    """Without any WHERE, and whoever asks: no row of another tenant, nor of another viewer."""
    for name, scope in _eyes(Story("acme")).items():
        async with served.looking(scope) as (rows, _):
            cursor = await rows.execute(f"SELECT * FROM {table}")  # noqa: S608 - a constant
            found = await cursor.fetchall()

        assert {one["tenant"] for one in found} <= {scope.tenant}, name
        if table in schema.PRIVATE:
            assert {one["viewer"] for one in found} <= {scope.user}, name
        if table in schema.OWNED:
            assert {one["owner"] or "" for one in found} <= {"", scope.user}, name


_OPERATIONS = ("conversation", "items", "said", "message", "way", "queue", "queue_of", "file")
#: Who may do what with a closed conversation of the queue: its agents and supervisor.
_ALLOWED = {"alice", "bert", "sam"}


@pytest.mark.parametrize("operation", _OPERATIONS)
async def test_what_is_not_yours_does_not_exist(served: Database, operation: str) -> None:
    story = Story("acme")
    views, name = PostgresViews(served, Nobody()), story.conversation_id(CUSTOMER)
    asks: dict[str, Callable[[Scope], Awaitable[object]]] = {
        "conversation": lambda scope: views.conversation(scope, name),
        "items": lambda scope: views.items(scope, name, Window(10)),
        "said": lambda scope: views.said(scope, name, "client-2"),
        "message": lambda scope: views.message(scope, name, story.message_id(1)),
        "way": lambda scope: views.way(scope, name),
        "queue": lambda scope: views.queue(scope, story.queue_id),
        "queue_of": lambda scope: views.queue_of(scope, story.queue_id, name),
        "file": lambda scope: views.file(scope, name, story.message_id(1), 0, small=True),
    }

    for who, scope in _eyes(story).items():
        assert bool(await asks[operation](scope)) == (who in _ALLOWED), who


async def test_lists_hold_what_is_the_viewers_alone(served: Database) -> None:
    views, eyes = PostgresViews(served, Nobody()), _eyes(Story("acme"))

    names = {
        who: [
            one["name"]
            for which in ("all", "closed")
            for one in (await views.conversations(scope, which, None, 50))["items"]
        ]
        for who, scope in eyes.items()
    }

    # bert closed the chat for himself; the customer's conversation is closed in its queue
    assert names["alice"] == ["Bert"]
    assert names["bert"] == ["Alice"]
    assert {tuple(names[who]) for who in ("sam", "stranger", "thief", "nobody")} == {()}


async def test_a_bootstrap_begins_a_feed_of_the_viewers_own(served: Database) -> None:
    views, story = PostgresViews(served, Nobody()), Story("acme")
    alice = _eyes(story)["alice"]

    found = await views.bootstrap(alice)

    assert found["feed"]["sequence"] == 0
    assert [one["name"] for one in found["people"]] == ["Alice", "Bert", "Sam"]
    assert await views.changes(alice, found["feed"]["id"], 0, 10) == ([], False)
    thief = _eyes(story)["thief"]
    assert await views.changes(thief, found["feed"]["id"], 0, 10) is None


class _Told:
    """Takes wishes for which nobody waits."""

    def __init__(self) -> None:
        self.wishes: list[Any] = []

    async def tell(self, ask: Ask) -> None:
        self.wishes.append(ask)


class _Screens:
    """Says who is there."""

    def __init__(self, *online: str) -> None:
        self.there = set(online)
        self.changed = asyncio.Event()

    def is_online(self, tenant: str, user: str) -> bool:
        return tenant == "acme" and user in self.there


async def test_queues_learn_who_is_away_and_who_is_back_once_it_has_settled(
    served: Database,
) -> None:
    """In that morning alice was at her screen, and bert had gone away."""
    told, screens = _Told(), _Screens("acme-bert")
    absences = Absences(served, screens, told, lambda: True)  # type: ignore[arg-type]  # fakes of two classes
    now = monotonic()

    await absences.compare(now)
    early = [(type(one.data), one.scope.user) for one in told.wishes]
    told.wishes.clear()
    await absences.compare(now + SETTLING_SECONDS + 1)
    late = {(type(one.data), one.scope.user) for one in told.wishes if one.scope.tenant == "acme"}
    told.wishes.clear()
    await absences.compare(now + SETTLING_SECONDS + 2)
    again = list(told.wishes)
    screens.there.add("acme-alice")  # before any read model shows that she was called away
    for _ in range(2):
        await absences.compare(now + SETTLING_SECONDS + 3)

    assert early == [(MarkPresent, "acme-bert")]
    assert (MarkAway, "acme-alice") in late
    assert again == []
    assert [(type(one.data), one.scope.user) for one in told.wishes] == [
        (MarkPresent, "acme-alice")
    ]
