"""Projections, for operators: built again in the background, compared, let serve, taken back."""

from typing import Annotated

from fastapi import Path

from schemas.operation import OperatorAction
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.operating import REFUSES, Deed, operators_router, tell_deed
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.projection_shapes import (
    ComparedSets,
    ProjectionSets,
    RebuildBegun,
    Switching,
)
from services.gateway.ports import Json
from services.gateway.ports.work import Busy, NoSuchModel, NotThere

router = operators_router("/projections")
Name = Annotated[str, Path(max_length=100)]


@router.get("", response_model=ProjectionSets, operation_id="projections")
async def projections(parts: PartsDep) -> Json:
    """Every set of projections: which serves, how far each is, and how its building goes."""
    return {"items": await parts.projections.models()}


@router.post("", response_model=RebuildBegun, operation_id="rebuild_projections", responses=REFUSES)
async def rebuild_projections(caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Build all projections again from the log beside those that serve; then compare them."""
    models = await parts.projections.models()
    if any(one["rebuild"] and one["rebuild"]["state"] == "running" for one in models):
        raise _busy()
    newest = max(one["version"] for one in models)
    await _tell(parts, caller, key, "projections-rebuilt", f"gateway_v{newest + 1}")
    try:
        return {"name": await parts.projections.rebuild(caller.scope.user)}
    except Busy as busy:
        raise _busy() from busy


@router.post("/{name}/cancel", status_code=204, operation_id="cancel_rebuild", responses=REFUSES)
async def cancel_rebuild(*, name: Name, caller: CallerDep, parts: PartsDep, key: KeyDep) -> None:
    """Stop building a set; what there is of it is discarded."""
    await _known(parts, name)
    await _tell(parts, caller, key, "projections-discarded", name)
    if not await parts.projections.cancel(name):
        raise Trouble(409, "not-running", f"{name} is not being built.")


@router.post(
    "/{name}/compare",
    response_model=ComparedSets,
    operation_id="compare_projections",
    responses=REFUSES,
)
async def compare_projections(*, name: Name, parts: PartsDep) -> Json:
    """Hash every table of it and of what serves, both at one place of the log."""
    await _known(parts, name)
    try:
        return await parts.projections.compare(name)
    except NotThere as error:
        raise _not_there(name) from error
    except NoSuchModel as error:
        raise Trouble(409, "serves", f"{name} serves: choose another one to compare.") from error


@router.post(
    "/{name}/switch",
    status_code=204,
    operation_id="switch_projections",
    responses=REFUSES,
)
async def switch_projections(
    *, name: Name, body: Switching, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> None:
    """Let it serve, or serve again; everybody's pages load anew and nothing is lost."""
    known = await _known(parts, name)
    if body.confirm != name:
        raise Trouble(409, "not-confirmed", f"Type {name} to confirm.")
    if known["state"] == "serving":
        raise Trouble(409, "serves", f"{name} serves already.")
    if known["state"] == "building" and not (body.anyway and known["equal"] is not None):
        raise Trouble(409, "not-ready", f"{name} is not built, or differs from what serves.")
    back = known["state"] == "previous"
    action: OperatorAction = "projections-rolled-back" if back else "projections-switched"
    await _tell(parts, caller, key, action, name)
    try:
        await parts.projections.switch(name, anyway=body.anyway)
    except NotThere as error:
        raise _not_there(name) from error
    except NoSuchModel as error:
        raise not_found() from error


@router.delete("/{name}", status_code=204, operation_id="discard_projections", responses=REFUSES)
async def discard_projections(
    *, name: Name, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> None:
    """Drop a set that does not serve; the log can always build another."""
    known = await _known(parts, name)
    building = known["rebuild"] is not None and known["rebuild"]["state"] == "running"
    if known["state"] == "serving" or building:
        raise Trouble(409, "in-use", f"{name} serves, or is being built.")
    await _tell(parts, caller, key, "projections-discarded", name)
    try:
        await parts.projections.discard(name)
    except NotThere as error:
        raise Trouble(409, "in-use", f"{name} is still read. Try again in a moment.") from error
    except NoSuchModel as error:
        raise not_found() from error


async def _known(parts: Parts, name: str) -> Json:
    found = (one for one in await parts.projections.models() if one["name"] == name)
    known = next(found, None)
    if known is None:
        raise not_found()
    return known


async def _tell(parts: Parts, caller: Caller, key: str, action: OperatorAction, about: str) -> None:
    await tell_deed(parts, caller, key, Deed(action=action, about=about))


def _busy() -> Trouble:
    return Trouble(409, "already-rebuilding", "Projections are being built already.")


def _not_there(name: str) -> Trouble:
    text = f"{name} is not where the log is yet. Try again in a moment."
    return Trouble(409, "far-behind", text)
