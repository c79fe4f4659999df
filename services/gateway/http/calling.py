"""Calls and video: ring my own phone first; a room for a chat, never for a text."""

import hashlib
import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from services.gateway.domain import views
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.shapes import Phone, Problem, _Input, _Output
from services.gateway.ports import Json
from services.gateway.ports.calls import Call, Calls, CallsAway, NewCall
from services.kernel.clock import monotonic

#: Letters of a room's name: nobody guesses it.
_ROOM_LETTERS = 32
_AWAY = {"model": Problem, "description": "The phone system cannot be reached"}

router = APIRouter(tags=["calls"])


class NewCallTo(_Input):
    """Whom to call: a phone number, or a colleague."""

    number: Annotated[str | None, Field(pattern=r"^\+[1-9]\d{6,14}$")] = None
    person: Annotated[str | None, Field(max_length=100)] = None
    #: Our number that the other side is to see; the first of one's own without it.
    caller_id: Annotated[str | None, Field(max_length=16)] = None


class CallState(_Output):
    id: str
    to: Phone
    state: Literal["ringing-you", "ringing-them", "connected", "ended", "failed"]
    #: A sentence, where it failed.
    reason: str | None


class Room(_Output):
    """Open it in a window of its own; whoever has the address may come in."""

    url: str


@router.post(
    "/calls", response_model=CallState, status_code=201, operation_id="call", responses={503: _AWAY}
)
async def call(body: NewCallTo, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Ring my phone, and when I answer, theirs; the same key again rings nobody again."""
    calls = _calls(parts)
    me = await _own_dial(parts, caller)
    wish = NewCall(
        id=command_id(key, caller.scope, "calls"),
        tenant=caller.scope.tenant,
        extension=me,
        to=await _other_end(parts, caller, body),
        caller_id=await _caller_id(parts, caller, body.caller_id),
    )
    wait = parts.calling.wait(caller.scope.user, monotonic())
    if wait:
        text = "That were many calls. Wait a little and try again."
        raise Trouble(429, "too-many-calls", text, {"Retry-After": str(wait)})
    parts.calling.take(caller.scope.user, monotonic())
    try:
        return _shown(await calls.ring(wish))
    except CallsAway as away:
        raise _away() from away


@router.get(
    "/calls/{call_id}", response_model=CallState, operation_id="call_state", responses={503: _AWAY}
)
async def call_state(
    call_id: Annotated[str, Path(max_length=100)], caller: CallerDep, parts: PartsDep
) -> Json:
    """How my call goes."""
    calls = _calls(parts)
    try:
        found = await calls.look(call_id)
    except CallsAway as away:
        raise _away() from away
    if found is None or found.extension != await _own_dial(parts, caller):
        raise not_found()
    return _shown(found)


@router.post(
    "/conversations/{conversation_id}/video", response_model=Room, operation_id="start_video"
)
async def start_video(
    conversation_id: str, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Json:
    """Give the room of a chat: the same one for all of its members, again and again."""
    del key
    seen = await parts.views.conversation(caller.scope, conversation_id)
    if seen is None or parts.config.video_template is None:
        raise not_found()
    if seen["kind"] == "sms":
        raise Trouble(409, "chat-only", "Video is for chats with colleagues.")
    named = f"video/{caller.scope.tenant}/{conversation_id}".encode()
    room = hmac.new(parts.config.media_link_key, named, hashlib.sha256).hexdigest()
    return {"url": parts.config.video_template.replace("{room}", room[:_ROOM_LETTERS])}


def _calls(parts: Parts) -> Calls:
    if parts.calls is None:
        raise not_found()
    return parts.calls


async def _own_dial(parts: Parts, caller: Caller) -> str:
    me = await parts.views.person(caller.scope)
    if me is None or not me["dial"]:
        raise not_found()
    return str(me["dial"])


async def _other_end(parts: Parts, caller: Caller, body: NewCallTo) -> str:
    if (body.number is None) == (body.person is None):
        raise Trouble(422, "invalid", "Name a number or a person.")
    if body.number is not None:
        return body.number
    found = await parts.views.people_by_id(caller.scope, [body.person or ""])
    if not found or not found[0]["dial"]:
        raise not_found()
    return str(found[0]["dial"])


async def _caller_id(parts: Parts, caller: Caller, wanted: str | None) -> str | None:
    """Show a number that they may use, and no other."""
    own = [one["number"] for one in await parts.views.numbers(caller.scope)]
    if wanted in own:
        return wanted
    return own[0] if own else None


def _shown(call: Call) -> Json:
    return {
        "id": call.id,
        "to": views.phone(call.to),
        "state": call.state,
        "reason": call.reason,
    }


def _away() -> Trouble:
    return Trouble(503, "calls-away", "The phone system cannot be reached.", {"Retry-After": "5"})
