"""From a change to a whole definition and its decision: what is left out stays as it is."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import Response
from pydantic import BaseModel

from schemas.directory import (
    Define,
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
)
from services.gateway.domain.administration import ADMINS
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import decided, show_seen
from services.gateway.http.entry import Parts
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.roles import check_role
from services.gateway.ports import Json
from services.gateway.ports.administration import DefinedT

#: Fields that an explicit null clears.
_CLEARED = frozenset({"label", "alert_tone", "language"})


def changes(body: BaseModel) -> Json:
    """Give what a client named: nulls only where null means something."""
    named = body.model_dump(exclude_unset=True, by_alias=True)
    return {key: value for key, value in named.items() if value is not None or key in _CLEARED}


def changed(known: DefinedT, more: Json) -> DefinedT:
    """Put changes into a definition; 422 where they do not fit the contract."""
    try:
        return msgspec.convert({**msgspec.to_builtins(known), **more}, type(known))
    except msgspec.ValidationError as error:
        raise Trouble(422, "invalid", str(error)) from error


async def check_admin(parts: Parts, caller: Caller) -> None:
    """Admins only: for all others there is no such page."""
    await check_role(parts, caller, ADMINS)


async def known_to_admin(parts: Parts, caller: Caller, kind: type[DefinedT], id_: str) -> DefinedT:
    """Give what is defined under this name; for whoever is no admin there is no such page."""
    await check_admin(parts, caller)
    known = await parts.administration.defined(caller.scope, kind, id_)
    if known is None:
        raise not_found()
    return known


def identity(wanted: Define) -> str:
    """Name what is defined: every definition begins with its own name."""
    return str(getattr(wanted, wanted.__struct_fields__[0]))


_KINDS = {
    DefineTenant: "tenant",
    DefineExtension: "extension",
    DefineNumber: "number",
    DefineQueue: "queue",
}
Shown = Callable[[], Awaitable[Json]]


async def define(parts: Parts, caller: Caller, key: str, wanted: DefinedT, show: Shown) -> Response:
    """Ask for a definition, and answer with the thing once it is so."""
    id_ = identity(wanted)
    subject = f"{_KINDS[type(wanted)]}/{id_}"
    wish: Define = msgspec.structs.replace(wanted, by=caller.scope.user)
    ask = to_stream(caller, key, subject, wish)
    plain: Any = msgspec.structs.replace(wanted, by=None)

    async def look() -> Json | None:
        now = await parts.administration.defined(caller.scope, type(wanted), id_)
        return await show() if now == plain else None

    return await decided(parts, ask, look, show_seen)
