"""Reading: one snapshot to start with, pages of conversations and items, and what changed since."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from services.gateway.domain.limits import LIMITS, MOST_CHANGES, MOST_CONVERSATIONS, MOST_ITEMS
from services.gateway.http.entry import CallerDep, PartsDep
from services.gateway.http.frames import Changes
from services.gateway.http.links import media_link
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.shapes import (
    Bootstrap,
    CommandStatus,
    Conversation,
    ConversationPage,
    ItemPage,
    OpenConversations,
    People,
    Problem,
    PushKey,
)
from services.gateway.http.signing_in import me
from services.gateway.ports import Json, Window

router = APIRouter(tags=["read"])

Filter = Literal["all", "unread", "groups", "closed"]
Position = Annotated[int | None, Query(ge=0)]


@router.get("/bootstrap", response_model=Bootstrap, operation_id="bootstrap")
async def bootstrap(caller: CallerDep, parts: PartsDep) -> Json:
    """Everything a client starts with, in one snapshot, and its place in the feed."""
    snapshot = await parts.views.bootstrap(caller.scope)
    who = await me(parts, caller)
    limits = {**LIMITS, **snapshot.pop("files")}
    config = parts.config
    return {
        **snapshot,
        "me": who,
        "limits": limits,
        "push_key": config.push_key,
        "calling": {
            "voice": "ring" if config.calls_url else "tel",
            "video": config.video_template is not None,
        },
    }


@router.get("/conversations", response_model=ConversationPage, operation_id="conversations")
async def conversations(
    *,
    caller: CallerDep,
    parts: PartsDep,
    which: Annotated[Filter, Query(alias="filter")] = "all",
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_CONVERSATIONS)] = 50,
) -> Json:
    """A page of this viewer's list, newest activity first; `next` is the next page's cursor."""
    return await parts.views.conversations(caller.scope, which, before, limit)


@router.get(
    "/open-conversations", response_model=OpenConversations, operation_id="open_conversations"
)
async def open_conversations(caller: CallerDep, parts: PartsDep) -> Json:
    """How many are open in this viewer's list, against `open_conversations` of the limits."""
    return await parts.views.open_ones(caller.scope)


@router.get(
    "/conversations/{conversation_id}", response_model=Conversation, operation_id="conversation"
)
async def conversation(conversation_id: str, caller: CallerDep, parts: PartsDep) -> Json:
    found = await parts.views.conversation(caller.scope, conversation_id)
    if found is None:
        raise not_found()
    return found


@router.get(
    "/conversations/{conversation_id}/messages", response_model=ItemPage, operation_id="messages"
)
async def messages(
    *,
    conversation_id: str,
    caller: CallerDep,
    parts: PartsDep,
    before: Position = None,
    after: Position = None,
    around: Position = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 50,
) -> Json:
    """Items before, after or around a position; the newest without one.

    Ordered by time, then position.
    """
    window = _window(limit, before, after, around)
    page = await parts.views.items(caller.scope, conversation_id, window)
    if page is None:
        raise not_found()
    return page


@router.get("/conversations/{conversation_id}/files", response_model=ItemPage, operation_id="files")
async def files(
    *,
    conversation_id: str,
    caller: CallerDep,
    parts: PartsDep,
    before: Position = None,
    after: Position = None,
    around: Position = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 24,
) -> Json:
    """Messages that carry files, as a strip shows them: `limit` counts only these.

    With `around`, up to `limit` on either side of it.
    """
    window = _window(limit, before, after, around)
    page = await parts.views.files(caller.scope, conversation_id, window)
    if page is None:
        raise not_found()
    return page


def _window(limit: int, before: int | None, after: int | None, around: int | None) -> Window:
    if sum(place is not None for place in (before, after, around)) > 1:
        raise Trouble(422, "invalid", "Give at most one of before, after and around.")
    return Window(limit, before, after, around)


@router.get(
    "/conversations/{conversation_id}/messages/{message_id}/files/{index}",
    status_code=302,
    response_class=RedirectResponse,
    operation_id="file",
)
async def file(
    *,
    conversation_id: str,
    message_id: str,
    index: int,
    caller: CallerDep,
    parts: PartsDep,
    size: Literal["full", "small"] = "full",
    download: bool = False,
) -> Response:
    """Lead to a stored file at the media origin, by a link that lives two minutes.

    `download`: to be kept, whatever it is.
    """
    found = await parts.views.file(
        caller.scope, conversation_id, message_id, index, small=size == "small"
    )
    if found is None:
        raise not_found()
    return RedirectResponse(
        media_link(parts.config, found, download=download),
        302,
        {"Cache-Control": "private, max-age=60"},
    )


@router.get("/people", response_model=People, operation_id="people")
async def people(caller: CallerDep, parts: PartsDep) -> Json:
    return {"items": await parts.views.people(caller.scope)}


@router.get("/push-key", response_model=PushKey, operation_id="push_key")
async def push_key(caller: CallerDep, parts: PartsDep) -> Json:
    """The VAPID public key; null where Web Push is not set up."""
    del caller
    return {"key": parts.config.push_key}


@router.get(
    "/changes",
    response_model=Changes,
    operation_id="changes",
    responses={410: {"model": Problem, "description": "Not kept any more"}},
)
async def changes(
    *,
    caller: CallerDep,
    parts: PartsDep,
    feed_id: Annotated[str, Query(alias="id", max_length=100)],
    after: Annotated[int, Query(ge=0)],
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = 500,
) -> Response:
    """Frames after a place in the feed; 410 means bootstrap again."""
    found = await parts.views.changes(caller.scope, feed_id, after, limit)
    if found is None:
        raise Trouble(410, "feed-gone", "That place in the feed is not kept any more.")
    frames, more = found
    body = '{"frames":[' + ",".join(frames) + '],"more":' + ("true" if more else "false") + "}"
    return Response(body, media_type="application/json")


@router.get("/commands/{command_id}", response_model=CommandStatus, operation_id="command")
async def command(command_id: str, caller: CallerDep, parts: PartsDep) -> Json:
    """What became of a command that was answered with 202; kept for a day."""
    found = await parts.views.command(caller.scope, command_id)
    if found is None:
        raise not_found()
    return found
