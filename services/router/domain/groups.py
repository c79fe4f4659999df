"""Rules of named groups (DESIGN.md §6): who may change one, and how outside people take part.

Outside people get each message by text from the group's number, with the sender's name in front;
what they answer goes to whatever texted them last from that number: the group, or a conversation
with them alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.base import ConversationId, Counterpart, ExtensionId, Number
from schemas.conversation import MessageReceived, MessageSubmitted, SendMessage
from schemas.directory import NumberDefined
from schemas.group import (
    AddParticipants,
    Group,
    GroupReached,
    GroupRenamed,
    GroupUnreached,
    LeaveGroup,
    ParticipantLeft,
    ParticipantRemoved,
    ParticipantsAdded,
    PlaceInGroup,
    ReachThroughGroup,
    RemoveParticipant,
    RenameGroup,
)
from services.router.domain.directory import MAX_PEOPLE, is_counterpart
from services.router.domain.gate import check_caller, check_chat, check_text, check_texting
from services.router.domain.inbound import Arrival, Placed
from services.router.domain.refusals import (
    BadNumber,
    NoAccount,
    NobodyElse,
    NotAGroup,
    NotInGroup,
    NotYourGroup,
    OurOwnNumber,
    QueueOnly,
    TollFreeNoGroup,
    TooLong,
    TooManyPeople,
    UnknownConversation,
    UnknownNumber,
)
from services.router.domain.state import Conversation, World

#: Outside people in one group: each message is so many texts.
MAX_OUTSIDE = 20
MAX_NAME = 100

Change = GroupRenamed | ParticipantsAdded | ParticipantRemoved | ParticipantLeft
GroupWish = RenameGroup | AddParticipants | RemoveParticipant | LeaveGroup


@dataclass(frozen=True)
class Changed:
    """What a wish about a group comes to: one event or none, and whom it texts from now on."""

    event: Change | None
    reached: tuple[Counterpart, ...] = ()
    unreached: tuple[Counterpart, ...] = ()


def change(command: GroupWish, world: World) -> Changed:
    """Judge a wish; what is so already is no event. May raise Refused."""
    group = _known(command.conversation_id, world)
    match command:
        case RenameGroup():
            return _rename(command, group)
        case AddParticipants():
            return _add(command, group, world)
        case RemoveParticipant():
            return _remove(command, group, world)
        case LeaveGroup():
            return _leave(command, group)


def _known(id_: ConversationId, world: World) -> Conversation:
    found = world.conversation(id_)
    if found is None:
        raise UnknownConversation
    if found.kind != "group":
        raise NotAGroup
    return found


def _check_member(by: ExtensionId, group: Conversation) -> None:
    if by not in group.members:
        raise UnknownConversation


def _rename(command: RenameGroup, group: Conversation) -> Changed:
    _check_member(command.by, group)
    name = command.name.strip()
    check_text(name)
    if len(name) > MAX_NAME:
        raise TooLong(most=MAX_NAME, length=len(name))
    if name == group.name:
        return Changed(None)
    return Changed(
        GroupRenamed(
            conversation_id=group.conversation_id, by=command.by, group=_after(group, name=name)
        )
    )


def _add(command: AddParticipants, group: Conversation, world: World) -> Changed:
    _check_member(command.by, group)
    members = _new(command.members, group.members)
    counterparts = _new(command.counterparts, group.counterparts)
    check_chat(members, world)
    if len(group.members) + len(members) > MAX_PEOPLE:
        raise TooManyPeople(most=MAX_PEOPLE)
    number = group.number
    if counterparts:
        everybody = (*group.counterparts, *counterparts)
        number = check_outside(group.number or command.number, everybody, command.by, world)
    if not (members or counterparts):
        return Changed(None)
    added = ParticipantsAdded(
        conversation_id=group.conversation_id,
        by=command.by,
        members=members,
        counterparts=counterparts,
        group=Group(
            name=group.name,
            members=(*group.members, *members),
            number=number,
            counterparts=(*group.counterparts, *counterparts),
        ),
    )
    return Changed(added, reached=counterparts)


def _new(wanted: Iterable[str], there: tuple[str, ...]) -> tuple[ExtensionId, ...]:
    return tuple(ExtensionId(one) for one in dict.fromkeys(wanted) if one not in there)


def check_outside(
    number: Number | None, counterparts: tuple[Counterpart, ...], by: ExtensionId, world: World
) -> Number:
    """Refuse outside people whom nobody could text from this number; give the number."""
    if number is None:
        raise UnknownNumber(number="")
    ours = check_texting(number, by, world)
    check_caller(ours, by)
    if ours.toll_free:
        raise TollFreeNoGroup
    if ours.route.kind == "queue":
        raise QueueOnly(queue=ours.route.queue_id)
    if len(counterparts) > MAX_OUTSIDE:
        raise TooManyPeople(most=MAX_OUTSIDE)
    for counterpart in counterparts:
        if not is_counterpart(counterpart):
            raise BadNumber(number=counterpart)
        if counterpart == number:
            raise OurOwnNumber(number=counterpart)
    return number


def _remove(command: RemoveParticipant, group: Conversation, world: World) -> Changed:
    if command.member == command.by:
        return _leave(LeaveGroup(conversation_id=command.conversation_id, by=command.by), group)
    _check_may_remove(command.by, group, world)
    member, counterpart = command.member, command.counterpart
    if member not in group.members and counterpart not in group.counterparts:
        raise NotInGroup
    removed = ParticipantRemoved(
        conversation_id=group.conversation_id,
        by=command.by,
        member=member,
        counterpart=counterpart,
        group=_without(group, member, counterpart),
    )
    return Changed(removed, unreached=_unreached(group, removed.group))


def _check_may_remove(by: ExtensionId, group: Conversation, world: World) -> None:
    person = world.extension(by)
    is_admin = person is not None and "admin" in person.roles
    if not is_admin:
        _check_member(by, group)
        if by != group.started_by:
            raise NotYourGroup


def _leave(command: LeaveGroup, group: Conversation) -> Changed:
    _check_member(command.by, group)
    after = _without(group, command.by, None)
    left = ParticipantLeft(conversation_id=group.conversation_id, by=command.by, group=after)
    return Changed(left, unreached=_unreached(group, after))


def _unreached(before: Conversation, after: Group) -> tuple[Counterpart, ...]:
    """Name who is texted no more: who was taken out, and everybody once no member is left."""
    staying = after.counterparts if after.members else ()
    return tuple(one for one in before.counterparts if one not in staying)


def _without(
    group: Conversation, member: ExtensionId | None, counterpart: Counterpart | None
) -> Group:
    return Group(
        name=group.name,
        members=tuple(one for one in group.members if one != member),
        number=group.number,
        counterparts=tuple(one for one in group.counterparts if one != counterpart),
    )


def _after(group: Conversation, *, name: str) -> Group:
    return Group(
        name=name, members=group.members, number=group.number, counterparts=group.counterparts
    )


def check_started(
    members: tuple[ExtensionId, ...],
    number: Number | None,
    counterparts: tuple[Counterpart, ...],
    by: ExtensionId,
    world: World,
) -> None:
    """Refuse a group of nobody else, or of outside people whom nobody could text."""
    if len(members) == 1 and not counterparts:
        raise NobodyElse
    if counterparts:
        check_outside(number, counterparts, by, world)


def outside(
    command: SendMessage, group: Conversation, world: World
) -> tuple[NumberDefined, tuple[Counterpart, ...], str] | None:
    """Say from which number, to whom and in which words a message goes out; None: to nobody.

    Whoever has said STOP is left out; the others are not silenced by it.
    """
    if group.number is None or not group.counterparts:
        return None
    ours, willing = leaving(group, command.by, world)
    author = world.extension(command.by)
    text = f"{author.name if author else command.by}: {command.text}".rstrip()
    check_text(text)
    return (ours, willing, text) if willing else None


def leaving(
    group: Conversation, by: ExtensionId, world: World
) -> tuple[NumberDefined, tuple[Counterpart, ...]]:
    """Give the group's number, and who of its outside people may be texted."""
    if group.number is None:
        raise UnknownNumber(number="")
    ours = check_texting(group.number, by, world)
    if not ours.accounts:
        raise NoAccount(number=ours.number)
    return ours, tuple(one for one in group.counterparts if not world.opted_out(ours.number, one))


