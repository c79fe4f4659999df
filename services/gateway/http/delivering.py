"""The delivery log: every report about a text, for whoever sees it; of all texts, for admins."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from schemas.base import ConversationId, MessageId
from schemas.directory import Language
from services.gateway.domain.delivery_log import READERS
from services.gateway.domain.places import place
from services.gateway.http.entry import CallerDep, PartsDep
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.roles import check_role
from services.gateway.http.shapes import Phone, _Output
from services.gateway.ports import Json

#: One page.
MOST_REPORTS = 200
#: Codes, and what the carrier said, stay as they are.
Told = Annotated[Language, Query(description="In which language `text` and `advice` are.")]

router = APIRouter(tags=["deliveries"])


class DeliveryReport(_Output):
    """What we did, or what a carrier said, and what that means."""

    id: str
    at: datetime
    conversation_id: str
    message_id: str
    recipient: Phone
    #: `plan` and `gate` are ours, `answer` came to a call, `receipt` came later.
    kind: Literal["plan", "gate", "answer", "receipt"]
    carrier: str | None
    account: str | None
    attempt: int
    #: Which call of the attempt it answers.
    tries: int | None
    #: None: a state that we do not know; `said` has the carrier's word.
    state: str | None
    #: Ours, or the carrier's own.
    code: str | None
    said: str | None
    provider_message_id: str | None
    retry_at: datetime | None
    #: By the carrier's clock.
    reported_at: datetime | None
    text: str
    advice: str | None


class MessageDeliveries(_Output):
    """Oldest first."""

    items: list[DeliveryReport]


class DeliveryPage(_Output):
    """Newest first; `next` leads to those before."""

    items: list[DeliveryReport]
    next: str | None


@router.get(
    "/conversations/{conversation_id}/messages/{message_id}/deliveries",
    response_model=MessageDeliveries,
    operation_id="message_deliveries",
)
async def message_deliveries(
    *,
    conversation_id: ConversationId,
    message_id: MessageId,
    language: Told = "en",
    caller: CallerDep,
    parts: PartsDep,
) -> Json:
    """Every report about one of our texts."""
    if await parts.views.message(caller.scope, conversation_id, message_id) is None:
        raise not_found()
    found = await parts.deliveries.of_message(caller.scope, conversation_id, message_id, language)
    return {"items": found}


@router.get("/deliveries", response_model=DeliveryPage, operation_id="deliveries")
async def deliveries(
    *,
    caller: CallerDep,
    parts: PartsDep,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_REPORTS)] = 50,
    language: Told = "en",
) -> Json:
    """Every report about the organization's texts."""
    await check_role(parts, caller, READERS)
    found = None if before is None else place(before)
    if before is not None and found is None:
        raise Trouble(422, "invalid", "`before` is not a place that this API has named.")
    items, following = await parts.deliveries.page(caller.scope, found, limit, language)
    return {"items": items, "next": following}
