"""Which events concern whom: an event becomes one question per recipient; pure."""

from collections.abc import Iterator, Mapping

import msgspec

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.delivery import DeliveryChanged
from schemas.desk import ConversationOffered, NoteWritten
from schemas.notification import ConsiderNotification, Occasion
from schemas.queue import (
    ConversationClaimed,
    ConversationQueued,
    ConversationReopened,
    FollowUpArrived,
    WaitEscalated,
)

#: More of a text than any notification shows.
MAX_BODY = 240
_PICTURE = "📎 Picture"


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What something is called. Parts `name/<extension>`, `name/<queue>`: the directory's."""

    name: str


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What the last words in a conversation were. Part `words/<conversation>`."""

    title: str
    body: str


class Authored(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote a text, to be told if it does not arrive. Part `author/<message>`."""

    author: ExtensionId
    to: str


class Muted(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants no notifications about a conversation. Part `muted/<conversation>`."""

    by: tuple[ExtensionId, ...] = ()


Names = Mapping[str, str]


def on_message_received(message: MessageReceived) -> Iterator[ConsiderNotification]:
    """Tell everybody who sees the conversation; a queue's agents hear of it from the queue."""
    for member in message.members:
        yield _ask(
            member,
            "message",
            message.conversation_id,
            message.counterpart,
            words(message.text, len(message.files)),
            texted=True,
            picture=message.message_id if message.files else None,
        )


def on_message_submitted(message: MessageSubmitted, names: Names) -> Iterator[ConsiderNotification]:
    """Tell the other members of a chat; what goes out as a text is no news to its members."""
    if message.via != "chat" or message.author is None:
        return
    title = names.get(message.author, "A teammate")
    for member in message.members:
        yield _ask(
            member,
            "message",
            message.conversation_id,
            title,
            words(message.text, len(message.files)),
            actor=message.author,
            picture=message.message_id if message.files else None,
        )


def on_conversation_waits(
    event: ConversationQueued | ConversationReopened, queue: str, body: str
) -> Iterator[ConsiderNotification]:
    """Tell the logged-in agents; a conversation reopened to its last agent is that agent's."""
    holder = event.agent_id if isinstance(event, ConversationReopened) else None
    asked = (holder,) if holder else event.agents
    occasion: Occasion = "queue-follow-up" if holder else "queue-waiting"
    for agent in asked:
        yield _ask(agent, occasion, event.conversation_id, f"Waiting in {queue}", body)


def on_follow_up(
    event: FollowUpArrived, remembered: Remembered | None
) -> Iterator[ConsiderNotification]:
    """Tell the holder, and nobody else."""
    title = remembered.title if remembered else "Customer"
    body = remembered.body if remembered else ""
    yield _ask(event.agent_id, "queue-follow-up", event.conversation_id, title, body)


def on_claimed(
    event: ConversationClaimed, queue: str, names: Names
) -> Iterator[ConsiderNotification]:
    """Tell whoever it was handed to; a claim by hand is the agent's own doing."""
    if event.transferred_by is None:
        return
    giver = names.get(event.transferred_by, "A teammate")
    yield _ask(
        event.agent_id,
        "queue-transfer",
        event.conversation_id,
        f"{giver} transferred a conversation to you",
        event.note or queue,
        actor=event.transferred_by,
    )


def on_offered(
    event: ConversationOffered, queue: str, remembered: Remembered | None
) -> Iterator[ConsiderNotification]:
    """Tell the agent who is asked."""
    body = f"{remembered.title}: {remembered.body}" if remembered else ""
    title = f"Offered to you in {queue}"
    yield _ask(event.agent_id, "queue-offer", event.conversation_id, title, body)


def on_note(event: NoteWritten, names: Names) -> Iterator[ConsiderNotification]:
    """Tell whoever it calls in."""
    title = f"{names.get(event.by, 'A teammate')} mentioned you"
    for person in event.mentions:
        body = words(event.text)
        yield _ask(person, "queue-mention", event.conversation_id, title, body, actor=event.by)


def on_wait_escalated(event: WaitEscalated, queue: str) -> Iterator[ConsiderNotification]:
    """Tell the supervisors."""
    minutes = max(1, event.waited_seconds // 60)
    for supervisor in event.supervisors:
        yield _ask(
            supervisor,
            "queue-escalated",
            event.conversation_id,
            f"Waiting in {queue}",
            f"Waiting more than {minutes} minutes",
        )


def on_delivery_changed(
    event: DeliveryChanged, authored: Authored | None
) -> Iterator[ConsiderNotification]:
    """Tell the author that a text did not arrive."""
    if authored is None or event.status not in {"failed", "undelivered"}:
        return
    yield _ask(
        authored.author,
        "delivery-failed",
        event.conversation_id,
        f"Message to {event.recipient} not delivered",
        event.failure_text or "",
    )


def mute(known: Muted, who: ExtensionId, *, on: bool) -> Muted:
    """Remember who has turned a conversation's notifications off, and who on again."""
    others = tuple(one for one in known.by if one != who)
    return Muted(by=(*others, who) if on else others)


def words(text: str, files: int = 0) -> str:
    """Shorten what was said for a notification."""
    return text[:MAX_BODY] or (_PICTURE if files else "")


def _ask(
    recipient: ExtensionId,
    occasion: Occasion,
    conversation_id: ConversationId,
    title: str,
    body: str,
    *,
    actor: ExtensionId | None = None,
    texted: bool = False,
    picture: MessageId | None = None,
) -> ConsiderNotification:
    return ConsiderNotification(
        recipient=recipient,
        cause_id="",
        occasion=occasion,
        conversation_id=conversation_id,
        title=title,
        body=body[:MAX_BODY],
        actor=actor,
        texted=texted,
        picture=picture,
    )
