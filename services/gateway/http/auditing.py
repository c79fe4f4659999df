"""The audit: who changed what and when, for admins."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.gateway.domain.places import named, place
from services.gateway.http.admin_shapes import AuditPage
from services.gateway.http.defining import check_admin
from services.gateway.http.entry import CallerDep, PartsDep
from services.gateway.http.problems import Trouble
from services.gateway.ports import Json

#: One page.
MOST_ENTRIES = 200

router = APIRouter(prefix="/admin", tags=["administration"])


@router.get("/audit", response_model=AuditPage, operation_id="audit")
async def audit(
    *,
    caller: CallerDep,
    parts: PartsDep,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 50,
) -> Json:
    """Every change of a definition, a key, a sign-in; consent, held texts, operators' deeds."""
    await check_admin(parts, caller)
    found = None if before is None else place(before)
    if before is not None and found is None:
        raise Trouble(422, "invalid", "`before` is not a place that this API has named.")
    items = await parts.administration.changes(caller.scope, subject, found, limit + 1)
    more = len(items) > limit
    shown = items[:limit]
    last = shown[-1] if more else None
    return {"items": shown, "next": named(last["at"], last["id"]) if last else None}
