"""Deleting a queue: refused while numbers lead to it; what is open in it goes where it is said."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from schemas.base import QueueId
from schemas.desk import RetireQueue
from schemas.directory import DefineQueue
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES, decided, show_plain
from services.gateway.http.defining import known_to_admin
from services.gateway.http.entry import CallerDep, KeyDep, PartsDep
from services.gateway.http.oversight_shapes import Decided
from services.gateway.http.problems import Trouble
from services.gateway.ports import Json

#: Conversations that go with one deletion; with more of them, the queue is worked off first.
MOST_MOVED = 500

router = APIRouter(tags=["administration"])
Id = Annotated[str, Path(max_length=100)]
To = Annotated[
    str | None,
    Query(max_length=100, description="The queue that takes what waits or is held here."),
]


@router.delete(
    "/admin/queues/{queue_id}",
    response_model=Decided,
    operation_id="delete_queue",
    responses=DECIDES,
)
async def delete_queue(
    *, queue_id: Id, to: To = None, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Delete a queue for good; `queue-has-numbers` while texts are led to it.

    What waits or is held in it goes to the queue `to`; without one it is `queue-in-use`.
    """
    known = await known_to_admin(parts, caller, DefineQueue, queue_id)
    (shown,) = await parts.administration.queues(caller.scope, queue_id)
    if shown["numbers"]:
        text = f"Texts still come to {known.name}. Lead its numbers elsewhere first."
        raise Trouble(409, "queue-has-numbers", text, numbers=shown["numbers"])
    open_here = await parts.administration.open_in_queue(caller.scope, queue_id, MOST_MOVED + 1)
    if len(open_here) > MOST_MOVED:
        text = f"More than {MOST_MOVED} conversations are open in {known.name}. Work some off."
        raise Trouble(409, "too-many-open", text, most=MOST_MOVED)
    wish = RetireQueue(
        queue_id=known.queue_id,
        by=caller.scope.user,
        to_queue_id=QueueId(to) if to else None,
        conversations=tuple(open_here),
    )
    ask = to_stream(caller, key, known.queue_id, wish, f"retire/{queue_id}")

    async def look() -> Json | None:
        now = await parts.administration.defined(caller.scope, DefineQueue, queue_id)
        return {"deleted": True} if now is None else None

    return await decided(parts, ask, look, show_plain(ask))
