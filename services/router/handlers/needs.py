"""Which parts a record is judged by; the second round follows from what the first one found."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.base import ExtensionId
from schemas.canned import CannedCommand
from schemas.carrier import MessageArrived, OptOutArrived
from schemas.consent import OptOutByHand, RecordScope, ReviewRevocation
from schemas.contact import ContactCommand
from schemas.conversation import (
    CancelScheduled,
    NoteDeliveryEnd,
    RecordOptOut,
    RetryMessage,
    ScheduleMessage,
    SendAutomaticText,
    SendMessage,
    StartConversation,
    SubmitScheduled,
)
from schemas.deletion import DeletionCommand
from schemas.device import DeviceCommand
from schemas.directory import ChooseSettings, DefineNumber, DefineQueue, DirectoryCommand
from schemas.envelope import Envelope
from schemas.group import AddParticipants, GroupCommand, PlaceInGroup, ReachThroughGroup
from schemas.guard import (
    ApproveHeldText,
    GuardCommand,
    GuardedText,
    RejectHeldText,
    ReturnText,
    SubmitText,
    WeighText,
)
from schemas.operation import ActAsOperator
from schemas.pieces import JoinPieces
from schemas.tag import TagCommand
from services.kernel.handling import Parts
from services.router.domain.canned import canned_key
from services.router.domain.devices import devices_key
from services.router.domain.marks import Mark
from services.router.domain.pieces import pieces_key
from services.router.domain.state import (
    Conversation,
    OurNumber,
    Scheduled,
    consent_key,
    conversation_key,
    everywhere_key,
    extension_key,
    number_key,
    queue_key,
    reach_key,
    scheduled_key,
    sent_key,
    settings_key,
    tenant_key,
)
from services.router.domain.tags import tags_key
from services.router.domain.tally import Held, counts, held_key, spend_key
from services.router.handlers import addressing, deleting
from services.router.handlers.consents import ConsentWish
from services.router.handlers.contacts import to_contact
from services.router.handlers.definitions import subject_of
from services.router.handlers.scheduling import ScheduleWish


def needs(envelope: Envelope[Any], parts: Parts) -> Iterator[str]:
    """Name the parts for one record."""
    match envelope.data:
        case MessageArrived() | JoinPieces() as came:
            yield from _to_arrive(came, parts)
        case command if isinstance(command, ConsentWish):
            yield from _to_consent(command, envelope.tenant or "", parts)
        case StartConversation():
            yield from _to_start(envelope, parts)
        case SendAutomaticText(conversation_id=id_):
            yield from _to_speak(id_, None, envelope.tenant or "", parts)
        case SendMessage() | RetryMessage() | NoteDeliveryEnd() as command:
            yield from _to_say(command, envelope.tenant or "", parts)
        case command if isinstance(command, DirectoryCommand):
            yield subject_of(command)
            yield tenant_key(envelope.tenant or "")
            yield from _to_define(command)
        case command if isinstance(command, Mark):
            yield conversation_key(command.conversation_id)
            yield extension_key(command.by)
        case data:
            yield from _to_others(data, envelope.tenant or "", parts)


def _to_arrive(came: MessageArrived | JoinPieces, parts: Parts) -> Iterator[str]:
    others = came.others if isinstance(came, MessageArrived) else ()
    yield from _of_number(came.number, (came.counterpart, *others), came.counterpart, parts)
    piece = came.part if isinstance(came, MessageArrived) else came
    if piece is not None:
        yield pieces_key(came.number, came.counterpart, piece.reference)


def _to_others(data: object, tenant: str, parts: Parts) -> Iterator[str]:
    if isinstance(data, GroupCommand):
        yield from _to_group(data, tenant, parts)
    elif isinstance(data, GuardCommand):
        yield from _to_guard(data, tenant, parts)
    elif isinstance(data, DeletionCommand):
        yield from deleting.needs(data)
    elif isinstance(data, ScheduleWish):
        yield from _to_schedule(data, tenant, parts)
    elif isinstance(data, ContactCommand):
        yield from to_contact(data, tenant)
    elif isinstance(data, TagCommand):
        yield conversation_key(data.conversation_id)
        yield tags_key(data.conversation_id)
        yield extension_key(data.by)
    elif isinstance(data, CannedCommand | DeviceCommand | ActAsOperator):
        yield from _to_keep(data)


def _to_keep(data: CannedCommand | DeviceCommand | ActAsOperator) -> Iterator[str]:
    if isinstance(data, ActAsOperator):
        yield extension_key(data.by)
    elif isinstance(data, CannedCommand):
        yield canned_key(data.reply_id)
        yield extension_key(data.by)
    else:
        yield devices_key(data.recipient)
        yield extension_key(data.recipient)


def _to_schedule(data: ScheduleWish, tenant: str, parts: Parts) -> Iterator[str]:
    place = scheduled_key(data.conversation_id)
    yield place
    by = data.by if isinstance(data, ScheduleMessage | CancelScheduled) else None
    yield from _to_speak(data.conversation_id, by, tenant, parts)
    known = parts.get(place)
    if isinstance(data, SubmitScheduled) and isinstance(known, Scheduled):
        mine = (one for one in known.texts if one.scheduled_id == data.scheduled_id)
        yield from _people(text.author for text in mine)


def _of_number(
    number: str, everybody: Iterable[str], counterpart: str, parts: Parts
) -> Iterator[str]:
    yield number_key(number)
    yield consent_key(number, counterpart)
    yield reach_key(number, counterpart)
    ours = parts.get(number_key(number))
    if isinstance(ours, OurNumber):
        yield tenant_key(ours.tenant)
        yield everywhere_key(ours.tenant, counterpart)
        id_ = addressing.sms_conversation(ours.tenant, number, everybody)
        yield conversation_key(id_)
        yield from _people(ours.defined.route.extensions)


def _to_start(envelope: Envelope[StartConversation], parts: Parts) -> Iterator[str]:
    command, tenant = envelope.data, envelope.tenant or ""
    yield conversation_key(addressing.conversation_to_start(command, envelope.id, tenant))
    yield from _people((command.by, *command.members))
    if command.number is not None:
        yield tenant_key(tenant)
        yield number_key(command.number)
        ours = parts.get(number_key(command.number))
        if isinstance(ours, OurNumber):
            yield from _people(ours.defined.route.extensions)


def _to_say(
    command: SendMessage | RetryMessage | NoteDeliveryEnd, tenant: str, parts: Parts
) -> Iterator[str]:
    if not isinstance(command, SendMessage):
        yield sent_key(command.conversation_id)
    if isinstance(command, NoteDeliveryEnd):
        yield conversation_key(command.conversation_id)
        return
    yield from _to_speak(command.conversation_id, command.by, tenant, parts)


def _to_speak(
    conversation_id: str, by: ExtensionId | None, tenant: str, parts: Parts
) -> Iterator[str]:
    yield conversation_key(conversation_id)
    if by is not None:
        yield extension_key(by)
    yield tenant_key(tenant)
    found = parts.get(conversation_key(conversation_id))
    if isinstance(found, Conversation) and found.number is not None:
        yield number_key(found.number)
        for counterpart in found.counterparts:
            yield consent_key(found.number, counterpart)
            yield everywhere_key(tenant, counterpart)


def _to_group(command: GroupCommand, tenant: str, parts: Parts) -> Iterator[str]:
    match command:
        case ReachThroughGroup(number=number, counterpart=counterpart):
            yield reach_key(number, counterpart)
            yield conversation_key(addressing.sms_conversation(tenant, number, (counterpart,)))
        case PlaceInGroup(message=message):
            yield conversation_key(command.conversation_id)
            yield consent_key(message.number, message.counterpart)
            yield everywhere_key(tenant, message.counterpart)
        case _:
            yield conversation_key(command.conversation_id)
            yield extension_key(command.by)
            if isinstance(command, AddParticipants):
                yield tenant_key(tenant)
                yield from _people(command.members)
                found = parts.get(conversation_key(command.conversation_id))
                known = found.number if isinstance(found, Conversation) else None
                yield from (number_key(one) for one in (known, command.number) if one)


def _to_consent(
    command: ConsentWish,
    tenant: str,
    parts: Parts,
) -> Iterator[str]:
    match command:
        case RecordOptOut() | OptOutArrived():
            number, counterpart = command.number, command.counterpart
            yield from _of_number(number, (counterpart,), counterpart, parts)
        case OptOutByHand(number=number, counterpart=counterpart, by=by):
            yield from _of_number(number, (counterpart,), counterpart, parts)
            yield extension_key(by)
        case RecordScope(counterpart=counterpart):
            yield everywhere_key(tenant, counterpart)
        case ReviewRevocation():
            yield from _to_review(command, parts)


def _to_review(command: ReviewRevocation, parts: Parts) -> Iterator[str]:
    yield conversation_key(command.conversation_id)
    yield extension_key(command.by)
    found = parts.get(conversation_key(command.conversation_id))
    if isinstance(found, Conversation) and found.number is not None:
        for one in found.suspected:
            if one.message_id == command.message_id:
                pair = (one.counterpart,)
                yield from _of_number(found.number, pair, one.counterpart, parts)


def _to_guard(command: GuardCommand, tenant: str, parts: Parts) -> Iterator[str]:
    match command:
        case SubmitText(text=text):
            wish = text.send or text.retry
            if wish is not None:
                yield from _to_say(wish, tenant, parts)
            else:
                yield from _to_speak(text.conversation_id, None, tenant, parts)
            if text.scheduled_id is not None:
                yield scheduled_key(text.conversation_id)
        case WeighText(text=text):
            yield from _to_weigh(text, tenant)
        case ReturnText():
            yield spend_key(tenant)
            yield from counts(command, tenant)
        case ApproveHeldText(wish_id=wish_id, by=by) | RejectHeldText(wish_id=wish_id, by=by):
            yield extension_key(by)
            yield held_key(tenant, wish_id)
            held = parts.get(held_key(tenant, wish_id))
            if isinstance(held, Held) and held.text is not None:
                yield from _to_weigh(held.text, tenant)


def _to_weigh(text: GuardedText, tenant: str) -> Iterator[str]:
    yield tenant_key(tenant)
    yield spend_key(tenant)
    yield from counts(text, tenant)
    for recipient in text.recipients:
        yield consent_key(text.number, recipient)
        yield everywhere_key(tenant, recipient)


def _to_define(command: DirectoryCommand) -> Iterator[str]:
    if isinstance(command, ChooseSettings):
        yield settings_key(command.extension_id)
        return
    if command.by is not None:
        yield extension_key(command.by)
    match command:
        case DefineNumber(route=route, callers=callers):
            yield from _people((*route.extensions, *callers))
            if route.queue_id is not None:
                yield queue_key(route.queue_id)
        case DefineQueue(agents=agents, supervisors=supervisors, options=options):
            yield from _people((*agents, *supervisors))
            if options.overflow_queue_id is not None:
                yield queue_key(options.overflow_queue_id)
        case _:
            return


def _people(extensions: Iterable[ExtensionId]) -> Iterator[str]:
    return (extension_key(id_) for id_ in extensions)
