"""Saying something later: plan it, look at what waits, cancel it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from schemas import conversation
from schemas.base import ConversationId
from services.gateway.domain.oversight import APPROVERS, has_role
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_conversation
from services.gateway.http.deciding import DECIDES, decided, show_seen
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.schedule_shapes import ScheduledMessage, ScheduledMessages
from services.gateway.http.shapes import NewMessage
from services.gateway.ports import Ask, Json, Way

#: One answer; more never wait, and refused ones leave it oldest first.
MOST_PLANS = 200

router = APIRouter(tags=["schedule"])
ScheduledId = Annotated[str, Path(max_length=100)]


async def schedule(parts: Parts, caller: Caller, key: str, way: Way, body: NewMessage) -> Response:
    """Plan a text; the router judges it now, and again when its time has come."""
    if body.send_at is None:
        raise AssertionError("what is planned has a time")
    if body.files:
        raise Trouble(422, "scheduled-text-only", "Files cannot be scheduled; send them now.")
    wish = conversation.ScheduleMessage(
        conversation_id=way.conversation_id,
        by=caller.scope.user,
        client_id=key,
        text=body.text,
        send_at=body.send_at,
    )
    ask = to_conversation(caller, key, way, wish)

    async def look() -> Json | None:
        return await parts.plans.planned(caller.scope, way.conversation_id, key)

    return await decided(parts, ask, look, show_seen)


async def _sees_all(parts: Parts, caller: Caller) -> bool:
    return has_role(await parts.views.person(caller.scope), APPROVERS)


@router.get(
    "/conversations/{conversation_id}/scheduled",
    response_model=ScheduledMessages,
    operation_id="scheduled_messages",
)
async def scheduled_messages(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep
) -> Json:
    """My messages that wait here, or were refused when their time had come; an admin sees all."""
    everybody = await _sees_all(parts, caller)
    if everybody:
        known = await parts.plans.partition_key(caller.scope, conversation_id) is not None
    else:
        known = await parts.views.way(caller.scope, conversation_id) is not None
    if not known:
        raise not_found()
    items = await parts.plans.open(caller.scope, conversation_id, MOST_PLANS, everybody=everybody)
    return {"items": items}


@router.delete(
    "/conversations/{conversation_id}/scheduled/{scheduled_id}",
    response_model=ScheduledMessage,
    operation_id="cancel_scheduled",
    responses=DECIDES,
)
async def cancel_scheduled(
    *,
    conversation_id: ConversationId,
    scheduled_id: ScheduledId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Do not say it after all; its author may, or an admin; too late once it was sent."""
    everybody = await _sees_all(parts, caller)

    async def look() -> Json | None:
        found = await parts.plans.one(
            caller.scope, conversation_id, scheduled_id, everybody=everybody
        )
        return found if found and found["state"] == "cancelled" else None

    there = await parts.plans.one(caller.scope, conversation_id, scheduled_id, everybody=everybody)
    place = await parts.plans.partition_key(caller.scope, conversation_id)
    if there is None or place is None:
        raise not_found()
    ask = Ask(
        command_id=command_id(key, caller.scope, f"{conversation_id}/scheduled/{scheduled_id}"),
        scope=caller.scope,
        subject=conversation_id,
        partition_key=place,
        data=conversation.CancelScheduled(
            conversation_id=conversation_id, scheduled_id=scheduled_id, by=caller.scope.user
        ),
    )
    return await decided(parts, ask, look, show_seen)