def reached(said: MessageSubmitted) -> tuple[Counterpart, ...]:
    """Name the outside people whom a message of a group texts."""
    return said.recipients if said.outside_text is not None else ()


def reach(
    command: ReachThroughGroup, alone: ConversationId, world: World
) -> list[GroupReached | GroupUnreached]:
    """Remember what texted this person last; `alone` is the conversation with them alone."""
    now = through(command.number, command.counterpart, alone, world)
    is_there = now == command.conversation_id
    if command.reached:
        return [] if is_there else [_reached(command)]
    before = world.reach(command.number, command.counterpart)
    if before.conversation_id != command.conversation_id:
        return []
    return [
        GroupUnreached(
            number=command.number,
            counterpart=command.counterpart,
            conversation_id=command.conversation_id,
        )
    ]


def _reached(command: ReachThroughGroup) -> GroupReached:
    return GroupReached(
        number=command.number,
        counterpart=command.counterpart,
        conversation_id=command.conversation_id,
        partition_key=command.partition_key,
    )


def through(
    number: str, counterpart: str, alone: ConversationId, world: World
) -> ConversationId | None:
    """Name the group that a person's text belongs to, if one has texted them last."""
    found = world.reach(number, counterpart)
    if found.conversation_id is None or found.at is None:
        return None
    direct = world.conversation(alone)
    if direct is not None and direct.said_at is not None and direct.said_at > found.at:
        return None
    return found.conversation_id


def place(command: PlaceInGroup, world: World) -> Placed:
    """Put an outside member's text into the group; one removed meanwhile is heard once more."""
    group = _known(command.conversation_id, world)
    message = command.message
    received = MessageReceived(
        conversation_id=group.conversation_id,
        message_id=command.message_id,
        position=group.position + 1,
        number=message.number,
        counterpart=message.counterpart,
        text=message.text,
        files=message.files,
        carrier=message.carrier,
        account=message.account,
        members=group.members,
    )
    return Placed((received,), group.members, None, received.position)


def arrival(command: PlaceInGroup) -> Arrival:
    """Look at a placed text as at any that came in."""
    return Arrival(
        message=command.message,
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        answer_id=command.message_id,
    )
