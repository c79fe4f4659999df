"""Consent: its history, opt-outs by hand, and the review of what may have meant STOP."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from schemas import consent, partition_key
from schemas.base import ConversationId, MessageId, Number
from services.gateway.domain.oversight import KEEPERS
from services.gateway.http.deciding import DECIDES, decided, show_plain
from services.gateway.http.entry import CallerDep, KeyDep, PartsDep, command_id
from services.gateway.http.oversight_shapes import (
    ConsentHistory,
    Decided,
    NewOptOut,
    NewReview,
    Revocations,
)
from services.gateway.http.problems import not_found
from services.gateway.http.roles import check_role
from services.gateway.ports import Ask, Json

#: Changes of one number that are shown; there are rarely more than a handful.
MOST_CHANGES = 500
#: Reviews that wait at once on one page.
MOST_REVIEWS = 200

router = APIRouter(tags=["consent"])
APhone = Annotated[str, Path(max_length=16)]


@router.get("/consents/{number}", response_model=ConsentHistory, operation_id="consent_history")
async def consent_history(number: APhone, caller: CallerDep, parts: PartsDep) -> Json:
    """Who withdrew or renewed consent, when and by what; of a counterpart or of our number."""
    await check_role(parts, caller, KEEPERS)
    found = await parts.oversight.consent(caller.scope, number, MOST_CHANGES)
    if found is None:
        raise not_found()
    return found


@router.post(
    "/consents/{number}/opt-out",
    response_model=Decided,
    operation_id="opt_out_by_hand",
    responses=DECIDES,
)
async def opt_out_by_hand(
    *, number: APhone, body: NewOptOut, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """They told us otherwise than by text: send them nothing more from this number."""
    await check_role(parts, caller, KEEPERS)
    if not await parts.oversight.owns(caller.scope, body.number):
        raise not_found()
    ask = Ask(
        command_id=command_id(key, caller.scope, f"opt-out/{body.number}/{number}"),
        scope=caller.scope,
        subject=f"consent/{body.number}/{number}",
        partition_key=partition_key.for_consent(body.number, number),
        data=consent.OptOutByHand(
            number=Number(body.number), counterpart=number, by=caller.scope.user, note=body.note
        ),
    )

    async def look() -> Json | None:
        return await parts.oversight.consent(caller.scope, number, 1)

    return await decided(parts, ask, look, show_plain(ask))


@router.get("/revocations", response_model=Revocations, operation_id="revocations")
async def revocations(caller: CallerDep, parts: PartsDep) -> Json:
    """Texts that may mean STOP and that nobody has reviewed."""
    await check_role(parts, caller, KEEPERS)
    return {"items": await parts.oversight.revocations(caller.scope, MOST_REVIEWS)}


@router.post(
    "/revocations/{message_id}/review",
    response_model=Decided,
    operation_id="review_revocation",
    responses=DECIDES,
)
async def review_revocation(
    *, message_id: MessageId, body: NewReview, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """I have read it: `confirmed` opts them out, `dismissed` changes nothing."""
    found = await parts.oversight.review_key(caller.scope, message_id)
    if found is None:
        raise not_found()
    conversation_id, conversation_key = found
    if await parts.views.way(caller.scope, conversation_id) is None:
        await check_role(parts, caller, KEEPERS)
    ask = Ask(
        command_id=command_id(key, caller.scope, f"review/{message_id}"),
        scope=caller.scope,
        subject=conversation_id,
        partition_key=conversation_key,
        data=consent.ReviewRevocation(
            conversation_id=ConversationId(conversation_id),
            message_id=message_id,
            verdict=body.verdict,
            by=caller.scope.user,
        ),
    )

    async def look() -> Json | None:
        now = await parts.oversight.revocation(caller.scope, message_id)
        return now if now and now["verdict"] else None

    return await decided(parts, ask, look, show_plain(ask))
