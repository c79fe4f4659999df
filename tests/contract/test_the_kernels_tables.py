"""The kernel's tables in PostgreSQL, and in the simulator's memory: the same cases, the same rows.

What the simulator proves holds only as far as its store is honest; so whatever the kernel asks of
PostgreSQL is asked of both here, fence and leases first.
"""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from schemas.letter import LetterJudged, LetterPlace, Verdict
from services.dispatch.adapters.postgres import PostgresConsents
from services.dispatch.domain.state import Consent, consent_key
from services.kernel import deadletters, effects, memory, outbox, positions, postgres
from services.kernel.deciding import Plan
from services.kernel.positions import Claim, Position
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record
from services.kernel.statement import Release
from services.kernel.tables import prepare, role_of
from tests.simulation import statements
from tests.support.claims import Board
from tests.support.kernel_tables import (
    ANA,
    AT,
    FUTURE,
    OTHER,
    PAST,
    SERVICE,
    TABLES,
    EffectRows,
    MemoryPool,
    TimerRows,
    commit,
    dead,
    effect,
    id_of,
    load,
    outgoing,
    owned,
    pending,
    timer,
    with_effects,
)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.integration)])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[Pool]:
    if request.param == "memory":
        yield MemoryPool()  # type: ignore[misc]  # stands in for psycopg's pool
        return
    dsn = request.getfixturevalue("database")
    await prepare(dsn, {SERVICE: "made-up"})
    own = make_conninfo(dsn, user=role_of(SERVICE), password="made-up")
    pool = postgres.make_pool(own, SERVICE, 3)
    await pool.open()
    try:
        await postgres.execute(pool, f"TRUNCATE {TABLES} RESTART IDENTITY")
        yield pool
    finally:
        await pool.close()


# -- ownership


async def test_a_position_is_begun_once(pool: Pool) -> None:
    await positions.begin(pool, SERVICE, {AT: 5})
    await positions.begin(pool, SERVICE, {AT: 9})
    taken = await positions.take(pool, ANA, [AT])
    assert taken == {AT: Position(5, 1)}
    assert await positions.known(pool, SERVICE) == {AT}
    assert await positions.known(pool, "another") == set()


async def test_the_same_owner_in_the_same_generation_only_reads(pool: Pool) -> None:
    first = await owned(pool)
    again = await positions.take(pool, ANA, [AT])
    assert again[AT] == first == Position(5, 1)


@pytest.mark.parametrize(
    ("claim", "wins"),
    [
        (Claim(SERVICE, "slot-1", 2, 1), True),
        (Claim(SERVICE, "slot-1", 1, 11), True),
        (Claim(SERVICE, "slot-1", 1, 9), False),
        (Claim(SERVICE, "slot-1", 0, 99), False),
        (Claim(SERVICE, "slot-1", 1, 10), True),
    ],
)
async def test_a_newer_generation_wins_and_in_one_generation_the_younger_process(
    pool: Pool, claim: Claim, *, wins: bool
) -> None:
    await owned(pool)
    taken = await positions.take(pool, claim, [AT])
    assert taken == ({AT: Position(5, 2)} if wins else {})
    assert (AT in await positions.read(pool, ANA, [AT])) is not wins


# -- the fence


async def test_a_batch_moves_its_position_and_gives_its_outbox_row(pool: Pool) -> None:
    own = await owned(pool)
    passed, sent = await commit(pool, Plan(outgoing=[outgoing("a")]), 5, own.epoch, following=8)
    assert passed == 1
    assert sent is not None
    assert (await positions.read(pool, ANA, [AT]))[AT] == Position(8, own.epoch)
    assert await commit(pool, Plan(), 8, own.epoch) == (1, None)


