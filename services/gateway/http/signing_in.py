"""Sessions: in by login and password, a password of one's own, and out."""

from fastapi import APIRouter, Request, Response

from schemas.directory import RecordCredential
from services.gateway.domain.scope import Caller
from services.gateway.http.devices import forget_devices, signed_in
from services.gateway.http.entry import Parts, PartsDep, ProvenDep, address_of, check_origin
from services.gateway.http.problems import Trouble
from services.gateway.http.recording import record
from services.gateway.http.shapes import Me, NewPassword, SignIn
from services.gateway.ports import Json, Opened, TooManyTries

router = APIRouter(tags=["sign in"])
#: The cookie outlives the browser; the session behind it ends by itself before that.
COOKIE_SECONDS = 30 * 86_400

wrong_sign_in = Trouble(401, "wrong-sign-in", "That login and password do not belong together.")


async def me(parts: Parts, caller: Caller) -> Json:
    """Say who this is, by the directory where it knows them."""
    found = (await parts.views.person(caller.scope)) or {}
    return {
        "id": caller.scope.user,
        "login": caller.login,
        "name": found.get("name", caller.login),
        "dial": found.get("dial", ""),
        "roles": list(found.get("roles", caller.roles)),
        "tenant": caller.scope.tenant,
        "new_password_required": caller.must_change,
    }


async def open_session(parts: Parts, request: Request, login: str, password: str) -> Opened:
    """Open one, or say why not: a wrong pair, or too many tries."""
    address = address_of(request, parts.config.proxies)
    try:
        opened = await parts.accounts.sign_in(login, password, address)
    except TooManyTries as error:
        raise Trouble(
            429,
            "too-many-tries",
            "Too many tries. Wait a little and try again.",
            {"Retry-After": str(error.seconds)},
        ) from error
    if opened is None:
        raise wrong_sign_in
    return opened


@router.post("/session", response_model=Me, operation_id="sign_in")
async def sign_in(body: SignIn, request: Request, response: Response, parts: PartsDep) -> Json:
    check_origin(request, parts.config)
    opened = await open_session(parts, request, body.login, body.password)
    set_cookie(parts, response, opened)
    return await me(parts, opened.caller)


def set_cookie(parts: Parts, response: Response, opened: Opened) -> None:
    """Hand the session's secret to the browser, out of reach of its pages."""
    response.set_cookie(
        parts.config.cookie,
        opened.secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=parts.config.cookie.startswith("__Host-"),
        path="/",
    )


@router.delete("/session", status_code=204, operation_id="sign_out")
async def sign_out(caller: ProvenDep, response: Response, parts: PartsDep) -> None:
    """End what lets me in; the phones that came in by it are told no more."""
    await forget_devices(parts, caller, signed_in(caller))
    await parts.accounts.end_session(caller)
    response.delete_cookie(parts.config.cookie, path="/")


@router.put("/session/password", response_model=Me, operation_id="change_password")
async def change_password(
    body: NewPassword, request: Request, response: Response, caller: ProvenDep, parts: PartsDep
) -> Json:
    """Choose a password of one's own; every other session of this account ends."""
    if caller.proof != "session":
        raise Trouble(403, "session-required", "A key cannot change a password.")
    if not await parts.credentials.change_password(caller, body.now, body.then):
        raise wrong_sign_in
    who = caller.scope.user
    change = RecordCredential(
        extension_id=who, kind="password", change="made", name=caller.login, by=who
    )
    await record(parts, caller, change)
    opened = await open_session(parts, request, caller.login, body.then)
    set_cookie(parts, response, opened)
    return await me(parts, opened.caller)
