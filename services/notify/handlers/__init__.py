"""Records in, decisions out: asks per recipient, then decides beside what is known of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from schemas.base import ExtensionId
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.delivery import DeliveryChanged
from schemas.desk import ConversationOffered, NoteWritten
from schemas.device import Platform
from schemas.directory import ExtensionDefined, QueueDefined, SettingsChosen
from schemas.envelope import Envelope
from schemas.muting import ConversationMuted, ConversationUnmuted
from schemas.notification import (
    ConsiderNotification,
    NotificationEvent,
    PhoneText,
    Push,
    PushSubscribed,
    PushUnsubscribed,
    RecordDevicePush,
    RecordPhoneText,
    RecordPush,
    SubscribePush,
    UnsubscribePush,
)
from schemas.queue import (
    ConversationClaimed,
    ConversationQueued,
    ConversationReopened,
    FollowUpArrived,
    WaitEscalated,
)
from services.kernel.handling import Effect, Outcome, Part, Parts
from services.notify.domain import occasions, phones, telling
from services.notify.domain.occasions import Authored, Muted, Named, Remembered
from services.notify.domain.phones import DeskPhone
from services.notify.domain.telling import Recipient
from services.notify.handlers import mobile
from services.notify.handlers.addressing import addressed, part

#: The effect that services.notify.adapters.web_push performs.
WEB_PUSH = "web-push"
#: The effect that services.notify.adapters.sip performs.
SIP_MESSAGE = "sip-message"

_PART_TYPES: Mapping[str, type[Part]] = {
    "name": Named,
    "words": Remembered,
    "author": Authored,
    "muted": Muted,
    "phone": DeskPhone,
    "recipient": Recipient,
    **mobile.PART_TYPES,
}
#: What people are told of.
_Told = (
    MessageReceived
    | MessageSubmitted
    | DeliveryChanged
    | ConversationQueued
    | ConversationReopened
    | ConversationClaimed
    | FollowUpArrived
    | WaitEscalated
)
_OnePersons = ConsiderNotification | SubscribePush | UnsubscribePush


class Pushing(msgspec.Struct, frozen=True, kw_only=True):
    """The effect's payload: a notification for one browser, and which try it is."""

    push: Push
    tenant: str
    tries: int


class Phoning(msgspec.Struct, frozen=True, kw_only=True):
    """The effect's payload: a text for one desk phone, and which try it is."""

    text: PhoneText
    tenant: str
    tries: int


class NotifyHandlers:
    """The kernel's view of notify (services.kernel.handling.Handlers)."""

    def __init__(
        self, *, desk_phones: bool = False, mobile_phones: Collection[Platform] = ()
    ) -> None:
        """`desk_phones`: there is a phone system that takes texts for them.

        `mobile_phones`: the push services that we may speak to.
        """
        self._desk_phones = desk_phones
        self._mobile_phones = frozenset(mobile_phones)

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        del parts
        match envelope.data:
            case ConsiderNotification(recipient=recipient):
                phones = mobile.needs(recipient) if self._mobile_phones else ()
                return (_recipient(recipient), f"phone/{recipient}", *phones)
            case SubscribePush() | UnsubscribePush() as command:
                return (_recipient(command.recipient),)
            case RecordPhoneText() | RecordDevicePush():
                return ()
            case RecordPush(push=push):
                return (_recipient(push.recipient),)
            case event:
                return (*_needs_of_event(event), *_silence_about(event))

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        match envelope.data:
            case ConsiderNotification() as question:
                return self._consider(question, envelope, parts)
            case RecordPush() as report:
                return _record(report, envelope, parts)
            case RecordPhoneText() as report:
                return _record_phone(report, envelope)
            case RecordDevicePush() as report:
                return mobile.record(report, envelope)
            case SubscribePush() | UnsubscribePush() as command:
                return _subscription(command, envelope, parts)
            case event:
                return _ask(envelope, tuple(_questions(event, parts)), parts)

    def _consider(
        self, question: ConsiderNotification, envelope: Envelope[Any], parts: Parts
    ) -> Outcome:
        outcome = _consider(question, envelope, parts)
        if self._desk_phones:
            outcome = _phone(question, outcome, envelope, parts)
        if self._mobile_phones:
            outcome = mobile.consider(question, outcome, envelope, parts, self._mobile_phones)
        return outcome

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        match event.data:
            case PushSubscribed() | PushUnsubscribed() as change:
                return (_recipient(change.recipient),)
            case ExtensionDefined() | QueueDefined() | SettingsChosen() as defined:
                return _defined(defined, {})
            case MessageReceived(queue_id=str()) as message:
                return (f"words/{message.conversation_id}",)
            case MessageSubmitted(via="sms", author=str()) as message:
                return (f"author/{message.message_id}",)
            case ConversationMuted() | ConversationUnmuted() as change:
                return (f"muted/{change.conversation_id}",)
            case other:
                return mobile.touches(other)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        match event.data:
            case PushSubscribed() | PushUnsubscribed() as change:
                key = _recipient(change.recipient)
                return {key: telling.evolve(_known(parts, change.recipient), change)}
            case ExtensionDefined() | QueueDefined() | SettingsChosen() as defined:
                return _defined(defined, parts)
            case MessageReceived(queue_id=str()) as message:
                said = occasions.words(message.text, len(message.files))
                last = Remembered(title=message.counterpart, body=said)
                return {f"words/{message.conversation_id}": last}
            case MessageSubmitted(via="sms", author=str() as author) as message:
                to = message.recipients[0] if message.recipients else ""
                written = Authored(author=ExtensionId(author), to=to)
                return {f"author/{message.message_id}": written}
            case ConversationMuted() | ConversationUnmuted() as change:
                key, on = f"muted/{change.conversation_id}", isinstance(change, ConversationMuted)
                return {key: occasions.mute(part(parts, key, Muted), change.by, on=on)}
            case other:
                return mobile.evolve(other, event.time, parts)

    def part_type(self, key: str) -> type[Part]:
        return _PART_TYPES[key.split("/", 1)[0]]


