"""What a viewer does to a group: rename it, bring people in, take one out, leave."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from schemas import group
from schemas.base import ConversationId, ExtensionId, Number
from services.gateway.domain.addressing import BadAddress, apart
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_conversation
from services.gateway.http.deciding import DECIDES, decided, show_decision
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.group_shapes import GroupName, NewParticipants
from services.gateway.http.problems import Trouble
from services.gateway.http.shapes import Decision
from services.gateway.http.writing import find_way
from services.gateway.ports import Json

router = APIRouter(tags=["write"], responses=DECIDES)
_GROUP = "/conversations/{conversation_id}"

_Wish = group.RenameGroup | group.AddParticipants | group.RemoveParticipant | group.LeaveGroup


@router.put(f"{_GROUP}/name", response_model=Decision, operation_id="rename_group")
async def rename_group(
    *,
    conversation_id: ConversationId,
    body: GroupName,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Give the group another name; every member sees it."""
    wish = group.RenameGroup(conversation_id=conversation_id, by=caller.scope.user, name=body.name)
    return await _change(
        parts, caller, key, wish, lambda now: now is not None and now["name"] == body.name.strip()
    )


@router.post(f"{_GROUP}/participants", response_model=Decision, operation_id="add_participants")
async def add_participants(
    *,
    conversation_id: ConversationId,
    body: NewParticipants,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Bring in colleagues and outside people; the latter get the group's messages as texts."""
    before = await parts.views.conversation(caller.scope, conversation_id)
    number = _number(before) or body.from_ or await _first_number(parts, caller)
    try:
        members, counterparts = apart(body.to, number)
    except BadAddress as error:
        raise Trouble(422, error.code, error.text) from error
    wish = group.AddParticipants(
        conversation_id=conversation_id,
        by=caller.scope.user,
        members=members,
        counterparts=counterparts,
        number=Number(number) if number and counterparts else None,
    )
    return await _change(
        parts, caller, key, wish, lambda now: _includes(now, (*members, *counterparts))
    )


@router.delete(
    f"{_GROUP}/participants/{{participant}}",
    response_model=Decision,
    operation_id="remove_participant",
)
async def remove_participant(
    *,
    conversation_id: ConversationId,
    participant: str,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Take out an extension, or an outside number in international form."""
    is_number = participant.startswith("+")
    wish = group.RemoveParticipant(
        conversation_id=conversation_id,
        by=caller.scope.user,
        member=None if is_number else ExtensionId(participant),
        counterpart=participant if is_number else None,
    )
    return await _change(parts, caller, key, wish, lambda now: not _includes(now, (participant,)))


@router.post(f"{_GROUP}/leave", response_model=Decision, operation_id="leave_group")
async def leave_group(
    conversation_id: ConversationId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Go; what is said from then on is not for me."""
    wish = group.LeaveGroup(conversation_id=conversation_id, by=caller.scope.user)
    return await _change(parts, caller, key, wish, lambda now: now is None)


async def _change(
    parts: Parts, caller: Caller, key: str, wish: _Wish, done: Callable[[Json | None], bool]
) -> Response:
    way = await find_way(parts, caller, wish.conversation_id)
    ask = to_conversation(caller, key, way, wish, f"/{type(wish).__name__}")

    async def look() -> Json | None:
        now = await parts.views.conversation(caller.scope, wish.conversation_id)
        return (now or {}) if done(now) else None

    return await decided(parts, ask, look, show_decision(ask))


def _number(seen: Json | None) -> str | None:
    number = (seen or {}).get("number")
    return None if number is None else str(number["number"])


async def _first_number(parts: Parts, caller: Caller) -> str | None:
    numbers = await parts.views.numbers(caller.scope)
    return next((str(one["number"]) for one in numbers), None)


def _includes(now: Json | None, wanted: tuple[str, ...]) -> bool:
    if now is None:
        return False
    there = {one["id"] for one in now["members"]} | {one["number"] for one in now["counterparts"]}
    return set(wanted) <= there
