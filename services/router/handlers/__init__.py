"""The router to the kernel: one record in, the parts that it needs, and what follows from it."""

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.canned import CannedCommand
from schemas.carrier import MessageArrived, OptOutArrived, ReceiptArrived
from schemas.contact import ContactCommand, ContactEvent
from schemas.conversation import (
    AttemptEnded,
    ConversationStarted,
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
    SendAutomaticText,
)
from schemas.deletion import DeletionCommand, DeletionEvent
from schemas.device import DeviceCommand, DeviceEvent
from schemas.directory import DirectoryCommand, DirectoryEvent
from schemas.envelope import Envelope
from schemas.group import GroupReached, GroupUnreached
from schemas.guard import GuardEvent
from schemas.operation import ActAsOperator, OperatorActed
from schemas.pieces import JoinPieces, PiecesEvent
from schemas.tag import TagCommand
from services.kernel.handling import Outcome, Part, Parts
from services.router.domain import canned, counting, devices, memory, state, tags, tally
from services.router.domain import scheduling as plans
from services.router.domain.contacts import CallerName, Contact
from services.router.domain.pieces import remembered as memory_of_pieces
from services.router.handlers import deleting, pieces
from services.router.handlers.arrivals import on_message_arrived, on_wait_over
from services.router.handlers.automatic import on_automatic
from services.router.handlers.consents import ConsentWish, on_consent
from services.router.handlers.contacts import contact_remembered, on_contact
from services.router.handlers.contacts import subject_of as contact_of
from services.router.handlers.definitions import on_definition, remembered, touched
from services.router.handlers.groups import GroupMatter, on_group
from services.router.handlers.guarding import GuardWish, on_guard
from services.router.handlers.labels import LabelEvent, label_key, labelled, on_canned, on_tag
from services.router.handlers.needs import needs
from services.router.handlers.operating import on_operation
from services.router.handlers.registering import device_remembered, on_device
from services.router.handlers.scheduling import ScheduleWish, on_schedule
from services.router.handlers.wishes import on_wish

#: What leaves nothing to remember.
_Untold = MessageArrived | ReceiptArrived | OptOutArrived | OperatorActed
_Consents = CounterpartOptedOut | CounterpartOptedIn
_Reaches = GroupReached | GroupUnreached
_Directory = DirectoryEvent | ContactEvent | DeviceEvent
_Texts = MessageRetried | AttemptEnded
#: What is kept beside the conversation's own part.
_Apart = GuardEvent | plans.Scheduling | DeletionEvent | PiecesEvent
_JUDGES = (
    (MessageArrived, on_message_arrived),
    (JoinPieces, on_wait_over),
    (ConsentWish, on_consent),
    (GroupMatter, on_group),
    (GuardWish, on_guard),
    (ScheduleWish, on_schedule),
    (SendAutomaticText, on_automatic),
    (DeletionCommand, deleting.on_deletion),
    (DirectoryCommand, on_definition),
    (ContactCommand, on_contact),
    (CannedCommand, on_canned),
    (TagCommand, on_tag),
    (DeviceCommand, on_device),
    (ActAsOperator, on_operation),
)
_PART_TYPES: Mapping[str, type[Part]] = {
    **state.PART_TYPES,
    "contact": Contact,
    "caller": CallerName,
    "canned": canned.Canned,
    "tags": tags.Tags,
    "devices": devices.Devices,
}


