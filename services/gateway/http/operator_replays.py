"""Replays, for operators: a range of the log folded anew beside what serves, and compared."""

from typing import Annotated

from fastapi import Path

from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.operating import REFUSES, Deed, operators_router, tell_deed
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.replay_shapes import Replay, ReplayPlan, ReplayRange, Replays
from services.gateway.ports import Json
from services.gateway.ports.work import Busy, Range

router = operators_router("/replays")
Id = Annotated[str, Path(max_length=100)]


@router.get("", response_model=Replays, operation_id="replays")
async def replays(parts: PartsDep) -> Json:
    """Replays of every operator, and what came of them."""
    return {"items": await parts.replays.replays()}


@router.post("/plan", response_model=ReplayPlan, operation_id="plan_replay", responses=REFUSES)
async def plan_replay(body: ReplayRange, parts: PartsDep) -> Json:
    """A dry run: what would be read and what would leave; nothing is started."""
    return await parts.replays.plan(_range(body))


@router.post("", response_model=Replay, operation_id="start_replay", responses=REFUSES)
async def start_replay(body: ReplayRange, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Fold these facts into a new set of projections, which nobody is served, and compare it."""
    wanted = _range(body)
    about = f"{wanted.first}-{wanted.last}"
    await tell_deed(parts, caller, key, Deed(action="replay-started", about=about))
    try:
        id_ = await parts.replays.start(wanted, caller.scope.user)
    except Busy as busy:
        raise _busy() from busy
    return await _known(parts, id_)


@router.post(
    "/{replay_id}/cancel", response_model=Replay, operation_id="cancel_replay", responses=REFUSES
)
async def cancel_replay(*, replay_id: Id, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Stop it where it is; it can be resumed from there."""
    await _known(parts, replay_id)
    await tell_deed(parts, caller, key, Deed(action="replay-cancelled", about=replay_id))
    if not await parts.replays.cancel(replay_id):
        raise Trouble(409, "not-running", "This replay is not running.")
    return await _known(parts, replay_id)


@router.post(
    "/{replay_id}/resume", response_model=Replay, operation_id="resume_replay", responses=REFUSES
)
async def resume_replay(*, replay_id: Id, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Go on from where it was stopped."""
    await _known(parts, replay_id)
    await tell_deed(parts, caller, key, Deed(action="replay-resumed", about=replay_id))
    try:
        resumed = await parts.replays.resume(replay_id)
    except Busy as busy:
        raise _busy() from busy
    if not resumed:
        raise Trouble(409, "not-stopped", "This replay was not stopped.")
    return await _known(parts, replay_id)


def _range(body: ReplayRange) -> Range:
    if body.last < body.first:
        raise Trouble(422, "invalid", "The last position comes before the first.")
    return Range(first=body.first, last=body.last, pace=body.pace)


async def _known(parts: Parts, replay_id: str) -> Json:
    found = await parts.replays.replays(replay_id)
    if not found:
        raise not_found()
    return found[0]


def _busy() -> Trouble:
    return Trouble(409, "already-replaying", "A replay runs already.")