def _defined(
    event: ExtensionDefined | QueueDefined | SettingsChosen, parts: Parts
) -> Mapping[str, Part]:
    """Give the parts that the directory feeds, as they are after this."""
    if isinstance(event, QueueDefined):
        return {f"name/{event.queue_id}": Named(name=event.name)}
    id_ = event.extension_id
    phone = {f"phone/{id_}": phones.evolve(part(parts, f"phone/{id_}", DeskPhone), event)}
    if isinstance(event, SettingsChosen):
        return phone
    return {f"name/{id_}": Named(name=event.name), **phone}


def _needs_of_event(event: object) -> tuple[str, ...]:
    match event:
        case MessageSubmitted(via="chat", author=str() as author) | NoteWritten(by=author):
            return (f"name/{author}",)
        case ConversationClaimed(transferred_by=str() as giver):
            return (f"name/{giver}", f"name/{event.queue_id}")
        case DeliveryChanged():
            return (f"author/{event.message_id}",)
        case (
            ConversationQueued()
            | ConversationReopened()
            | FollowUpArrived()
            | WaitEscalated()
            | ConversationOffered()
        ):
            return (f"words/{event.conversation_id}", f"name/{event.queue_id}")
        case _:
            return ()


def _questions(event: object, parts: Parts) -> Iterator[ConsiderNotification]:
    match event:
        case MessageReceived():
            yield from occasions.on_message_received(event)
        case MessageSubmitted():
            yield from occasions.on_message_submitted(event, _names(parts))
        case DeliveryChanged():
            authored = parts.get(f"author/{event.message_id}")
            yield from occasions.on_delivery_changed(
                event, authored if isinstance(authored, Authored) else None
            )
        case _:
            yield from _questions_of_queue(event, parts)


def _questions_of_queue(event: object, parts: Parts) -> Iterator[ConsiderNotification]:
    names = _names(parts)
    match event:
        case ConversationQueued() | ConversationReopened():
            last = _last_words(parts, event.conversation_id)
            body = f"{last.title}: {last.body}" if last else ""
            yield from occasions.on_conversation_waits(event, names.get(event.queue_id, ""), body)
        case FollowUpArrived():
            yield from occasions.on_follow_up(event, _last_words(parts, event.conversation_id))
        case ConversationClaimed():
            yield from occasions.on_claimed(event, names.get(event.queue_id, ""), names)
        case ConversationOffered():
            last = _last_words(parts, event.conversation_id)
            yield from occasions.on_offered(event, names.get(event.queue_id, ""), last)
        case NoteWritten():
            yield from occasions.on_note(event, names)
        case WaitEscalated():
            yield from occasions.on_wait_escalated(event, names.get(event.queue_id, ""))
        case _:
            return


