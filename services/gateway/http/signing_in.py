"""Sessions and tokens: in, out, and a bearer token for programs."""

from fastapi import APIRouter, Request, Response

from services.gateway.domain.scope import Caller
from services.gateway.http.entry import (
    CallerDep,
    Parts,
    PartsDep,
    address_of,
    check_origin,
    signed_in,
)
from services.gateway.http.problems import Trouble
from services.gateway.http.shapes import Me, NewToken, SignIn, Token
from services.gateway.ports import Json, Opened, TooManyTries

router = APIRouter(tags=["sign in"])
#: The cookie outlives the browser; the session behind it ends by itself before that.
COOKIE_SECONDS = 30 * 86_400

_wrong = Trouble(401, "wrong-sign-in", "That login and password do not belong together.")


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
    }


async def _open(parts: Parts, request: Request, login: str, password: str) -> Opened:
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
        raise _wrong
    return opened


@router.post("/session", response_model=Me, operation_id="sign_in")
async def sign_in(body: SignIn, request: Request, response: Response, parts: PartsDep) -> Json:
    check_origin(request, parts.config)
    opened = await _open(parts, request, body.login, body.password)
    secure = parts.config.cookie.startswith("__Host-")
    response.set_cookie(
        parts.config.cookie,
        opened.secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
        path="/",
    )
    return await me(parts, opened.caller)


@router.delete("/session", status_code=204, operation_id="sign_out")
async def sign_out(caller: CallerDep, response: Response, parts: PartsDep) -> None:
    await parts.accounts.end_session(caller)
    response.delete_cookie(parts.config.cookie, path="/")


@router.post("/tokens", response_model=Token, status_code=201, operation_id="make_token")
async def make_token(body: NewToken, request: Request, parts: PartsDep) -> Json:
    """By an open session, or by login and password."""
    if body.login is None or body.password is None:
        caller = await signed_in(request)
    else:
        caller = (await _open(parts, request, body.login, body.password)).caller
    made = await parts.accounts.make_token(caller, body.name)
    if body.login is not None:
        await parts.accounts.end_session(caller)
    return {"id": made.caller.proof_id, "name": body.name, "token": made.secret}
