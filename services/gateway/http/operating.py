"""An operator's deed in two steps: the router lets it be and it is on the log, then it is done."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends

from schemas.letter import LetterPlace
from schemas.operation import ActAsOperator, OperatorAction
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES
from services.gateway.http.entry import CallerDep, Parts, PartsDep
from services.gateway.http.problems import Trouble
from services.gateway.http.roles import check_role
from services.gateway.ports import Refusal, Undecided

#: Nobody else looks across tenants.
OPERATORS = frozenset({"operator"})
#: What the document says of routes that do a deed.
REFUSES: dict[int | str, Any] = {status: DECIDES[status] for status in (409, 503)}


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What an operator is about to do, to what, and why."""

    action: OperatorAction
    about: str
    note: str | None = None
    letter: LetterPlace | None = None


async def operators_only(caller: CallerDep, parts: PartsDep) -> None:
    """Answer everybody else that there is no such thing."""
    await check_role(parts, caller, OPERATORS)


def operators_router(place: str = "") -> APIRouter:
    """Give a router whose every route is for operators only."""
    wall = [Depends(operators_only)]
    return APIRouter(prefix=f"/operator{place}", tags=["operator"], dependencies=wall)


async def tell_deed(parts: Parts, caller: Caller, key: str, deed: Deed) -> str:
    """Put it on the log under the operator's name, or raise: what cannot be told is not done."""
    wish = ActAsOperator(
        by=caller.scope.user,
        action=deed.action,
        about=deed.about,
        note=deed.note,
        letter=deed.letter,
    )
    stream = f"operator/{caller.scope.user}"
    ask = to_stream(caller, key, stream, wish, f"{stream}/{deed.action}/{deed.about}")
    try:
        said = await parts.asking.ask(ask)
    except Undecided as late:
        text = "It could not be put on record in time, so it was not done. Ask again, same key."
        raise Trouble(503, "not-on-record", text, {"Retry-After": "2"}) from late
    if isinstance(said, Refusal):
        raise Trouble(409, said.code, said.text)
    return ask.command_id
