"""What an agent does in queues: log in and out, claim, release, transfer, close."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from schemas import queue
from schemas.base import ConversationId, ExtensionId, QueueId
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES, decided, show_decision, show_queue
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.problems import not_found
from services.gateway.http.shapes import Decision, LogOutOfQueue, QueueDecision, Transfer
from services.gateway.ports import Json

router = APIRouter(tags=["queues"], responses=DECIDES)


@router.post("/queues/{queue_id}/login", response_model=QueueDecision, operation_id="log_in")
async def log_in(queue_id: QueueId, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Response:
    """I work this queue from now on."""
    wish = queue.LogIn(queue_id=queue_id, agent_id=caller.scope.user)
    return await _roster(parts, caller, key, wish, lambda now: bool(now["logged_in"]))


@router.post("/queues/{queue_id}/logout", response_model=QueueDecision, operation_id="log_out")
async def log_out(
    *, queue_id: QueueId, body: LogOutOfQueue, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """I no longer work it; what I hold goes back to the queue, or stays mine until it lapses."""
    wish = queue.LogOut(queue_id=queue_id, agent_id=caller.scope.user, held=body.held)
    return await _roster(parts, caller, key, wish, lambda now: not now["logged_in"])


async def _roster(
    parts: Parts,
    caller: Caller,
    key: str,
    wish: queue.LogIn | queue.LogOut,
    done: Callable[[Json], bool],
) -> Response:
    if await parts.views.queue(caller.scope, wish.queue_id) is None:
        raise not_found()

    async def look() -> Json | None:
        now = await parts.views.queue(caller.scope, wish.queue_id)
        return now if now and done(now) else None

    ask = to_stream(caller, key, wish.queue_id, wish)
    return await decided(parts, ask, look, show_queue(ask))


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/claim",
    response_model=Decision,
    operation_id="claim",
)
async def claim(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """I take it: exactly one agent gets 200, the others learn from 409 who has it."""
    wish = queue.ClaimConversation(
        queue_id=queue_id, conversation_id=conversation_id, agent_id=caller.scope.user
    )
    return await _place(parts, caller, key, wish, lambda now: bool(now["mine"]))


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/release",
    response_model=Decision,
    operation_id="release",
)
async def release(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Give it back: it waits again, since when it first waited."""
    wish = queue.ReleaseClaim(
        queue_id=queue_id, conversation_id=conversation_id, by=caller.scope.user
    )
    return await _place(parts, caller, key, wish, lambda now: now["state"] != "claimed")


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/transfer",
    response_model=Decision,
    operation_id="transfer",
)
async def transfer(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    body: Transfer,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Hand it to an agent of this queue, or to another queue."""
    wish = queue.TransferConversation(
        queue_id=queue_id,
        conversation_id=conversation_id,
        by=caller.scope.user,
        to_agent_id=ExtensionId(body.to_agent) if body.to_agent else None,
        to_queue_id=QueueId(body.to_queue) if body.to_queue else None,
        note=body.note or None,
    )
    return await _place(parts, caller, key, wish, lambda now: not now["mine"])


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/close",
    response_model=Decision,
    operation_id="close_in_queue",
)
async def close_in_queue(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Done; the customer's next message opens it again."""
    wish = queue.CloseConversation(
        queue_id=queue_id, conversation_id=conversation_id, by=caller.scope.user
    )
    return await _place(parts, caller, key, wish, lambda now: now["state"] == "closed")


_Wish = (
    queue.ClaimConversation
    | queue.ReleaseClaim
    | queue.TransferConversation
    | queue.CloseConversation
)


async def _place(
    parts: Parts, caller: Caller, key: str, wish: _Wish, done: Callable[[Json], bool]
) -> Response:
    """Change where a conversation of the queue stands."""
    scope = caller.scope
    if not await parts.views.queue_of(scope, wish.queue_id, wish.conversation_id):
        raise not_found()

    async def look() -> Json | None:
        now = await parts.views.conversation(scope, wish.conversation_id)
        return now if now and now["queue"] and done(now["queue"]) else None

    target = f"{wish.queue_id}/{wish.conversation_id}"
    ask = to_stream(caller, key, wish.queue_id, wish, target)
    return await decided(parts, ask, look, show_decision(ask))
