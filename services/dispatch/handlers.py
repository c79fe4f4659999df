"""Dispatch to the kernel: texts, receipts, answers and timers in; calls and reports out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from schemas import conversation, partition_key
from schemas.base import Counterpart
from schemas.carrier import ReceiptArrived
from schemas.conversation import MessageRetried, MessageSubmitted, Urgency
from schemas.delivery import (
    DeliveryChanged,
    DeliveryEvent,
    LookUpSend,
    ReceiptRecorded,
    RecordAnswer,
    RecordLookUp,
    RecordReceipt,
    RetrySend,
    SendAnswered,
)
from schemas.envelope import Envelope
from services.carriers import encoding
from services.dispatch.domain import lookups, needs, state
from services.dispatch.domain.accounts import Accounts, expires_at, is_opt_out
from services.dispatch.domain.course import Course
from services.dispatch.domain.evolve import evolve, touched
from services.dispatch.domain.lattice import is_end
from services.dispatch.domain.receipts import whose
from services.dispatch.domain.state import Memory, Message
from services.dispatch.domain.together import Call, calls
from services.dispatch.ports import LookUpNow, SendNow
from services.kernel import ids
from services.kernel.handling import Addressed, Effect, Outcome, Part, Parts, Timer

#: Lower goes first: replies before bulk.
PRIORITY: Mapping[Urgency, int] = {"reply": 0, "bulk": 1}


class DispatchHandlers:
    """Implements the kernel's Handlers; the accounts are what carriers.toml says of them."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        """Name what the record is about, then who waits in line behind it."""
        return needs.of(envelope.data, Memory(parts), envelope.tenant or "")

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        """Say what follows; nothing here is refused, for nobody waits for an answer."""
        memory = Memory(parts)
        match envelope.data:
            case MessageSubmitted(via="sms") | MessageRetried():
                memory = Memory({**parts, **evolve(envelope, memory)})
                course = Course(memory, self._accounts, envelope.time)
                course.submitted(envelope.data)
            case ReceiptArrived():
                return self._receipt(envelope, memory)
            case RecordAnswer():
                return self._answered(envelope.data, memory, envelope.time)
            case RecordReceipt():
                course = Course(memory, self._accounts, envelope.time)
                course.reported(envelope.data)
            case LookUpSend():
                return self._look_up(envelope.data, memory, envelope.time)
            case RecordLookUp():
                course = Course(memory, self._accounts, envelope.time)
                course.looked_up(envelope.data)
            case RetrySend():
                course = Course(memory, self._accounts, envelope.time)
                course.retried(envelope.data)
            case _:
                return Outcome()
        return self._outcome(course, envelope.time)

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        """Name the parts that an event changes."""
        return touched(event)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        """Give the parts that an event leaves behind."""
        return evolve(event, Memory(parts))

    def part_type(self, key: str) -> type[Part]:
        """Tell a part's class by the first word of its key."""
        return state.KINDS[key.split("/", 1)[0]]

    def _receipt(self, envelope: Envelope[ReceiptArrived], memory: Memory) -> Outcome:
        """Judge a receipt here, or hand it to where its conversation is decided (a group)."""
        found = whose(envelope.data, memory)
        if found is None:
            return Outcome()  # kept as `early`, and joined when its send is answered
        command = found.command(envelope.data)
        if found.message.partition_key != envelope.partitionkey:
            return Outcome(commands=(_about(found.message, command),))
        course = Course(memory, self._accounts, envelope.time)
        course.reported(command)
        return self._outcome(course, envelope.time)

    def _answered(self, command: RecordAnswer, memory: Memory, at: datetime) -> Outcome:
        course = Course(memory, self._accounts, at)
        course.answered(command)
        outcome = self._outcome(course, at, command.group)
        look_ups = self._look_ups(command, course, at)
        return replace(outcome, timers=(*outcome.timers, *look_ups))

    def _outcome(
        self, course: Course, at: datetime, group: tuple[Counterpart, ...] = ()
    ) -> Outcome:
        events = tuple(course.events)
        return Outcome(
            events=tuple(_about(_message(event, course), event) for event in events),
            commands=tuple(self._wishes(events, course, group)),
            timers=tuple(_retries(events, course, group)),
            effects=tuple(
                self._effect(call, course.memory, at)
                for call in calls(course.calls, course.memory, self._accounts)
            ),
        )

    def _look_ups(self, command: RecordAnswer, course: Course, at: datetime) -> Iterator[Timer]:
        """Set the timers of a text whose outcome is unknown; a group's are settled by receipts."""
        answers = [event for event in course.events if isinstance(event, SendAnswered)]
        for event in () if command.group else answers:
            text = f"{event.message_id}/{event.attempt}/{event.recipient}/{event.tries}"
            for due_at, look_up in lookups.planned(command, course.memory, self._accounts, at):
                yield Timer(
                    kind="look-up",
                    version=f"{text}/{(due_at - at).total_seconds():.0f}",
                    due_at=due_at,
                    command=_about(_message(event, course), look_up),
                )

    def _look_up(self, command: LookUpSend, memory: Memory, at: datetime) -> Outcome:
        """Ask the carrier, unless the text has ended; a look-up has no way to send."""
        message = memory.message(command.message_id)
        if message is None or message.attempt != command.attempt:
            return Outcome()
        if not lookups.is_open(command, memory):
            return Outcome()
        now = LookUpNow(
            tenant=message.tenant,
            partition_key=message.partition_key,
            number=message.number,
            text=message.text,
            has_files=bool(message.files),
            idempotency_key=_key(command.message_id, command.attempt, command.recipient),
            about=command,
        )
        question = Effect(
            kind="look-up",
            order_key=f"look-up/{command.message_id}/{command.recipient}",
            payload=now,
            due_at=at,
            lane=f"look-up/{command.account}",
            rate_per_second=lookups.PER_SECOND,
        )
        return Outcome(effects=(question,))

    def _effect(self, call: Call, memory: Memory, at: datetime) -> Effect:
        leg, people = call[0], tuple(each.recipient for each in call)
        sending = memory.sending(leg.message_id, leg.attempt, leg.recipient)
        message, account = leg.message, self._accounts[sending.account]
        shared = account.account_segments_per_second
        return Effect(
            kind="send",
            order_key=f"{message.number}|{','.join(people)}",
            payload=SendNow(
                tenant=message.tenant,
                conversation_id=message.conversation_id,
                partition_key=message.partition_key,
                message_id=leg.message_id,
                attempt=leg.attempt,
                tries=sending.planned,
                recipient=leg.recipient,
                group=people if len(people) > 1 else (),
                number=message.number,
                account=sending.account,
                text=message.text,
                files=message.files,
                purpose=message.purpose,
                idempotency_key=_key(leg.message_id, leg.attempt, *people),
                turn_at=at,
                expires_at=expires_at(message, account),
            ),
            due_at=at,
            lane=message.number,
            cost=max(1, encoding.measure(message.text).segments) * len(people),
            rate_per_second=account.pace(message.number),
            shared_lane=None if shared is None else f"account/{sending.account}",
            shared_rate_per_second=shared,
            priority=PRIORITY[message.urgency],
        )

    def _wishes(
        self, events: Iterable[DeliveryEvent], course: Course, group: tuple[Counterpart, ...]
    ) -> Iterator[Addressed]:
        changes = (event for event in events if isinstance(event, DeliveryChanged))
        ends = {change.message_id: change for change in changes if is_end(change.status)}
        for end in ends.values():
            failed = course.ended(end)
            if failed is not None:
                yield _about(_message(end, course), _end(end, failed=failed))
        for event in events:
            message = _message(event, course)
            if isinstance(event, SendAnswered) and group:
                continue  # the carrier does not say which of them has opted out
            if isinstance(event, SendAnswered | ReceiptRecorded) and is_opt_out(
                event.account, event.code, self._accounts
            ):
                yield _opt_out(message, event)


