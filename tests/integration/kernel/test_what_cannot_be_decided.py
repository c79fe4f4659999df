"""Poison is set aside without breaking order, and an operator can bring it back."""

import signal
from datetime import UTC, datetime

import pytest

from schemas import catalog, queue
from schemas.base import ExtensionId, QueueId
from schemas.envelope import Envelope
from schemas.letter import LetterJudged, Verdict
from services.kernel import deadletters, ids, postgres
from services.kernel.deciding import Outgoing, outgoing
from services.kernel.runtime import Record
from tests.support.claims import claim
from tests.support.claims_checker import check, quiet, read
from tests.support.claims_rig import Rig, command
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration


async def test_a_record_that_breaks_the_handler_parks_its_key_until_it_is_released(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.prepare()
    rig.start()
    before, _ = command(claim("q1", "c1", "ana"))
    poison, _ = command(claim("q1", "c2", "breaks"))
    after, _ = command(claim("q1", "c3", "ben"))
    other, _ = command(claim("q2", "c4", "eva"))
    await rig.send([before, poison, after, other])
    await quiet(rig)
    letters = rig.rows("SELECT reason, error FROM dead_letter ORDER BY id")
    assert [reason for reason, _ in letters] == ["bug", "follows", "follows"], (
        "the poison, the one behind it, and the timer of the one before"
    )
    assert letters[0][1] == "ZeroDivisionError: planted"
    dead = await _letters(rig)
    assert dead[0].value == poison.value
    assert dict(dead[0].headers)["tandem-reason"] == b"bug"
    assert await _published(rig) == 3, "q2's claim and lapse, and q1's first"

    (rig.directory / "fixed").touch()
    monkeypatch.setenv("CLAIMS_FIXED", str(rig.directory / "fixed"))
    pool = postgres.make_pool(rig.dsn, "test", 1)
    async with pool:
        assert len(await deadletters.list_open(pool)) == 3
    await rig.send([judged(rig, dead[0], "retry")])
    await eventually(lambda: rig.rows("SELECT count(*) FROM parked_key") == [(0,)], 20)
    await quiet(rig)
    assert await _ends(rig) == ["decided"] * 3
    assert rig.rows("SELECT count(*) FROM dead_letter WHERE settled_at IS NULL") == [(0,)]
    assert await check(rig) > 4


def judged(rig: Rig, dead: Record, verdict: Verdict) -> Outgoing:
    """Let an operator say what becomes of a letter, as the router tells it."""
    place = deadletters.named_place(dead)
    assert place is not None
    assert place.service == rig.service
    name = ids.new()
    return outgoing(
        "letters",
        Envelope(
            id=name,
            type=catalog.wire_name(LetterJudged(letter=place, verdict=verdict)),
            source="router",
            subject=place.service,
            time=datetime.now(UTC),  # noqa: TID251 - the test is the operator's clock
            partitionkey=place.service,
            correlation=name,
            data=LetterJudged(letter=place, verdict=verdict),
        ),
    )


async def _letters(rig: Rig) -> list[Record]:
    return [r for run in (await read(rig.kafka, "queue-commands-dead")).values() for r in run]


async def _ends(rig: Rig) -> list[str]:
    """Say in order what became of letters, as their topic tells."""
    said = [dict(record.headers) for record in await _letters(rig)]
    return [one["tandem-settled"].decode() for one in said if "tandem-settled" in one]


async def _published(rig: Rig) -> int:
    return sum(len(run) for run in (await read(rig.kafka, "queue-events")).values())


async def test_a_malformed_record_is_set_aside_at_once_and_parks_nothing(rig: Rig) -> None:
    """OPS-10: retried it is malformed again, set aside it is settled; its key goes on."""
    await rig.prepare()
    rig.start()
    good, _ = command(claim("q1", "c1", "ana"))
    bad = Outgoing("queue-commands", b"q1", b'{"specversion": "1.0", "id": \xff', [])
    await rig.send([bad, good])
    await quiet(rig)
    assert rig.rows("SELECT reason FROM dead_letter") == [("malformed",)]
    assert rig.rows("SELECT count(*) FROM parked_key") == [(0,)]
    assert await _published(rig) == 2

    (dead,) = await _letters(rig)
    await rig.send([judged(rig, dead, "retry")])
    await eventually(lambda: rig.rows("SELECT count(*) FROM command_result") == [(3,)], 20)
    await eventually(lambda: rig.rows("SELECT count(*) FROM parked_key") == [(0,)], 20)
    assert rig.rows("SELECT count(*) FROM dead_letter WHERE settled_at IS NULL") == [(1,)]
    await rig.send([judged(rig, dead, "set-aside")])
    await eventually(lambda: rig.rows("SELECT settled_at IS NULL FROM dead_letter") == [(False,)])
    await quiet(rig)
    assert await _ends(rig) == ["set-aside"]


async def test_hostile_records_are_set_aside_whole_and_the_others_go_on(rig: Rig) -> None:
    await rig.prepare()
    worker = rig.start()
    good, _ = command(claim("q1", "c1", "ana"))
    nul, _ = command(claim("q\x00", "c1", "ana"))
    hostile = [
        Outgoing("queue-commands", b"", b"", []),
        Outgoing("queue-commands", b"h1", b"[" * 100_000, []),
        Outgoing("queue-commands", b"h2", b'"' + b"x" * 1_000_000 + b'"', [("h", b"v")]),
        Outgoing("queue-commands", b"h3", good.value.replace(b"ana", b"\\ud800"), []),
        Outgoing("queue-commands", b"h4", b"\xff\xfe", []),
        Outgoing("queue-commands", b"h5", b'{"specversion":"1.0"}', []),
        nul,
    ]
    await rig.send([*hostile, good])
    await quiet(rig)
    assert worker.poll() is None
    kept = {bytes(v or b"") for (v,) in rig.rows("SELECT value FROM dead_letter")}
    assert kept == {record.value for record in hostile}
    assert await _published(rig) == 2


async def test_a_type_of_a_newer_writer_is_parked_and_not_skipped(rig: Rig) -> None:
    await rig.prepare()
    rig.start()
    good, _ = command(claim("q1", "c1", "ana"))
    newer = good._replace(value=good.value.replace(b"claim-conversation.v1", b"claim-it.v9"))
    await rig.send([newer, good])
    await quiet(rig)
    assert rig.rows("SELECT reason FROM dead_letter ORDER BY id") == [
        ("unknown-type",),
        ("follows",),
    ]


async def test_too_many_dead_letters_in_a_row_stop_the_service_also_after_a_restart(
    rig: Rig,
) -> None:
    await rig.prepare()
    worker = rig.start()
    limit = deadletters.MOST_IN_A_ROW
    await rig.send([Outgoing("queue-commands", b"q1", b"no", [])] * (limit * 2))
    await eventually(lambda: worker.poll() is not None, 20)
    set_aside = rig.rows("SELECT count(*) FROM dead_letter")[0][0]
    assert set_aside <= limit
    again = rig.start()
    await eventually(lambda: again.poll() is not None, 20)
    assert rig.rows("SELECT count(*) FROM dead_letter")[0][0] <= limit


def _login(agent: str) -> Outgoing:
    return command(queue.LogIn(queue_id=QueueId("q1"), agent_id=ExtensionId(agent)))[0]


async def test_effects_are_performed_once_and_in_the_order_they_were_decided(rig: Rig) -> None:
    await rig.prepare()
    rig.start()
    await rig.send([_login(f"a{n}") for n in range(20)])
    await eventually(lambda: rig.rows("SELECT count(*) FROM command_result") == [(40,)], 20)
    await quiet(rig)
    done = rig.rows("SELECT id::text FROM effect ORDER BY number")
    assert _calls(rig) == [f"performed {id_}" for (id_,) in done]
    assert await check(rig) == 40


@pytest.mark.parametrize("point", ["effect-started", "effect-performed", "effect-published"])
async def test_an_effect_whose_process_died_is_asked_about_and_never_blindly_repeated(
    rig: Rig, point: str
) -> None:
    await rig.prepare()
    worker = rig.start(CRASH_AT=f"{point}:2")
    await rig.send([_login(f"a{n}") for n in range(4)])
    await eventually(lambda: worker.poll() == -signal.SIGKILL, 20)
    rig.start()
    await eventually(lambda: rig.rows("SELECT count(*) FROM command_result") == [(8,)], 20)
    await quiet(rig)
    calls = _calls(rig)
    performed = [line for line in calls if line.startswith("performed")]
    assert len(performed) == len(set(performed)), "no call was made twice"
    assert sum(line.startswith("interrupted") for line in calls) == 1
    assert await check(rig) == 8


async def test_a_call_in_flight_may_end_when_the_service_is_asked_to_stop(rig: Rig) -> None:
    await rig.prepare()
    worker = rig.start()
    await rig.send([_login("slow")])
    await eventually(
        lambda: rig.rows("SELECT count(*) FROM effect WHERE started_at IS NOT NULL") == [(1,)]
    )
    rig.kill(0, signal.SIGTERM)
    assert worker.returncode == 0
    assert rig.rows("SELECT count(*) FROM effect WHERE done_at IS NOT NULL") == [(1,)]


def _calls(rig: Rig) -> list[str]:
    return (rig.directory / "calls").read_text(encoding="utf-8").splitlines()
