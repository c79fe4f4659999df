"""What a viewer does in conversations: start, say, try again, read, close; each is a command."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from schemas import conversation, muting, queue
from schemas.base import ConversationId, MessageId
from schemas.media import SentFile
from services.gateway.domain.addressing import BadAddress, Start, start
from services.gateway.domain.limits import MOST_OPEN
from services.gateway.domain.scope import Caller
from services.gateway.domain.urgency import urgency
from services.gateway.http.asks import to_conversation, to_stream
from services.gateway.http.deciding import DECIDES, decided, show_decision, show_or, show_seen
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.schedule_shapes import ScheduledMessage
from services.gateway.http.scheduling import schedule
from services.gateway.http.shapes import (
    Conversation,
    Decision,
    Message,
    NewConversation,
    NewMessage,
    ReadUpTo,
)
from services.gateway.http.uploads import sent_files
from services.gateway.ports import Ask, Json, Way

router = APIRouter(tags=["write"], responses=DECIDES)

Files = tuple[SentFile, ...]


async def find_way(parts: Parts, caller: Caller, conversation_id: str) -> Way:
    way = await parts.views.way(caller.scope, conversation_id)
    if way is None:
        raise not_found()
    return way


@router.post("/conversations", response_model=Conversation, operation_id="start_conversation")
async def start_conversation(
    body: NewConversation, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Open the conversation of these participants, or find the one that is there already."""
    name = command_id(key, caller.scope, "conversations")
    numbers = tuple(one["number"] for one in await parts.views.numbers(caller.scope))
    try:
        made = start(
            Start(body.kind, tuple(body.to), body.from_, body.name), caller.scope, numbers, name
        )
    except BadAddress as error:
        raise Trouble(422, error.code, error.text) from error
    await _check_room(parts, caller, made.conversation_id)
    ask = Ask(
        command_id=name,
        scope=caller.scope,
        subject=made.conversation_id,
        partition_key=made.partition_key,
        data=made.command,
    )

    async def look() -> Json | None:
        return await parts.views.conversation(caller.scope, made.conversation_id)

    return await decided(parts, ask, look, show_seen)


async def _check_room(parts: Parts, caller: Caller, conversation_id: str) -> None:
    """Refuse one more where too many are open; what is open already is never hidden (CONV-19)."""
    known = await parts.views.conversation(caller.scope, conversation_id)
    if known is not None and not known["closed"] and not known["deleted"]:
        return
    if (await parts.views.open_ones(caller.scope))["count"] >= MOST_OPEN:
        raise Trouble(
            409,
            "too-many-open",
            f"You have more than {MOST_OPEN} open conversations. Close some you no longer need.",
        )


