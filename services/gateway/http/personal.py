"""What a person sets for themselves: kept here, so that it is the same at every screen."""

from typing import TYPE_CHECKING

import msgspec
from fastapi import APIRouter, Response

from schemas import directory
from services.gateway.http import contracts
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES, decided, show_seen
from services.gateway.http.defining import changes
from services.gateway.http.entry import CallerDep, KeyDep, PartsDep
from services.gateway.http.rights_shapes import Settings
from services.gateway.ports import Json

if TYPE_CHECKING:
    from pydantic import BaseModel as NewPersonalSettings
else:
    NewPersonalSettings = contracts.given(directory.PersonalSettings)

router = APIRouter(tags=["settings"])


@router.get("/settings", response_model=Settings, operation_id="settings")
async def settings(caller: CallerDep, parts: PartsDep) -> Json:
    """My settings."""
    plain: Json = msgspec.to_builtins(await parts.administration.settings(caller.scope))
    return plain


@router.patch(
    "/settings", response_model=Settings, operation_id="change_settings", responses=DECIDES
)
async def change_settings(
    body: NewPersonalSettings, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Change some of them; my other screens follow."""
    known = await parts.administration.settings(caller.scope)
    wanted = msgspec.convert(
        {**msgspec.to_builtins(known), **changes(body)}, directory.PersonalSettings
    )
    wish = directory.ChooseSettings(extension_id=caller.scope.user, settings=wanted)
    ask = to_stream(caller, key, f"extension/{caller.scope.user}", wish, "settings")

    async def look() -> Json | None:
        now = await parts.administration.settings(caller.scope)
        return msgspec.to_builtins(now) if now == wanted else None

    return await decided(parts, ask, look, show_seen)
