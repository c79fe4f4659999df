"""Rules of the last gate's knowledge: the log beside the fold, to its end, and how far that was."""

import asyncio
from collections.abc import Collection, Mapping

import msgspec
import pytest

from schemas.conversation import CounterpartOptedOut
from schemas.delivery import LogSeen
from services.dispatch.adapters import consents
from services.dispatch.adapters.carrier_http import seen_by
from services.dispatch.adapters.consents import LogConsents
from services.dispatch.domain.state import consent_key
from services.dispatch.ports import Leave
from services.kernel.kafka.following import partition_of
from services.kernel.runtime import Record, TopicPartition
from tests.support import dispatch_words as words
from tests.support.consents import ReadLog, said, send_now

NUMBER, OTHER, CARL, DORA = "+15550100", "+15550101", "+15550199", "+15550198"


class Fold:
    """What has been folded: the opted-out consents, and how far."""

    def __init__(self, *out: str, next_offset: int = 0) -> None:
        self.out, self.next_offset = set(out), next_offset

    async def has_opted_out(self, *keys: str) -> bool:
        return bool(self.out & set(keys))

    async def folded(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        return dict.fromkeys(partitions, self.next_offset)


async def held(gate: LogConsents, number: str = NUMBER, recipient: str = CARL) -> bool | None:
    return (await gate.ask(send_now(number=number, recipient=recipient))).held


async def test_a_stop_that_is_not_folded_yet_holds() -> None:
    gate = LogConsents(Fold(), ReadLog())
    gate.take(said(NUMBER, CARL, "stop"))

    assert await held(gate)
    assert not await held(gate, recipient=DORA)


async def test_the_log_knows_better_than_the_fold() -> None:
    gate = LogConsents(Fold(consent_key(NUMBER, CARL)), ReadLog())
    assert await held(gate)

    gate.take(said(NUMBER, CARL, "start"))
    assert not await held(gate)


async def test_a_stop_everywhere_holds_every_number_of_that_tenant() -> None:
    gate = LogConsents(Fold(), ReadLog())
    gate.take(said(NUMBER, CARL, "stop", everywhere=True))

    assert await held(gate, OTHER)
    other = send_now(number=OTHER, recipient=CARL, tenant="another")
    assert not (await gate.ask(other)).held
    start = send_now(number=OTHER, recipient=CARL, purpose="opt-in-confirmation")
    assert not (await gate.ask(start)).held


async def test_the_gate_says_how_far_it_had_read_where_a_stop_would_have_been() -> None:
    ends = {number: 100 + number for number in range(12)}
    leave = await LogConsents(Fold(), ReadLog(ends)).ask(send_now(number=NUMBER, recipient=CARL))

    places = {
        partition_of(f"{NUMBER}|{CARL}", 12),
        partition_of(f"consent/acme/everywhere/{CARL}", 12),
    }
    assert leave.seen == tuple(
        LogSeen(partition=number, next_offset=ends[number]) for number in sorted(places)
    )


async def test_what_needs_no_leave_waits_for_nothing() -> None:
    send = send_now(number=NUMBER, recipient=CARL, purpose="opt-out-confirmation")

    leave = await LogConsents(Fold(consent_key(NUMBER, CARL)), Silent()).ask(send)

    assert (leave.held, leave.seen) == (False, ())


class Silent:
    """A log whose end cannot be read."""

    async def caught_up(self) -> Mapping[int, int]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def test_a_log_that_cannot_be_read_in_time_lets_nothing_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consents, "LATEST_SECONDS", 0.01)

    assert await held(LogConsents(Fold(), Silent())) is None


async def test_what_is_folded_is_forgotten_when_it_grows_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consents, "MAX_AHEAD", 1)
    first, second = said(NUMBER, CARL, "stop"), said(NUMBER, DORA, "stop")
    gate = LogConsents(Fold(next_offset=second.offset), ReadLog())
    gate.take(first)
    gate.take(second)

    assert await held(gate)
    assert not await held(gate)  # forgotten: what is folded is the fold's to know
    assert await held(gate, recipient=DORA)


def _out(*, everywhere: bool = True) -> CounterpartOptedOut:
    return CounterpartOptedOut(
        number=words.NUMBER,
        counterpart=words.CARL,
        source="text",
        word="STOP",
        everywhere=everywhere,
    )


def test_a_stop_everywhere_holds_what_is_planned_from_any_number() -> None:
    submitted = msgspec.structs.replace(words.submitted(), number=OTHER)

    (refused, _) = words.tell(words.outbox(), _out(), submitted).facts
    assert refused.code == "opted-out"
    assert words.tell(words.outbox(), _out(everywhere=False), submitted).effects


def test_the_confirmation_of_a_start_is_planned_while_all_others_are_still_bound() -> None:
    submitted = msgspec.structs.replace(words.submitted(), purpose="opt-in-confirmation")

    assert words.tell(words.outbox(), _out(), submitted).effects
    assert not words.tell(words.outbox(), _out(everywhere=False), submitted).effects


def test_what_the_gate_knew_is_kept_with_the_carriers_answer() -> None:
    stage = words.outbox()
    words.tell(stage, words.submitted())
    seen = (LogSeen(partition=3, next_offset=9),)

    told = words.tell(stage, msgspec.structs.replace(words.answer("accepted"), gate=seen))
    assert told.facts[0].gate == seen


def test_a_call_for_several_says_what_was_known_of_each() -> None:
    first = Leave(held=False, seen=(LogSeen(partition=3, next_offset=9),))
    second = Leave(
        held=False, seen=(LogSeen(partition=3, next_offset=8), LogSeen(partition=1, next_offset=5))
    )

    assert seen_by([first, second]) == (
        LogSeen(partition=1, next_offset=5),
        LogSeen(partition=3, next_offset=8),
    )


async def test_other_records_are_passed_over_unread() -> None:
    gate = LogConsents(Fold(), ReadLog())

    gate.take(Record("conversation-events", 0, 1, b"k", b"not json", [("type", b"other.v1")], 0))
    gate.take(Record("conversation-events", 0, 2, b"k", b"not json", [], 0))

    assert not await held(gate)
