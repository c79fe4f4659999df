"""Phones that their makers' push services tell of news: registered by their app, listed, removed.

A phone is told for as long as what it was registered by lets somebody in: the end of the session or
the key, a new password, or the end of the sign-in forgets it.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from schemas import device
from schemas.base import ExtensionId
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES, decided, show_plain, show_seen
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.oversight_shapes import Decided
from services.gateway.http.recording import tell
from services.gateway.http.shapes import _Input, _Output
from services.gateway.ports import Json
from services.kernel import ids

router = APIRouter(tags=["push"])
DeviceId = Annotated[str, Path(min_length=1, max_length=100)]


class Device(_Output):
    """A phone; `this` is whether the one who asks registered it."""

    id: str
    platform: device.Platform
    app: str
    name: str
    #: When its app was started last.
    registered_at: datetime
    this: bool


class Devices(_Output):
    items: list[Device]


class NewDevice(_Input):
    """What the app was given by its phone's push service."""

    platform: device.Platform
    #: APNs' device token in hexadecimal digits, or FCM's registration token.
    token: Annotated[str, Field(min_length=1, max_length=1000, pattern="^[A-Za-z0-9:_-]+$")]
    #: The app's bundle id (APNs' topic), or its package name.
    app: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.-]+$")]
    #: What its owner calls the phone.
    name: Annotated[str, Field(max_length=100)] = ""


@router.get("/devices", response_model=Devices, operation_id="devices")
async def devices(caller: CallerDep, parts: PartsDep) -> Json:
    """My phones, the one whose app was started last first."""
    found = await parts.devices.devices(caller.scope)
    return {"items": [_shown(one, caller) for one in found]}


@router.put("/devices", response_model=Device, operation_id="register_device", responses=DECIDES)
async def register_device(
    body: NewDevice, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Tell this phone of my news from now on; an app says so whenever it is started."""
    device_id = ids.derive("device", body.platform, body.token)
    for owner in await parts.devices.others(caller.scope, device_id):
        await tell(parts, caller, _stream(owner), _let_go(owner, device_id))
    wish = device.RegisterDevice(
        recipient=caller.scope.user,
        device_id=device_id,
        platform=body.platform,
        token=body.token,
        app=body.app,
        name=body.name,
        signed_in=signed_in(caller),
    )

    async def look() -> Json | None:
        found = await _one(parts, caller, device_id)
        same = found is not None and found["this"] and found["name"] == body.name
        return found if same else None

    ask = to_stream(caller, key, _stream(caller.scope.user), wish, f"devices/{device_id}")
    return await decided(parts, ask, look, show_seen)


@router.delete(
    "/devices/{device_id}", response_model=Decided, operation_id="remove_device", responses=DECIDES
)
async def remove_device(
    device_id: DeviceId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Tell this phone of mine no more; one that is not known is forgotten already."""
    who = caller.scope.user
    wish = device.ForgetDevice(recipient=who, device_id=device_id, reason="asked")

    async def look() -> Json | None:
        return {} if await _one(parts, caller, device_id) is None else None

    ask = to_stream(caller, key, _stream(who), wish, f"forget/{device_id}")
    return await decided(parts, ask, look, show_plain(ask))


async def forget_devices(parts: Parts, caller: Caller, proof: str) -> None:
    """Forget every phone that came in by a proof that ends now."""
    found = await parts.devices.devices(caller.scope)
    if any(one["signed_in"] == proof for one in found):
        wish = device.ForgetDevices(recipient=caller.scope.user, signed_in=proof)
        await tell(parts, caller, _stream(caller.scope.user), wish)


def signed_in(caller: Caller) -> str:
    """Name what proves who asks, so that its phones end with it."""
    return f"{caller.proof}/{caller.proof_id}"


def _let_go(owner: ExtensionId, device_id: str) -> device.ForgetDevice:
    """Keep a phone that changed hands from showing what is its former owner's."""
    return device.ForgetDevice(recipient=owner, device_id=device_id, reason="replaced")


async def _one(parts: Parts, caller: Caller, device_id: str) -> Json | None:
    found = await parts.devices.devices(caller.scope)
    return next((_shown(one, caller) for one in found if one["id"] == device_id), None)


def _shown(row: Json, caller: Caller) -> Json:
    return {
        "id": row["id"],
        "platform": row["platform"],
        "app": row["app"],
        "name": row["name"],
        "registered_at": row["registered_at"],
        "this": row["signed_in"] == signed_in(caller),
    }


def _stream(owner: ExtensionId) -> str:
    return f"devices/{owner}"
