"""Rules of what comes in: whose number, which conversation, and who sees it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from schemas.base import ConversationId, ExtensionId, MessageId, QueueId
from schemas.carrier import MessageArrived
from schemas.conversation import (
    ConversationEvent,
    ConversationRouted,
    ConversationStarted,
    MessageReceived,
)
from schemas.directory import NumberDefined
from services.router.domain.state import Conversation, World

#: Why a message is kept in no conversation; stable.
NotKept = Literal["unknown-number", "texting-off"]


@dataclass(frozen=True)
class Arrival:
    """A carrier's message, with the ids that were derived for it."""

    message: MessageArrived
    conversation_id: ConversationId
    message_id: MessageId
    #: For the message by which Tandem itself answers a keyword.
    answer_id: MessageId

    @property
    def counterparts(self) -> tuple[str, ...]:
        """Everybody outside: the writer, and the other members of a group MMS."""
        return tuple(sorted({self.message.counterpart, *self.message.others}))


@dataclass(frozen=True)
class Placed:
    """Where a message belongs: its queue if it has one, and its place in the conversation."""

    events: tuple[ConversationEvent, ...]
    members: tuple[ExtensionId, ...]
    queue_id: QueueId | None
    position: int


def not_kept(message: MessageArrived, world: World) -> NotKept | None:
    """Tell why nobody may have it, if so: not our number, or texting is off."""
    tenant, ours = world.tenant_defined(), world.number(message.number)
    if tenant is None or ours is None:
        return "unknown-number"
    if not (tenant.texting and ours.texting):
        return "texting-off"
    members, queue_id = audience(ours, (), world)
    return None if members or queue_id else "texting-off"


def audience(
    ours: NumberDefined, joined: Iterable[ExtensionId], world: World
) -> tuple[tuple[ExtensionId, ...], QueueId | None]:
    """Give who sees the number's conversations: its route, and callers who joined this one."""
    if ours.route.kind == "queue":
        return (), ours.route.queue_id
    routed = (id_ for id_ in ours.route.extensions if _texts(id_, world))
    callers = (id_ for id_ in joined if id_ in ours.callers)
    return tuple(dict.fromkeys((*routed, *callers))), None


def _texts(id_: ExtensionId, world: World) -> bool:
    extension = world.extension(id_)
    return extension is not None and extension.texting


def receive(arrival: Arrival, ours: NumberDefined, world: World) -> Placed:
    """Put a message into its conversation: started if new, routed if the route has changed."""
    found = world.conversation(arrival.conversation_id)
    members, queue_id = audience(ours, found.joined if found else (), world)
    first = _opening(arrival, found, members, queue_id)
    position = found.position + 1 if found else 1
    received = MessageReceived(
        conversation_id=arrival.conversation_id,
        message_id=arrival.message_id,
        position=position,
        number=arrival.message.number,
        counterpart=arrival.message.counterpart,
        text=arrival.message.text,
        files=arrival.message.files,
        carrier=arrival.message.carrier,
        account=arrival.message.account,
        members=members,
        queue_id=queue_id,
    )
    return Placed((*first, received), members, queue_id, position)


def _opening(
    arrival: Arrival,
    found: Conversation | None,
    members: tuple[ExtensionId, ...],
    queue_id: QueueId | None,
) -> tuple[ConversationEvent, ...]:
    if found is None:
        started = ConversationStarted(
            conversation_id=arrival.conversation_id,
            kind="sms",
            members=members,
            number=arrival.message.number,
            counterparts=arrival.counterparts,
            queue_id=queue_id,
        )
        return (started,)
    if (found.members, found.queue_id) != (members, queue_id):
        routed = ConversationRouted(
            conversation_id=arrival.conversation_id, members=members, queue_id=queue_id
        )
        return (routed,)
    return ()