class RouterHandlers:
    """Implements the kernel's Handlers over the parts of `domain.state`."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        """Name the parts that judge this record."""
        return needs(envelope, parts)

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        """Say what follows from a record; may raise Refused."""
        if isinstance(envelope.data, ReceiptArrived):
            return Outcome()  # dispatch reads these
        for kinds, judge in _JUDGES:
            if isinstance(envelope.data, kinds):
                return judge(envelope, parts)
        return on_wish(envelope, parts)

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        """Name the parts that this event of ours changes; foreign ones change none."""
        data = event.data
        if isinstance(data, _Untold):
            return
        if isinstance(data, _Directory):
            yield from _touched_in_directory(data, event.tenant or "")
        elif isinstance(data, GuardEvent):
            yield from tally.touched(data, event.tenant or "")
        elif isinstance(data, _Reaches):
            yield state.reach_key(data.number, data.counterpart)
        elif isinstance(data, _Consents):
            yield _consent_part(data, event.tenant or "")
        elif isinstance(data, DeletionEvent):
            yield from deleting.touched(data)
        else:
            yield from _of_conversation(data)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        """Give the parts that this event leaves behind."""
        data = event.data
        if isinstance(data, _Directory):
            return _of_directory(event, parts)
        if isinstance(data, _Apart):
            return _remembered_apart(event, state.World(parts, event.tenant or ""))
        if isinstance(data, _Reaches):
            reach = memory.reached(data, event.time)
            return {state.reach_key(data.number, data.counterpart): reach}
        if isinstance(data, _Consents):
            out = isinstance(data, CounterpartOptedOut)
            return {_consent_part(data, event.tenant or ""): state.Consent(opted_out=out)}
        return {key: _evolved(key, event, parts) for key in self.touches(event)}

    def part_type(self, key: str) -> type[Part]:
        """Tell the class of a part by its key's prefix."""
        return _PART_TYPES[key.partition("/")[0]]


def _touched_in_directory(data: _Directory, tenant: str) -> Iterable[str]:
    if isinstance(data, ContactEvent):
        return (contact_of(data, tenant),)
    if isinstance(data, DeviceEvent):
        return (devices.devices_key(data.recipient),)
    return touched(data)


def _of_directory(event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
    data = event.data
    if isinstance(data, DeviceEvent):
        return device_remembered(event, parts)
    if isinstance(data, ContactEvent):
        return contact_remembered(event)
    return {key: remembered(data, event.tenant or "") for key in touched(data)}


def _remembered_apart(event: Envelope[Any], world: state.World) -> Mapping[str, Part]:
    data = event.data
    if isinstance(data, GuardEvent):
        return counting.remembered(data, world, event.time)
    if isinstance(data, DeletionEvent):
        return deleting.remembered(data, world)
    if isinstance(data, PiecesEvent):
        known = world.pieces(data.number, data.counterpart, data.reference)
        return {pieces.touched(data): memory_of_pieces(known, data)}
    after = plans.remembered(world.scheduled(data.conversation_id), data)
    return {state.scheduled_key(data.conversation_id): after}


def _consent_part(event: CounterpartOptedOut | CounterpartOptedIn, tenant: str) -> str:
    if event.everywhere:
        return state.everywhere_key(tenant, event.counterpart)
    return state.consent_key(event.number, event.counterpart)


def _of_conversation(data: Any) -> Iterable[str]:  # noqa: ANN401 - an event with a conversation
    if isinstance(data, LabelEvent):
        yield label_key(data)
        return
    if isinstance(data, PiecesEvent):
        yield pieces.touched(data)
        return
    if isinstance(data, plans.Scheduling):
        yield state.scheduled_key(data.conversation_id)
        return
    if not isinstance(data, _Texts):
        yield state.conversation_key(data.conversation_id)
    if isinstance(data, _Texts) or _is_kept(data):
        yield state.sent_key(data.conversation_id)


def _is_kept(data: object) -> bool:
    return isinstance(data, MessageSubmitted) and data.via == "sms" and data.author is not None


def _evolved(key: str, event: Envelope[Any], parts: Parts) -> Part:
    data, part = event.data, parts.get(key)
    if isinstance(data, LabelEvent):
        return labelled(data, event.tenant or "", parts)
    if key == state.sent_key(data.conversation_id):
        return memory.said(part if isinstance(part, state.Sent) else state.Sent(), data)
    if isinstance(data, ConversationStarted):
        return memory.started(data, event.tenant or "", event.partitionkey)
    if not isinstance(part, state.Conversation):
        raise TypeError(f"{key} begins with {event.type}")
    return memory.happened(part, data, event.time)
