"""A queue's desk: decline an offer, write notes; for its supervisors the board and statistics."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from schemas import desk
from schemas.base import ConversationId, ExtensionId, QueueId
from services.gateway.domain import statistics
from services.gateway.domain.scope import Caller
from services.gateway.domain.statistics import Days
from services.gateway.http.asks import to_stream
from services.gateway.http.days import First, Last, Zone, days_of
from services.gateway.http.deciding import DECIDES, decided, show_decision
from services.gateway.http.downloads import CSV, csv_file
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.problems import not_found
from services.gateway.http.queue_shapes import NoteBody, QueueBoard, QueueStatistics
from services.gateway.http.shapes import Decision
from services.gateway.ports import Json

#: One page of a board.
MOST_ON_BOARD = 100
_STATES = ("waiting", "claimed", "closed")

router = APIRouter(tags=["queues"])


@router.get(
    "/queues/{queue_id}/conversations", response_model=QueueBoard, operation_id="queue_board"
)
async def queue_board(
    *,
    queue_id: QueueId,
    caller: CallerDep,
    parts: PartsDep,
    state: Annotated[Literal["open", "waiting", "claimed", "closed"], Query()] = "open",
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ON_BOARD)] = 50,
) -> Json:
    """Every conversation of the queue, for its supervisors; they read, and may steer each."""
    states = [state] if state in _STATES else ["waiting", "claimed"]
    found = await parts.desk.board(caller.scope, queue_id, states, before, limit)
    if found is None:
        raise not_found()
    return found


@router.get(
    "/queues/{queue_id}/statistics",
    response_model=QueueStatistics,
    operation_id="queue_statistics",
)
async def queue_statistics(
    *,
    queue_id: QueueId,
    caller: CallerDep,
    parts: PartsDep,
    first: First = None,
    last: Last = None,
    zone: Zone = "UTC",
) -> Json:
    """The queue now, by day and by agent; without dates, the last seven days."""
    return await _counted(parts, caller, queue_id, days_of(first, last, zone))


@router.get(
    "/queues/{queue_id}/statistics.csv",
    response_class=Response,
    operation_id="queue_statistics_csv",
    responses=CSV,
)
async def queue_statistics_csv(
    *,
    queue_id: QueueId,
    caller: CallerDep,
    parts: PartsDep,
    first: First = None,
    last: Last = None,
    zone: Zone = "UTC",
    by: Annotated[Literal["day", "agent"], Query()] = "day",
) -> Response:
    """The same as CSV, a line a day or an agent; safe to open in a spreadsheet."""
    found = await _counted(parts, caller, queue_id, days_of(first, last, zone))
    name = f"queue-{by}-{found['first']}-{found['last']}.csv"
    return csv_file(statistics.as_csv(found, by), name)


async def _counted(parts: Parts, caller: Caller, queue_id: QueueId, days: Days) -> Json:
    found = await parts.desk.statistics(caller.scope, queue_id, days)
    if found is None:
        raise not_found()
    return found


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/decline",
    response_model=Decision,
    operation_id="decline_offer",
    responses=DECIDES,
)
async def decline_offer(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Not me: the queue asks the next one."""
    if not await parts.views.queue_of(caller.scope, queue_id, conversation_id):
        raise not_found()
    wish = desk.DeclineOffer(
        queue_id=queue_id, conversation_id=conversation_id, agent_id=caller.scope.user
    )
    ask = to_stream(caller, key, queue_id, wish, f"{queue_id}/decline/{conversation_id}")

    async def look() -> Json | None:
        now = await parts.views.conversation(caller.scope, conversation_id)
        asked = now and now["queue"] and now["queue"]["offered_to"]
        return now if now and (not asked or asked["id"] != caller.scope.user) else None

    return await decided(parts, ask, look, show_decision(ask))


@router.post(
    "/queues/{queue_id}/conversations/{conversation_id}/notes",
    response_model=Decision,
    operation_id="write_note",
    responses=DECIDES,
)
async def write_note(
    *,
    queue_id: QueueId,
    conversation_id: ConversationId,
    body: NoteBody,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Write something for colleagues, a pill `note` in the thread; the customer never sees it."""
    if not await parts.views.queue_of(caller.scope, queue_id, conversation_id):
        raise not_found()
    wish = desk.WriteNote(
        queue_id=queue_id,
        conversation_id=conversation_id,
        by=caller.scope.user,
        text=body.text,
        mentions=tuple(ExtensionId(one) for one in body.mentions),
    )
    ask = to_stream(caller, key, queue_id, wish, f"{queue_id}/note/{conversation_id}")

    async def look() -> Json | None:
        return await parts.views.conversation(caller.scope, conversation_id)

    return await decided(parts, ask, look, show_decision(ask))
