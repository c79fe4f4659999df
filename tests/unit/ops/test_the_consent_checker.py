"""The checker of consent finds what is planted, by its name, and nothing in a log that is sound."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from schemas import catalog
from schemas.base import ConversationId, ExtensionId, MessageId, MessagePurpose, Number
from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
)
from schemas.delivery import LogSeen, SendAnswered, SendPlanned
from schemas.envelope import Envelope
from services.kernel.runtime import Record
from services.ops.consent import line, standings
from services.ops.consent_check import ConsentChecker

NUMBER, OTHER = Number("+14155550101"), Number("+14155550102")
CARL = "+14155550150"
PAIR, EVERYWHERE, GROUP = 0, 1, 2
AT = datetime(2026, 11, 20, tzinfo=UTC)


class Log:
    """A log that is written by hand, so that it can be made unsound."""

    def __init__(self) -> None:
        self.checker = ConsentChecker()
        self.deliveries: list[Envelope[Any]] = []
        self._offsets = {partition: count() for partition in (PAIR, EVERYWHERE, GROUP)}
        self._ids = count()
        self.last = -1

    def stop(self, *, everywhere: bool = False, number: Number = NUMBER) -> "Log":
        out = CounterpartOptedOut(
            number=number, counterpart=CARL, source="text", word="STOP", everywhere=everywhere
        )
        return self._say(out, EVERYWHERE if everywhere else PAIR)

    def start(self, *, everywhere: bool = False) -> "Log":
        back = CounterpartOptedIn(
            number=NUMBER, counterpart=CARL, source="text", word="START", everywhere=everywhere
        )
        return self._say(back, EVERYWHERE if everywhere else PAIR)

    def says(
        self,
        message: str,
        purpose: MessagePurpose = "message",
        *,
        partition: int = PAIR,
        number: Number = NUMBER,
    ) -> "Log":
        submitted = MessageSubmitted(
            conversation_id=ConversationId("chat"),
            message_id=MessageId(message),
            position=1,
            author=ExtensionId("ana"),
            via="sms",
            purpose=purpose,
            number=number,
            recipients=(CARL,),
            text="Hello",
            members=(),
        )
        return self._say(submitted, partition)

    def retries(self, message: str) -> "Log":
        retried = MessageRetried(
            conversation_id=ConversationId("chat"),
            message_id=MessageId(message),
            attempt=2,
            by=ExtensionId("ana"),
            number=NUMBER,
            recipients=(CARL,),
            accounts=(),
            text="Hello",
        )
        return self._say(retried, PAIR)

    def calls(
        self, message: str, seen: dict[int, int] | None = None, number: Number = NUMBER
    ) -> "Log":
        """Let a call go, when so much of each partition had been read."""
        whose = {
            "conversation_id": ConversationId("chat"),
            "message_id": MessageId(message),
            "attempt": 1,
            "recipient": CARL,
        }
        plan = SendPlanned(**whose, number=number, account="a", encoding="gsm7", segments=1)  # type: ignore[arg-type]  # as above
        gate = tuple(LogSeen(partition=p, next_offset=o) for p, o in (seen or {}).items())
        answered = SendAnswered(
            **whose,  # type: ignore[arg-type]  # as above
            tries=1,
            carrier="twilio",
            account="a",
            answer="accepted",
            provider_message_id="SM1",
            code=None,
            text=None,
            gate=gate,
        )
        self.deliveries += [self._wrap(plan), self._wrap(answered)]
        return self

    def _say(self, data: Any, partition: int) -> "Log":  # noqa: ANN401 - an event
        self.last = next(self._offsets[partition])
        record = Record("conversation-events", partition, self.last, b"", b"", [], 0)
        self.checker.conversation(record, self._wrap(data))
        return self

    def _wrap(self, data: Any) -> Envelope[Any]:  # noqa: ANN401 - an event
        return Envelope(
            id=f"event-{next(self._ids)}",
            type=catalog.wire_name(data),
            source="test",
            subject="s",
            time=AT,
            partitionkey="k",
            tenant="acme",
            sequence=1,
            correlation="c",
            data=data,
        )

    def found(self) -> list[str]:
        for envelope in self.deliveries:
            self.checker.delivery(envelope)
        return [breach.rule for breach in self.checker.breaches]


def test_a_sound_log_has_no_breach() -> None:
    log = Log().says("m1").calls("m1", {PAIR: 1})
    log.stop().says("m2", "opt-out-confirmation").calls("m2")
    log.start().says("m3", "opt-in-confirmation").calls("m3", {PAIR: 4}).says("m4")
    log.calls("m4", {PAIR: 5, EVERYWHERE: 0})

    assert log.found() == []
    assert (log.checker.stops, log.checker.texts, log.checker.calls) == (1, 4, 4)
    assert log.checker.unproven == 0


@pytest.mark.parametrize("purpose", ["message", "help", "opt-in-confirmation"])
def test_a_text_that_is_said_after_a_stop_is_found(purpose: MessagePurpose) -> None:
    assert Log().stop().says("m1", purpose).found() == ["said-after-stop"]


def test_a_text_that_is_said_again_after_a_stop_is_found() -> None:
    assert Log().says("m1").stop().retries("m1").found() == ["said-after-stop"]


def test_a_second_confirmation_of_one_stop_is_found() -> None:
    log = Log().stop().says("m1", "opt-out-confirmation").says("m2", "opt-out-confirmation")

    assert log.found() == ["confirmed-twice"]
    again = Log().stop().says("m1", "opt-out-confirmation").start()
    assert again.stop().says("m2", "opt-out-confirmation").found() == []


def test_a_call_by_a_gate_that_had_read_the_stop_is_found() -> None:
    log = Log().says("m1").stop()

    assert log.calls("m1", {PAIR: 2}).found() == ["sent-after-stop"]
    (breach,) = log.checker.breaches
    assert breach.message_id == "m1"
    assert breach.stop_id == "event-1"


def test_a_call_that_was_let_go_before_the_stop_is_sound() -> None:
    assert Log().says("m1").stop().calls("m1", {PAIR: 1}).found() == []


def test_a_call_between_a_start_and_the_next_stop_is_sound() -> None:
    log = Log().says("m1").stop().start().stop()

    assert log.calls("m1", {PAIR: 3}).found() == []


def test_a_stop_everywhere_forbids_calls_from_every_number() -> None:
    log = Log().says("m1", number=OTHER, partition=GROUP).stop(everywhere=True)

    assert log.calls("m1", {GROUP: 1, EVERYWHERE: 1}, OTHER).found() == ["sent-after-stop"]


def test_the_confirmation_of_a_start_passes_what_is_being_undone_everywhere() -> None:
    log = Log().stop(everywhere=True).says("m1", "opt-in-confirmation")

    assert log.calls("m1", {PAIR: 1, EVERYWHERE: 1}).found() == []


def test_a_text_of_a_group_is_judged_by_its_call_alone() -> None:
    log = Log().stop().says("m1", partition=GROUP)

    assert log.found() == []
    assert log.calls("m1", {PAIR: 1}).found() == ["sent-after-stop"]


def test_a_call_without_evidence_is_counted_where_there_was_a_stop() -> None:
    log = Log().says("m1").calls("m1")
    assert log.found() == []
    assert log.checker.unproven == 0

    log = Log().says("m1").stop().calls("m1")
    assert log.found() == []
    assert log.checker.unproven == 1


def test_a_history_says_who_and_by_what_and_hides_what_they_wrote() -> None:
    log = Log()
    out = CounterpartOptedOut(
        number=NUMBER, counterpart=CARL, source="operator", word="by letter", by=ExtensionId("ana")
    )
    envelope = log._wrap(out)

    assert line(envelope, personal=False) == (
        f"2026-11-20T00:00:00+00:00  {NUMBER} {CARL}  opted out by ana (operator)"
    )
    assert line(envelope, personal=True).endswith('"by letter"')
    assert standings([envelope]) == [f"now: {NUMBER} {CARL} opted out"]
