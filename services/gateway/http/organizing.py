"""Administration of queues and of the organization itself: values, limits, the alert tone."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from schemas.base import QueueId
from schemas.directory import AlertTone, DefineQueue, DefineTenant
from services.gateway.domain import administration
from services.gateway.domain.scope import Caller
from services.gateway.http.admin_shapes import (
    AdminQueue,
    AdminQueues,
    NewAlertTone,
    NewQueue,
    Organization,
    OrganizationChange,
    QueueChange,
)
from services.gateway.http.deciding import DECIDES
from services.gateway.http.defining import changed, changes, check_admin, define, known_to_admin
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.links import media_link
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.uploads import sent_files
from services.gateway.ports import File, Json
from services.kernel import ids

#: A sound that is heard for a second or two; everybody's browser fetches it.
MOST_TONE_BYTES = 1_000_000

router = APIRouter(tags=["administration"])
Id = Annotated[str, Path(max_length=100)]


@router.get("/admin/queues", response_model=AdminQueues, operation_id="admin_queues")
async def admin_queues(caller: CallerDep, parts: PartsDep) -> Json:
    """Every queue of the organization, with every value."""
    await check_admin(parts, caller)
    return {"items": await parts.administration.queues(caller.scope)}


@router.post(
    "/admin/queues", response_model=AdminQueue, operation_id="add_queue", responses=DECIDES
)
async def add_queue(body: NewQueue, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Response:
    """Make a queue; numbers are led to it by themselves."""
    await check_admin(parts, caller)
    id_ = QueueId(ids.derive(command_id(key, caller.scope, "queues"), "queue"))
    blank = DefineQueue(queue_id=id_, name=body.name, agents=())
    return await _define_queue(parts, caller, key, changed(blank, changes(body)))


@router.patch(
    "/admin/queues/{queue_id}",
    response_model=AdminQueue,
    operation_id="change_queue",
    responses=DECIDES,
)
async def change_queue(
    *, queue_id: Id, body: QueueChange, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Change its name, its people and its values."""
    known = await known_to_admin(parts, caller, DefineQueue, queue_id)
    return await _define_queue(parts, caller, key, changed(known, changes(body)))


async def _define_queue(parts: Parts, caller: Caller, key: str, wanted: DefineQueue) -> Response:
    async def show() -> Json:
        return (await parts.administration.queues(caller.scope, wanted.queue_id))[0]

    return await define(parts, caller, key, wanted, show)


@router.get("/admin/organization", response_model=Organization, operation_id="organization")
async def organization(caller: CallerDep, parts: PartsDep) -> Json:
    """The organization's switches and limits."""
    await check_admin(parts, caller)
    return _shown(await _organization(parts, caller))


@router.patch(
    "/admin/organization",
    response_model=Organization,
    operation_id="change_organization",
    responses=DECIDES,
)
async def change_organization(
    body: OrganizationChange, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Turn texting on or off for everybody, set limits, choose the tone that everybody hears."""
    await check_admin(parts, caller)
    more = changes(body)
    if body.alert_tone is not None:
        more["alert_tone"] = msgspec.to_builtins(await _tone(parts, caller, body.alert_tone))
    wanted = changed(await _organization(parts, caller), more)

    async def show() -> Json:
        return _shown(wanted)

    return await define(parts, caller, key, wanted, show)


async def _organization(parts: Parts, caller: Caller) -> DefineTenant:
    tenant = caller.scope.tenant
    known = await parts.administration.defined(caller.scope, DefineTenant, tenant)
    if known is None:
        raise not_found()
    return known


async def _tone(parts: Parts, caller: Caller, tone: NewAlertTone) -> AlertTone:
    (file,) = await sent_files(parts, caller.scope, [tone.upload])
    sound = file.original
    if not sound.media_type.startswith("audio/"):
        raise Trouble(409, "not-a-sound", f"{file.name} is not a sound.")
    if sound.size > MOST_TONE_BYTES:
        most = f"{MOST_TONE_BYTES // 1_000_000} MB"
        raise Trouble(409, "too-big", f"{file.name} is too big. A tone can be at most {most}.")
    return AlertTone(name=tone.name, sound=sound)


def _shown(defined: DefineTenant) -> Json:
    shown = administration.organization(defined)
    if shown["alert_tone"] is not None:
        shown["alert_tone"]["url"] = "/api/v1/alert-tone"
    return shown


@router.get(
    "/alert-tone", status_code=302, response_class=RedirectResponse, operation_id="alert_tone"
)
async def alert_tone(caller: CallerDep, parts: PartsDep) -> Response:
    """Lead to the organization's own tone, by a link that lives two minutes; 404 without one."""
    sound = await parts.administration.alert_tone(caller.scope)
    if sound is None:
        raise not_found()
    file = File(sound.key, sound.media_type, "tone")
    return RedirectResponse(
        media_link(parts.config, file), 302, {"Cache-Control": "private, max-age=60"}
    )
