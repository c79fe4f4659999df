"""Named groups to the kernel: wishes about them, and the way of outside people's texts."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas import partition_key
from schemas.base import Counterpart, Number
from schemas.envelope import Envelope
from schemas.group import PlaceInGroup, ReachThroughGroup
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import consent, groups
from services.router.domain.groups import GroupWish
from services.router.domain.inbound import Arrival
from services.router.domain.outbound import known
from services.router.domain.state import Conversation, World, reach_key
from services.router.handlers import addressing

GroupMatter = GroupWish | ReachThroughGroup | PlaceInGroup


def on_group(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge what concerns a group; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    match envelope.data:
        case ReachThroughGroup() as command:
            return _reach(command, world)
        case PlaceInGroup() as command:
            return _place(command, world)
        case wish:
            return _change(wish, world)


def _change(wish: GroupWish, world: World) -> Outcome:
    changed = groups.change(wish, world)
    before = known(wish.conversation_id, world)
    after = before if changed.event is None else changed.event.group
    events = () if changed.event is None else (changed.event,)
    number = after.number or ""
    told = (number, before, world.tenant)
    return Outcome(
        events=addressing.happened(events, world.tenant, before.partition_key),
        commands=(
            *to_reach(changed.reached, *told),
            *to_reach(changed.unreached, *told, reached=False),
        ),
        answer={
            "conversation_id": before.conversation_id,
            "name": after.name,
            "members": list(after.members),
            "counterparts": list(after.counterparts),
        },
    )


def to_reach(
    counterparts: Iterable[Counterpart],
    number: str,
    group: Conversation,
    tenant: str,
    *,
    reached: bool = True,
) -> Iterator[Addressed]:
    """Tell each pair's partition that the group texts this person, or does so no more."""
    for counterpart in counterparts:
        command = ReachThroughGroup(
            number=Number(number),
            counterpart=counterpart,
            conversation_id=group.conversation_id,
            partition_key=group.partition_key,
            reached=reached,
        )
        yield Addressed(
            subject=reach_key(number, counterpart),
            partitionkey=partition_key.for_consent(number, counterpart),
            tenant=tenant,
            data=command,
        )


def _reach(command: ReachThroughGroup, world: World) -> Outcome:
    alone = addressing.sms_conversation(world.tenant, command.number, (command.counterpart,))
    key = partition_key.for_consent(command.number, command.counterpart)
    events = (
        Addressed(
            subject=reach_key(command.number, command.counterpart),
            partitionkey=key,
            tenant=world.tenant,
            data=event,
        )
        for event in groups.reach(command, alone, world)
    )
    return Outcome(events=tuple(events))


def _place(command: PlaceInGroup, world: World) -> Outcome:
    placed = groups.place(command, world)
    more = consent.flagged(groups.arrival(command), placed, world)
    key = known(command.conversation_id, world).partition_key
    return Outcome(events=addressing.happened((*placed.events, *more), world.tenant, key))


def passed_on(arrival: Arrival, world: World) -> Addressed | None:
    """Hand a text to the group that has texted its writer last; None where there is none.

    A keyword speaks to the number, whoever used it, and is answered where the pair is alone; a
    "yes" of somebody who has not opted out is a word like any other.
    """
    message = arrival.message
    keyword = consent.keyword_in(arrival)
    out = world.opted_out(message.number, message.counterpart)
    if message.others or (keyword is not None and (keyword.meaning != "start" or out)):
        return None
    alone = arrival.conversation_id
    group = groups.through(message.number, message.counterpart, alone, world)
    if group is None:
        return None
    key = world.reach(message.number, message.counterpart).partition_key
    command = PlaceInGroup(conversation_id=group, message_id=arrival.message_id, message=message)
    return Addressed(subject=group, partitionkey=key, tenant=world.tenant, data=command)