def _silence_about(event: object) -> tuple[str, ...]:
    """Name who wants to hear nothing about what an event that is told of speaks of."""
    return (f"muted/{event.conversation_id}",) if isinstance(event, _Told) else ()


def _ask(
    cause: Envelope[Any], questions: tuple[ConsiderNotification, ...], parts: Parts
) -> Outcome:
    asked = (
        msgspec.structs.replace(
            one,
            cause_id=cause.id,
            muted=one.recipient in part(parts, f"muted/{one.conversation_id}", Muted).by,
        )
        for one in questions
    )
    return Outcome(commands=tuple(addressed(q.recipient, q, cause) for q in asked))


def _consider(question: ConsiderNotification, envelope: Envelope[Any], parts: Parts) -> Outcome:
    recipient = _known(parts, question.recipient)
    decided = telling.consider(question, recipient)
    told = telling.pushes(question, recipient) if decided.sent else ()
    return Outcome(
        events=(addressed(question.recipient, decided, envelope),),
        effects=tuple(_push(push, 1, envelope, envelope.time) for push in told),
    )


def _phone(
    question: ConsiderNotification, outcome: Outcome, envelope: Envelope[Any], parts: Parts
) -> Outcome:
    """Add what is decided for the desk phone to what is decided for the browsers."""
    phone = part(parts, f"phone/{question.recipient}", DeskPhone)
    decided = phones.consider(question, phone)
    if decided is None:
        return outcome
    rings = (phones.text(question, phone),) if decided.sent else ()
    return replace(
        outcome,
        events=(*outcome.events, addressed(question.recipient, decided, envelope)),
        effects=(*outcome.effects, *(_ring(one, 1, envelope, envelope.time) for one in rings)),
    )


def _record_phone(report: RecordPhoneText, envelope: Envelope[Any]) -> Outcome:
    wait = telling.next_wait(report)
    if wait is not None:
        again = _ring(report.text, report.tries + 1, envelope, envelope.time + wait)
        return Outcome(effects=(again,))
    ended = phones.record(report)
    return Outcome(events=(addressed(report.text.recipient, ended, envelope),) if ended else ())


def _record(report: RecordPush, envelope: Envelope[Any], parts: Parts) -> Outcome:
    recipient = report.push.recipient
    wait = telling.next_wait(report)
    if wait is not None:
        return Outcome(
            effects=(_push(report.push, report.tries + 1, envelope, envelope.time + wait),)
        )
    events = telling.record(report, _known(parts, recipient))
    return Outcome(events=tuple(addressed(recipient, event, envelope) for event in events))


def _subscription(
    command: SubscribePush | UnsubscribePush, envelope: Envelope[Any], parts: Parts
) -> Outcome:
    known = _known(parts, command.recipient)
    events: tuple[NotificationEvent, ...]
    if isinstance(command, SubscribePush):
        events = telling.subscribe(command, known)
    else:
        events = telling.unsubscribe(command, known)
    return Outcome(
        events=tuple(addressed(command.recipient, event, envelope) for event in events),
        answer={"subscribed": isinstance(command, SubscribePush)},
    )


def _push(push: Push, tries: int, cause: Envelope[Any], due_at: datetime) -> Effect:
    return Effect(
        kind=WEB_PUSH,
        # one that waits for its retry holds up no other
        order_key=f"{push.cause_id}/{push.endpoint}",
        payload=Pushing(push=push, tenant=cause.tenant or "", tries=tries),
        due_at=due_at,
    )


def _ring(text: PhoneText, tries: int, cause: Envelope[Any], due_at: datetime) -> Effect:
    return Effect(
        kind=SIP_MESSAGE,
        # one that waits for its retry holds up no other
        order_key=f"{text.cause_id}/{text.dial}",
        payload=Phoning(text=text, tenant=cause.tenant or "", tries=tries),
        due_at=due_at,
    )


def _recipient(id_: ExtensionId) -> str:
    return f"recipient/{id_}"


def _known(parts: Parts, id_: ExtensionId) -> Recipient:
    return part(parts, _recipient(id_), Recipient)


def _names(parts: Parts) -> dict[str, str]:
    return {
        key.removeprefix("name/"): part.name
        for key, part in parts.items()
        if isinstance(part, Named)
    }


def _last_words(parts: Parts, conversation_id: str) -> Remembered | None:
    last = parts.get(f"words/{conversation_id}")
    return last if isinstance(last, Remembered) else None