@pytest.mark.parametrize(("first", "epoch"), [(5, 2), (4, 1), (6, 1)])
async def test_where_the_fence_finds_no_row_nothing_at_all_is_written(
    pool: Pool, first: int, epoch: int
) -> None:
    await owned(pool)
    plan = Plan(
        parts={"queue/1": Board(present=1)},
        sequences={("claims-events", "s"): 3},
        outcomes={id_of("c"): None},
        timers=[timer("t", PAST)],
        effects=[effect("e", "o")],
        outgoing=[outgoing("a")],
        dead=[dead(5)],
        parked={b"k": "bug"},
    )
    assert await commit(pool, plan, first, epoch) == (0, None)
    known, parked = await load(
        pool, parts={"queue/1"}, sequences={("claims-events", "s")}, ids={id_of("c")}, keys={b"k"}
    )
    assert known.parts == {"queue/1": None}
    assert known.sequences == {("claims-events", "s"): 0}
    assert known.seen == set()
    assert parked == set()
    assert await TimerRows(pool).lease() == []
    assert await EffectRows(pool).take() == []
    assert await deadletters.open_letters(pool, SERVICE, b"k") == []
    assert await pending(pool) == []


async def test_a_zombie_is_fenced_on_every_topic_of_its_number(pool: Pool) -> None:
    old = await owned(pool)
    await positions.take(pool, Claim(SERVICE, "slot-1", 2, 1), [AT, OTHER])
    assert await commit(pool, Plan(), 5, old.epoch) == (0, None)
    assert await commit(pool, Plan(), 0, old.epoch, at=OTHER) == (0, None)
    assert await commit(pool, Plan(), 0, old.epoch + 1, at=OTHER) == (1, None)


# -- what a batch writes, and what the next one reads


async def test_state_is_replaced_and_a_result_is_kept_as_it_was_first(pool: Pool) -> None:
    own = await owned(pool)
    first = Plan(
        parts={"queue/1": Board(present=2)},
        sequences={("claims-events", "s"): 3},
        outcomes={id_of("c"): b'{"accepted":{"state":{}}}', id_of("n"): None},
    )
    again = Plan(sequences={("claims-events", "s"): 4}, outcomes={id_of("c"): None})
    await commit(pool, first, 5, own.epoch)
    await commit(pool, again, 6, own.epoch)
    known, _ = await load(
        pool,
        parts={"queue/1", "queue/2"},
        sequences={("claims-events", "s")},
        ids={id_of("c"), id_of("n"), id_of("x")},
    )
    assert known.parts == {"queue/1": Board(present=2), "queue/2": None}
    assert known.sequences == {("claims-events", "s"): 4}
    assert known.seen == {id_of("c"), id_of("n")}
    assert known.outcomes == {id_of("c"): b'{"accepted":{"state":{}}}', id_of("n"): None}


async def test_the_outbox_keeps_order_until_it_is_told_what_is_out(pool: Pool) -> None:
    own = await owned(pool)
    _, one = await commit(pool, Plan(outgoing=[outgoing("a")]), 5, own.epoch)
    _, two = await commit(pool, Plan(outgoing=[outgoing("b")]), 6, own.epoch)
    assert one is not None
    assert two is not None
    assert two > one
    assert len(await pending(pool)) == 2
    assert await pending(pool, OTHER) == []
    await commit(pool, Plan(), 7, own.epoch, published=(one,))
    assert len(await pending(pool)) == 1
    await outbox.forget(pool, [two], Readiness())
    assert await pending(pool) == []


# -- timers


async def test_only_what_is_due_and_unleased_is_leased(pool: Pool) -> None:
    own, rows = await owned(pool), TimerRows(pool)
    due = [timer("b", PAST + timedelta(days=1)), timer("a", PAST), timer("c", FUTURE)]
    await commit(pool, Plan(timers=due), 5, own.epoch)
    assert await rows.lease(most=1) == [b"a"]
    assert await rows.lease() == [b"b"]
    assert await rows.lease() == []


async def test_an_ended_lease_gives_a_timer_back_and_a_fired_one_stays(pool: Pool) -> None:
    own, rows = await owned(pool), TimerRows(pool)
    await commit(pool, Plan(timers=[timer("a", PAST), timer("b", PAST)]), 5, own.epoch)
    assert len(await rows.lease(seconds=-1)) == 2
    assert len(await rows.lease(seconds=-1)) == 2
    await rows.fire("a")
    assert await rows.lease(seconds=-1) == [b"b"]
    await commit(pool, Plan(timers=[timer("a", PAST)]), 6, own.epoch)
    assert await rows.lease(seconds=-1) == [b"b"]


# -- effects


