"""Administration of numbers and extensions: who has which, who may text, who signs in."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from schemas.base import ExtensionId, Number
from schemas.directory import DefineExtension, DefineNumber, RecordCredential, Route
from services.gateway.domain.scope import Caller
from services.gateway.http.admin_shapes import (
    AdminExtension,
    AdminExtensions,
    AdminNumber,
    AdminNumbers,
    ExtensionChange,
    NewExtension,
    NewNumber,
    NewSignIn,
    NumberChange,
    OneTimeSignIn,
)
from services.gateway.http.deciding import DECIDES
from services.gateway.http.defining import changed, changes, check_admin, define, known_to_admin
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.recording import record
from services.gateway.ports import Json
from services.gateway.ports.administration import LoginTaken
from services.kernel import ids

router = APIRouter(prefix="/admin", tags=["administration"])
Id = Annotated[str, Path(max_length=100)]
APhone = Annotated[str, Path(max_length=16)]


@router.get("/numbers", response_model=AdminNumbers, operation_id="admin_numbers")
async def admin_numbers(caller: CallerDep, parts: PartsDep) -> Json:
    """Every number of the organization."""
    await check_admin(parts, caller)
    return {"items": await parts.administration.numbers(caller.scope)}


@router.post("/numbers", response_model=AdminNumber, operation_id="add_number", responses=DECIDES)
async def add_number(body: NewNumber, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Response:
    """Take a number into use; one that there is already is changed."""
    await check_admin(parts, caller)
    more = changes(body)
    blank = DefineNumber(number=Number(body.number), accounts=(), route=Route(kind=body.route.kind))
    return await _define_number(parts, caller, key, changed(blank, more))


@router.patch(
    "/numbers/{number}", response_model=AdminNumber, operation_id="change_number", responses=DECIDES
)
async def change_number(
    *, number: APhone, body: NumberChange, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Change what it may do, where its texts go, and who sends from it."""
    known = await known_to_admin(parts, caller, DefineNumber, number)
    return await _define_number(parts, caller, key, changed(known, changes(body)))


async def _define_number(parts: Parts, caller: Caller, key: str, wanted: DefineNumber) -> Response:
    async def show() -> Json:
        return (await parts.administration.numbers(caller.scope, wanted.number))[0]

    return await define(parts, caller, key, wanted, show)


@router.get("/extensions", response_model=AdminExtensions, operation_id="admin_extensions")
async def admin_extensions(caller: CallerDep, parts: PartsDep) -> Json:
    """Every extension of the organization, and how its user signs in."""
    await check_admin(parts, caller)
    return {"items": await parts.administration.extensions(caller.scope)}


@router.post(
    "/extensions", response_model=AdminExtension, operation_id="add_extension", responses=DECIDES
)
async def add_extension(
    body: NewExtension, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Make an extension; its user signs in once they are given a sign-in."""
    await check_admin(parts, caller)
    id_ = ExtensionId(ids.derive(command_id(key, caller.scope, "extensions"), "extension"))
    blank = DefineExtension(extension_id=id_, dial=body.dial, name=body.name)
    return await _define_extension(parts, caller, key, changed(blank, changes(body)))


@router.patch(
    "/extensions/{extension_id}",
    response_model=AdminExtension,
    operation_id="change_extension",
    responses=DECIDES,
)
async def change_extension(
    *, extension_id: Id, body: ExtensionChange, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Change its name, its roles, and whether its user may text and chat."""
    known = await known_to_admin(parts, caller, DefineExtension, extension_id)
    return await _define_extension(parts, caller, key, changed(known, changes(body)))


async def _define_extension(
    parts: Parts, caller: Caller, key: str, wanted: DefineExtension
) -> Response:
    async def show() -> Json:
        return (await parts.administration.extensions(caller.scope, wanted.extension_id))[0]

    return await define(parts, caller, key, wanted, show)


@router.post(
    "/extensions/{extension_id}/sign-in",
    response_model=OneTimeSignIn,
    operation_id="give_sign_in",
    responses={status: DECIDES[status] for status in (409, 503)},
)
async def give_sign_in(
    *, extension_id: Id, body: NewSignIn, caller: CallerDep, parts: PartsDep
) -> Json:
    """Give its user a one-time password; whoever is in by an older one is out."""
    known = await known_to_admin(parts, caller, DefineExtension, extension_id)
    await record(parts, caller, _one_time(known, caller, made=True, login=body.login))
    try:
        given = await parts.credentials.give_sign_in(
            caller.scope, known.extension_id, body.login, known.roles
        )
    except LoginTaken as taken:
        text = f"Somebody signs in as {body.login} already. Choose another name."
        raise Trouble(409, "login-taken", text) from taken
    return {"login": given.login, "password": given.password, "expires_at": given.expires_at}


@router.delete("/extensions/{extension_id}/sign-in", status_code=204, operation_id="end_sign_in")
async def end_sign_in(*, extension_id: Id, caller: CallerDep, parts: PartsDep) -> None:
    """Let its user in no more: the sign-in, every session and every key end within seconds."""
    known = await known_to_admin(parts, caller, DefineExtension, extension_id)
    if known.extension_id == caller.scope.user:
        raise Trouble(409, "own-sign-in", "You cannot end your own sign-in. Ask another admin.")
    if not await parts.credentials.end_sign_in(caller.scope, known.extension_id):
        raise not_found()
    await record(parts, caller, _one_time(known, caller, made=False, login=known.name))


def _one_time(
    known: DefineExtension, caller: Caller, *, made: bool, login: str
) -> RecordCredential:
    return RecordCredential(
        extension_id=known.extension_id,
        kind="one-time-password" if made else "password",
        change="made" if made else "revoked",
        name=login,
        by=caller.scope.user,
    )