def _key(message_id: str, attempt: int, *people: str) -> str:
    """Give the key of a call, the same however often it is made."""
    return ids.derive(message_id, str(attempt), *people)


def _message(event: DeliveryEvent, course: Course) -> Message:
    message = course.memory.message(event.message_id)
    if message is None:
        raise AssertionError("no event is about an unknown message")
    return message


def _about(message: Message, data: msgspec.Struct) -> Addressed:
    return Addressed(
        subject=message.conversation_id,
        partitionkey=message.partition_key,
        tenant=message.tenant,
        data=data,
    )


def _end(event: DeliveryChanged, *, failed: bool) -> conversation.NoteDeliveryEnd:
    return conversation.NoteDeliveryEnd(
        conversation_id=event.conversation_id,
        message_id=event.message_id,
        attempt=event.attempt,
        failed=failed,
    )


def _opt_out(message: Message, event: SendAnswered | ReceiptRecorded) -> Addressed:
    wish = conversation.RecordOptOut(
        number=message.number, counterpart=event.recipient, code=event.code or ""
    )
    return Addressed(
        subject=f"consent/{message.number}/{event.recipient}",
        partitionkey=partition_key.for_consent(message.number, event.recipient),
        tenant=message.tenant,
        data=wish,
    )


def _retries(
    events: Iterable[DeliveryEvent], course: Course, group: tuple[Counterpart, ...]
) -> Iterator[Timer]:
    """Set a timer for each call that is to be made again; for a group it is one."""
    again = [
        (event, event.retry_at)
        for event in events
        if isinstance(event, SendAnswered) and event.retry_at is not None
    ]
    people = tuple(event.recipient for event, _ in again) if group else ()
    for event, due_at in again[:1] if people else again:
        retry = RetrySend(
            conversation_id=event.conversation_id,
            message_id=event.message_id,
            attempt=event.attempt,
            tries=event.tries + 1,
            recipient=event.recipient,
            group=people,
        )
        yield Timer(
            kind="retry-send",
            version=f"{event.message_id}/{event.attempt}/{event.recipient}/{event.tries}",
            due_at=due_at,
            command=_about(_message(event, course), retry),
        )
