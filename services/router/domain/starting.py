"""Rules of opening a conversation: what exists is found, and the answer is the same."""

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import (
    ConversationEvent,
    ConversationReopenedByMember,
    ConversationRouted,
    ConversationStarted,
    StartConversation,
)
from schemas.directory import NumberDefined
from services.router.domain import groups
from services.router.domain.directory import MAX_PEOPLE, is_counterpart
from services.router.domain.gate import (
    check_caller,
    check_chat,
    check_person,
    check_recipients,
    check_texting,
)
from services.router.domain.inbound import audience
from services.router.domain.refusals import (
    BadNumber,
    ExtensionsOnly,
    NobodyElse,
    OnlyOneOther,
    OurOwnNumber,
    QueueOnly,
    TooManyPeople,
    UnknownNumber,
)
from services.router.domain.state import Conversation, World

#: Outside people in one group MMS, with which carriers still cope.
MAX_COUNTERPARTS = 9


def start(
    command: StartConversation, conversation_id: ConversationId, world: World
) -> list[ConversationEvent]:
    """Start it, or find it; the id was made from what the command says."""
    check_person(command.by, world)
    found = world.conversation(conversation_id)
    if command.kind == "sms":
        return _start_sms(command, conversation_id, found, world)
    _check_members(command, world)
    if command.kind == "group":
        counterparts = tuple(dict.fromkeys(command.counterparts))
        groups.check_started(everybody(command), command.number, counterparts, command.by, world)
    if found is not None:
        return _opened_again(command.by, found)
    is_group = command.kind == "group"
    return [
        ConversationStarted(
            conversation_id=conversation_id,
            kind=command.kind,
            members=everybody(command),
            number=command.number if is_group and command.counterparts else None,
            counterparts=tuple(dict.fromkeys(command.counterparts)),
            name=command.name if is_group else None,
            started_by=command.by,
        )
    ]


def everybody(command: StartConversation) -> tuple[ExtensionId, ...]:
    """Give the members, whoever asks, in one order."""
    return tuple(sorted({command.by, *command.members}))


def _check_members(command: StartConversation, world: World) -> None:
    is_direct = command.kind == "direct"
    if is_direct and (command.counterparts or command.number is not None):
        raise ExtensionsOnly
    others = len(everybody(command)) - 1
    if others == 0 and is_direct:
        raise NobodyElse
    if others > 1 and is_direct:
        raise OnlyOneOther
    if others > MAX_PEOPLE:
        raise TooManyPeople(most=MAX_PEOPLE)
    check_chat((command.by, *command.members), world)


def _start_sms(
    command: StartConversation,
    conversation_id: ConversationId,
    found: Conversation | None,
    world: World,
) -> list[ConversationEvent]:
    ours = _check_sms(command, world)
    if found is not None:
        return _joined(command.by, found)
    if ours.route.kind == "queue":
        raise QueueOnly(queue=ours.route.queue_id)
    members, _ = audience(ours, (command.by,), world)
    return [
        ConversationStarted(
            conversation_id=conversation_id,
            kind="sms",
            members=members,
            number=ours.number,
            counterparts=tuple(sorted(set(command.counterparts))),
            started_by=command.by,
        )
    ]


def _check_sms(command: StartConversation, world: World) -> NumberDefined:
    if command.members:
        raise ExtensionsOnly
    if command.number is None:
        raise UnknownNumber(number="")
    ours = check_texting(command.number, command.by, world)
    check_caller(ours, command.by)
    counterparts = set(command.counterparts)
    if not counterparts:
        raise NobodyElse
    if len(counterparts) > MAX_COUNTERPARTS:
        raise TooManyPeople(most=MAX_COUNTERPARTS)
    for counterpart in sorted(counterparts):
        _check_counterpart(counterpart, ours)
    check_recipients(ours, tuple(counterparts))
    return ours


def _check_counterpart(counterpart: str, ours: NumberDefined) -> None:
    if not is_counterpart(counterpart):
        raise BadNumber(number=counterpart)
    if counterpart == ours.number:
        raise OurOwnNumber(number=counterpart)


def _joined(by: ExtensionId, found: Conversation) -> list[ConversationEvent]:
    """Let a caller of the number into a conversation that others began from it."""
    if found.queue_id is not None or by in found.members:
        return _opened_again(by, found)
    return [
        ConversationRouted(
            conversation_id=found.conversation_id,
            members=(*found.members, by),
            opened_by=by,
        )
    ]


def _opened_again(by: ExtensionId, found: Conversation) -> list[ConversationEvent]:
    if by not in found.closed:
        return []
    return [ConversationReopenedByMember(conversation_id=found.conversation_id, by=by)]