async def test_effects_of_one_order_key_are_started_one_after_another(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x"), effect("b", "x"), effect("c", "y"))
    assert await rows.take() == [b"a", b"c"]
    assert await rows.take() == []
    assert len(await rows.rows(effects._DONE, number=1)) == 1
    assert await rows.take() == [b"b"]


async def test_effects_wait_for_their_time_and_their_kind(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x", FUTURE), effect("b", "y"))
    assert await rows.take(kinds=["other"]) == []
    assert await rows.take() == [b"b"]


async def test_a_head_that_is_not_due_holds_up_those_behind_it(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x", FUTURE), effect("b", "x"))
    assert await rows.take() == []


async def test_a_lane_lets_one_through_and_closes_for_its_cost(pool: Pool) -> None:
    slow: dict[str, Any] = {"lane": "n", "rate_per_second": 0.001}
    rows = await with_effects(pool, effect("a", "x", **slow), effect("b", "y", **slow))
    assert await rows.take() == [b"a"]
    assert await rows.take() == []


async def test_a_shared_lane_lets_through_what_its_pace_allows_whatever_their_own_lanes(
    pool: Pool,
) -> None:
    shared: dict[str, Any] = {"shared_lane": "account/main", "shared_rate_per_second": 6.0}
    wished = [effect(name, name, lane=name, **shared, priority=9) for name in "abcde"]
    urgent = effect("z", "z", lane="z", **shared)
    free = effect("f", "f", shared_lane="account/other", shared_rate_per_second=0.001)
    rows = await with_effects(pool, *wished, urgent, free)
    # a sixth of a second each, and no more than AHEAD_SECONDS ahead of the pace
    assert sorted(await rows.take()) == [b"a", b"f", b"z"]


async def test_a_costly_call_closes_a_shared_lane_for_others(pool: Pool) -> None:
    shared: dict[str, Any] = {"shared_lane": "account/main", "shared_rate_per_second": 1.0}
    rows = await with_effects(
        pool, effect("a", "x", cost=600, **shared), effect("b", "y", lane="n", **shared)
    )
    assert await rows.take() == [b"a"]
    assert await rows.take() == []


async def test_a_free_lane_takes_the_more_urgent_first(pool: Pool) -> None:
    low: dict[str, Any] = {"lane": "n", "priority": 5}
    high: dict[str, Any] = {"lane": "n", "priority": 1}
    rows = await with_effects(pool, effect("a", "x", **low), effect("b", "y", **high))
    assert await rows.take() == [b"b"]
    assert await rows.take() == [b"a"]


async def test_what_a_dead_process_started_is_adopted_by_its_successor_at_once(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x"))
    assert await rows.take() == [b"a"]
    assert await rows.adopt() == []
    assert await EffectRows(pool, "slot-1", 9).adopt() == []
    assert await EffectRows(pool, "slot-0", 2).adopt() == [b"a"]
    assert await EffectRows(pool, "slot-0", 2).adopt() == []


async def test_another_slot_adopts_when_the_lease_has_ended(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x"))
    await rows.take(lease=-1)
    assert len(await rows.rows(effects._RENEW)) == 1
    assert await EffectRows(pool, "slot-1", 1).adopt() == []
    await rows.rows(effects._RENEW, lease=-1)
    assert await EffectRows(pool, "slot-1", 1).adopt() == [b"a"]


async def test_what_is_to_be_done_again_is_taken_again_and_what_is_done_is_not(pool: Pool) -> None:
    rows = await with_effects(pool, effect("a", "x"))
    await rows.take()
    assert len(await rows.rows(effects._AGAIN, number=1)) == 1
    assert await rows.take() == [b"a"]
    await rows.rows(effects._DONE, number=1)
    own = Position(6, 1)
    await commit(pool, Plan(effects=[effect("a", "x")]), 6, own.epoch)
    assert await rows.take() == []
    assert await EffectRows(pool, "slot-0", 2).adopt() == []


# -- dead letters


async def test_a_dead_letter_parks_its_key_until_it_is_released(pool: Pool) -> None:
    own = await owned(pool)
    plan = Plan(dead=[dead(5), dead(6, reason=deadletters.FOLLOWS)], parked={b"k": "bug"})
    await commit(pool, plan, 5, own.epoch, following=7)
    letters = await deadletters.open_letters(pool, SERVICE, b"k")
    assert [record.offset for _, record in letters] == [5, 6]
    assert letters[0][1] == Record(*AT, 5, b"k", b"v", [("h", b"1")], 7)
    assert (await load(pool, keys={b"k", b"other"}))[1] == {b"k"}
    assert await deadletters.in_a_row(pool, SERVICE, AT, 6) == 1
    assert await deadletters.asked(pool, SERVICE, [0]) == []
    await deadletters.release(pool, b"k")
    assert await deadletters.asked(pool, SERVICE, [0]) == [(b"k", 0)]
    assert await deadletters.asked(pool, SERVICE, [1]) == []


def judged(offset: int, verdict: Verdict) -> LetterJudged:
    place = LetterPlace(service=SERVICE, topic=AT.topic, partition=AT.partition, offset=offset)
    return LetterJudged(letter=place, verdict=verdict)


async def test_a_letter_that_is_judged_lets_its_key_be_decided_again_with_it_or_without(
    pool: Pool,
) -> None:
    """OPS-10."""
    own = await owned(pool)
    letters = [dead(5), dead(6, reason=deadletters.FOLLOWS), dead(7, key=b"other")]
    await commit(pool, Plan(dead=letters, parked={b"k": "bug", b"other": "bug"}), 5, own.epoch)
    assert await commit(pool, Plan(judged=[judged(7, "retry")]), 5, own.epoch) == (0, None)
    assert await deadletters.asked(pool, SERVICE, [0]) == []
    plan = Plan(judged=[judged(5, "set-aside"), judged(7, "retry"), judged(99, "retry")])
    await commit(pool, plan, 6, own.epoch)
    assert sorted(await deadletters.asked(pool, SERVICE, [0])) == [(b"k", 0), (b"other", 0)]
    left = await deadletters.open_letters(pool, SERVICE, b"k")
    assert [record.offset for _, record in left] == [6]
    assert len(await deadletters.open_letters(pool, SERVICE, b"other")) == 1


async def test_a_release_settles_letters_and_unparks_under_the_fence(pool: Pool) -> None:
    own = await owned(pool)
    await commit(pool, Plan(dead=[dead(5)], parked={b"k": "bug"}), 5, own.epoch)
    (id_, _) = (await deadletters.open_letters(pool, SERVICE, b"k"))[0]
    settles, unparks = Release((id_,), None), Release((), b"k")
    assert await commit(pool, Plan(), 5, own.epoch, release=settles) == (0, None)
    assert len(await deadletters.open_letters(pool, SERVICE, b"k")) == 1
    await commit(pool, Plan(), 6, own.epoch, following=6, release=settles)
    await commit(pool, Plan(), 6, own.epoch, following=6, release=unparks)
    assert await deadletters.open_letters(pool, SERVICE, b"k") == []
    assert await deadletters.in_a_row(pool, SERVICE, AT, 6) == 0
    assert (await load(pool, keys={b"k"}))[1] == set()


# -- what dispatch asks of its own parts


async def test_the_last_gate_sees_what_the_last_batch_left(pool: Pool) -> None:
    own, consents = await owned(pool), PostgresConsents(pool, Readiness())
    key, other = consent_key("+1", "+2"), consent_key("+1", "+3")
    assert not await consents.has_opted_out(key, other)
    await commit(pool, Plan(parts={key: Consent(opted_out=True)}), 5, own.epoch)
    assert await consents.has_opted_out(key, other)
    assert not await consents.has_opted_out(other)
    await commit(pool, Plan(parts={key: Consent(opted_out=False)}), 6, own.epoch)
    assert not await consents.has_opted_out(key)


# -- the list itself


def test_every_statement_of_the_kernel_is_known_to_the_simulated_store() -> None:
    pumps: dict[str, Callable[..., Any]] = dict(statements.STATEMENTS)
    for module in (positions, memory, outbox, effects):
        for name, text in vars(module).items():
            if name.isupper() and name.startswith("_") and isinstance(text, str):
                assert text in pumps or name == "_PRUNE", f"{module.__name__}.{name}"