@router.post(
    "/conversations/{conversation_id}/messages",
    response_model=Message | ScheduledMessage,
    operation_id="send_message",
)
async def send_message(
    *,
    conversation_id: ConversationId,
    body: NewMessage,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Say something, now or at `send_at`; the Idempotency-Key is its `client_id` for life."""
    way = await find_way(parts, caller, conversation_id)
    if body.send_at is not None:
        return await schedule(parts, caller, key, way, body)
    files = await sent_files(parts, caller.scope, body.files or ())
    if way.queue_id is None:
        ask = _say(caller, key, way, body, files)
    else:
        ask = _reply(caller, key, way, body, files)

    async def look() -> Json | None:
        return await parts.views.said(caller.scope, conversation_id, key)

    return await decided(parts, ask, look, show_seen)


def _say(caller: Caller, key: str, way: Way, body: NewMessage, files: Files) -> Ask:
    said = conversation.SendMessage(
        conversation_id=way.conversation_id,
        by=caller.scope.user,
        client_id=key,
        text=body.text,
        files=files,
        urgency=urgency(caller, body.urgency),
    )
    return to_conversation(caller, key, way, said)


def _reply(caller: Caller, key: str, way: Way, body: NewMessage, files: Files) -> Ask:
    """A queue's conversation is answered through its queue, under a claim: always as a reply."""
    if way.queue_id is None:
        raise AssertionError("only a queue's conversation has a claim")
    said = queue.ReplyToCustomer(
        queue_id=way.queue_id,
        conversation_id=way.conversation_id,
        agent_id=caller.scope.user,
        epoch=way.epoch if body.epoch is None else body.epoch,
        client_id=key,
        text=body.text,
        files=files,
    )
    return to_stream(caller, key, way.queue_id, said, way.conversation_id)


@router.post(
    "/conversations/{conversation_id}/messages/{message_id}/retry",
    response_model=Message,
    operation_id="retry_message",
)
async def retry_message(
    *,
    conversation_id: ConversationId,
    message_id: MessageId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Send a failed message again, as the same message."""
    way = await find_way(parts, caller, conversation_id)
    before = await parts.views.message(caller.scope, conversation_id, message_id)
    if before is None:
        raise not_found()
    wish = conversation.RetryMessage(
        conversation_id=conversation_id, message_id=message_id, by=caller.scope.user
    )

    async def look() -> Json | None:
        now = await parts.views.message(caller.scope, conversation_id, message_id)
        return now if now and now["attempt"] > before["attempt"] else None

    ask = to_conversation(caller, key, way, wish, f"/{message_id}")
    return await decided(parts, ask, look, show_or(before))


@router.put(
    "/conversations/{conversation_id}/read", response_model=Decision, operation_id="mark_read"
)
async def mark_read(
    *,
    conversation_id: ConversationId,
    body: ReadUpTo,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """I have read up to and including this position; it never goes back."""
    wish = conversation.MarkRead(
        conversation_id=conversation_id, by=caller.scope.user, up_to=body.up_to
    )
    return await _change(
        parts,
        caller,
        key,
        wish,
        lambda now: bool(now["read_position"] >= min(body.up_to, now["last_position"])),
    )


@router.put(
    "/conversations/{conversation_id}/unread", response_model=Decision, operation_id="mark_unread"
)
async def mark_unread(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Show it to me as unread until I open it next."""
    wish = conversation.MarkUnread(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: bool(now["marked_unread"]))


@router.post(
    "/conversations/{conversation_id}/close",
    response_model=Decision,
    operation_id="close_conversation",
)
async def close_conversation(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Close it for me; the next message opens it again."""
    wish = conversation.CloseConversation(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: bool(now["closed"]))


@router.post(
    "/conversations/{conversation_id}/reopen",
    response_model=Decision,
    operation_id="reopen_conversation",
)
async def reopen_conversation(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Open it again for me."""
    wish = conversation.ReopenConversation(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: not now["closed"])


@router.post(
    "/conversations/{conversation_id}/mute",
    response_model=Decision,
    operation_id="mute_conversation",
)
async def mute_conversation(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Turn off my notifications about it; it goes on counting as unread."""
    wish = muting.MuteConversation(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: bool(now["muted"]))


@router.post(
    "/conversations/{conversation_id}/unmute",
    response_model=Decision,
    operation_id="unmute_conversation",
)
async def unmute_conversation(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Turn my notifications about it on again."""
    wish = muting.UnmuteConversation(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: not now["muted"])


_Mine = (
    conversation.MarkRead
    | conversation.MarkUnread
    | conversation.CloseConversation
    | conversation.ReopenConversation
    | muting.MutingCommand
)


async def _change(
    parts: Parts, caller: Caller, key: str, wish: _Mine, done: Callable[[Json], bool]
) -> Response:
    """Change something about a conversation that only its viewer sees."""
    way = await find_way(parts, caller, wish.conversation_id)
    ask = to_conversation(caller, key, way, wish)

    async def look() -> Json | None:
        now = await parts.views.conversation(caller.scope, wish.conversation_id)
        return now if now and done(now) else None

    return await decided(parts, ask, look, show_decision(ask))
