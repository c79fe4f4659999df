"""Deleting: a message, for whom its kind and author say; a chat, for whoever deletes it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from schemas import deletion
from schemas.base import ConversationId, MessageId
from services.gateway.http.asks import to_conversation
from services.gateway.http.deciding import DECIDES, decided, show_decision
from services.gateway.http.entry import CallerDep, KeyDep, PartsDep
from services.gateway.http.problems import not_found
from services.gateway.http.shapes import Decision
from services.gateway.http.writing import find_way
from services.gateway.ports import Json, Window

router = APIRouter(tags=["write"], responses=DECIDES)


@router.delete(
    "/conversations/{conversation_id}/messages/{message_id}",
    response_model=Decision,
    operation_id="delete_message",
)
async def delete_message(
    *,
    conversation_id: ConversationId,
    message_id: MessageId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Delete a message, for good: a text and my own chat line for everyone, others' for me."""
    way = await find_way(parts, caller, conversation_id)
    standing = await parts.views.standing(caller.scope, conversation_id, message_id)
    if standing is None:
        raise not_found()
    wish = deletion.DeleteMessage(
        conversation_id=conversation_id,
        by=caller.scope.user,
        message_id=message_id,
        position=standing.position,
        author=standing.author,
    )

    async def look() -> Json | None:
        left = await parts.views.message(caller.scope, conversation_id, message_id)
        return {} if left is None else None

    ask = to_conversation(caller, key, way, wish, f"/{message_id}/delete")
    return await decided(parts, ask, look, show_decision(ask))


@router.delete(
    "/conversations/{conversation_id}", response_model=Decision, operation_id="delete_chat"
)
async def delete_chat(
    *,
    conversation_id: ConversationId,
    up_to: Annotated[int | None, Query(ge=0)] = None,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Delete it for me, for good, up to and including a position; without one, up to now."""
    seen = await parts.views.conversation(caller.scope, conversation_id)
    way = await find_way(parts, caller, conversation_id)
    last = up_to if up_to is not None else int((seen or {}).get("last_position", 0))
    wish = deletion.DeleteChat(conversation_id=conversation_id, by=caller.scope.user, up_to=last)

    async def look() -> Json | None:
        newest = Window(limit=1, before=last + 1)
        page = await parts.views.items(caller.scope, conversation_id, newest)
        left = (page or {}).get("items", ())
        return None if any(one["type"] == "message" for one in left) else {}

    ask = to_conversation(caller, key, way, wish, "/delete")
    return await decided(parts, ask, look, show_decision(ask))
