"""Tags on conversations, and canned replies: one's own and everybody's."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from schemas import canned, tag
from schemas.base import ConversationId
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_conversation, to_stream
from services.gateway.http.deciding import DECIDES, decided, show_decision, show_plain
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.oversight_shapes import Decided
from services.gateway.http.shapes import Decision, _Input, _Output
from services.gateway.http.writing import find_way
from services.gateway.ports import Ask, Json

router = APIRouter(tags=["labels"])
ReplyId = Annotated[str, Path(min_length=1, max_length=100)]
TagName = Annotated[str, Path(min_length=1, max_length=100)]


class CannedReply(_Output):
    id: str
    #: Everybody's, or one's own.
    shared: bool
    name: str
    #: With variables as they were written: `{customer}`, `{first_name}`, `{number}`, `{agent}`,
    #: `{queue}`, `{company}`.
    text: str


class CannedReplies(_Output):
    """`company` is what `{company}` stands for."""

    company: str
    items: list[CannedReply]


class CannedReplyBody(_Input):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    text: Annotated[str, Field(min_length=1, max_length=1600)]
    shared: bool = False


class Tag(_Output):
    tag: str
    conversations: int


class Tags(_Output):
    items: list[Tag]


@router.get("/canned-replies", response_model=CannedReplies, operation_id="canned_replies")
async def canned_replies(caller: CallerDep, parts: PartsDep) -> Json:
    """What this person may insert: everybody's and their own, by name."""
    return await parts.labels.replies(caller.scope)


@router.put(
    "/canned-replies/{reply_id}",
    response_model=Decided,
    operation_id="define_canned_reply",
    responses=DECIDES,
)
async def define_canned_reply(
    *, reply_id: ReplyId, body: CannedReplyBody, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Write one, or change it; everybody's only with the role for it."""
    wish = canned.DefineCannedReply(
        reply_id=reply_id,
        by=caller.scope.user,
        shared=body.shared,
        name=body.name,
        text=body.text,
    )
    wanted = {"id": reply_id, "shared": body.shared, "name": body.name, "text": body.text}

    async def look() -> Json | None:
        now = await parts.labels.reply(caller.scope, reply_id)
        return now if now == wanted else None

    ask = _to_directory(caller, key, reply_id, wish)
    return await decided(parts, ask, look, show_plain(ask))


@router.delete(
    "/canned-replies/{reply_id}",
    response_model=Decided,
    operation_id="forget_canned_reply",
    responses=DECIDES,
)
async def forget_canned_reply(
    reply_id: ReplyId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Offer it no longer."""
    wish = canned.ForgetCannedReply(reply_id=reply_id, by=caller.scope.user)

    async def look() -> Json | None:
        now = await parts.labels.reply(caller.scope, reply_id)
        return {"forgotten": True} if now is None else None

    ask = _to_directory(caller, key, reply_id, wish)
    return await decided(parts, ask, look, show_plain(ask))


def _to_directory(caller: Caller, key: str, reply_id: str, wish: canned.CannedCommand) -> Ask:
    target = f"{type(wish).__name__}/{reply_id}"
    return to_stream(caller, key, f"canned/{reply_id}", wish, target)


@router.get("/tags", response_model=Tags, operation_id="tags")
async def tags(caller: CallerDep, parts: PartsDep) -> Json:
    """The tags in use, those of most conversations first."""
    return {"items": await parts.labels.tags(caller.scope)}


@router.put(
    "/conversations/{conversation_id}/tags/{name}",
    response_model=Decision,
    operation_id="tag_conversation",
    responses=DECIDES,
)
async def tag_conversation(
    *,
    conversation_id: ConversationId,
    name: TagName,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Put a tag on it, for everybody who sees it."""
    wish = tag.TagConversation(conversation_id=conversation_id, by=caller.scope.user, tag=name)
    return await _tagged(parts, caller, key, wish)


@router.delete(
    "/conversations/{conversation_id}/tags/{name}",
    response_model=Decision,
    operation_id="untag_conversation",
    responses=DECIDES,
)
async def untag_conversation(
    *,
    conversation_id: ConversationId,
    name: TagName,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Take a tag off it."""
    wish = tag.UntagConversation(conversation_id=conversation_id, by=caller.scope.user, tag=name)
    return await _tagged(parts, caller, key, wish)


async def _tagged(parts: Parts, caller: Caller, key: str, wish: tag.TagCommand) -> Response:
    way = await find_way(parts, caller, wish.conversation_id)
    wanted = isinstance(wish, tag.TagConversation)
    spelled = " ".join(wish.tag.split()).casefold()

    async def look() -> Json | None:
        now = await parts.views.conversation(caller.scope, wish.conversation_id)
        there = {one.casefold() for one in now["tags"]} if now else set()
        return now if now and (spelled in there) == wanted else None

    ask = to_conversation(caller, key, way, wish, f"/{type(wish).__name__}")
    return await decided(parts, ask, look, show_decision(ask))
