"""The guard, for admins: what it holds, what it refused; approve and reject."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from schemas import guard
from services.gateway.domain.oversight import APPROVERS
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.bases import Moment
from services.gateway.http.deciding import DECIDES, decided, show_plain
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.oversight_shapes import BlockedTexts, Decided, HeldTexts
from services.gateway.http.problems import not_found
from services.gateway.http.roles import check_role
from services.gateway.ports import Json

#: One page.
MOST_TEXTS = 200

router = APIRouter(tags=["guard"])
HeldId = Annotated[str, Path(max_length=100)]


@router.get("/guard/held", response_model=HeldTexts, operation_id="held_texts")
async def held_texts(caller: CallerDep, parts: PartsDep) -> Json:
    """Texts that wait for an admin."""
    await check_role(parts, caller, APPROVERS)
    return {"items": await parts.oversight.held(caller.scope, MOST_TEXTS)}


@router.get("/guard/blocked", response_model=BlockedTexts, operation_id="blocked_texts")
async def blocked_texts(
    *,
    caller: CallerDep,
    parts: PartsDep,
    before: Annotated[Moment | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_TEXTS)] = 50,
) -> Json:
    """Texts that the guard refused, newest first; `before` is the time of the last one shown."""
    await check_role(parts, caller, APPROVERS)
    return {"items": await parts.oversight.blocked(caller.scope, before, limit)}


@router.post(
    "/guard/held/{held_id}/approve",
    response_model=Decided,
    operation_id="approve_held_text",
    responses=DECIDES,
)
async def approve_held_text(
    held_id: HeldId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Let it go; neither a STOP nor the day's cap is outranked."""
    wish = guard.ApproveHeldText(wish_id=held_id, by=caller.scope.user)
    return await _decide(parts, caller, key, wish)


@router.post(
    "/guard/held/{held_id}/reject",
    response_model=Decided,
    operation_id="reject_held_text",
    responses=DECIDES,
)
async def reject_held_text(
    held_id: HeldId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Never send it."""
    wish = guard.RejectHeldText(wish_id=held_id, by=caller.scope.user)
    return await _decide(parts, caller, key, wish)


async def _decide(
    parts: Parts, caller: Caller, key: str, wish: guard.ApproveHeldText | guard.RejectHeldText
) -> Response:
    await check_role(parts, caller, APPROVERS)
    if await parts.oversight.held_text(caller.scope, wish.wish_id) is None:
        raise not_found()
    target = f"{type(wish).__name__}/{wish.wish_id}"
    ask = to_stream(caller, key, f"guard/{caller.scope.tenant}", wish, target)

    async def look() -> Json | None:
        now = await parts.oversight.held_text(caller.scope, wish.wish_id)
        return now if now and now["approved"] is not None else None

    return await decided(parts, ask, look, show_plain(ask))
