"""Every request passes here: who asks, and did a page of another origin make them ask."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from services.gateway.domain.config import Config
from services.gateway.domain.scope import Caller, Scope
from services.gateway.http.problems import Trouble
from services.gateway.ports import (
    Accounts,
    Asking,
    DeliveryLog,
    Oversight,
    Plans,
    Signals,
    Switchboard,
    Uploads,
    Views,
)
from services.kernel import ids

#: A page of another origin cannot set this header without our leave, which we never give.
CSRF_HEADER, CSRF_VALUE = "x-tandem", "portal"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_KEY = 200


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the routes work with; wired in app.py."""

    config: Config
    accounts: Accounts
    views: Views
    asking: Asking
    switchboard: Switchboard
    signals: Signals
    uploads: Uploads
    oversight: Oversight
    deliveries: DeliveryLog
    plans: Plans


def parts_of(connection: HTTPConnection) -> Parts:
    parts: Parts = connection.app.state.parts
    return parts


def address_of(connection: HTTPConnection, proxies: int) -> str:
    """Say who is at the other end: the header counts only as far as our own proxies wrote it."""
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return connection.client.host if connection.client else "unknown"


async def find_caller(connection: HTTPConnection) -> Caller | None:
    """Believe a bearer header first, else the cookie."""
    parts = parts_of(connection)
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    if kind:
        return await parts.accounts.by_token(secret.strip()) if kind.lower() == "bearer" else None
    cookie = connection.cookies.get(parts.config.cookie)
    return await parts.accounts.by_session(cookie) if cookie else None


def check_origin(request: Request, config: Config) -> None:
    """Refuse what a page of another origin made a browser send along with our cookie."""
    if request.method in _SAFE:
        return
    own = request.headers.get(CSRF_HEADER) == CSRF_VALUE
    if not own or request.headers.get("origin") not in config.origins:
        raise Trouble(403, "foreign-origin", "This request did not come from the portal.")


async def signed_in(request: Request) -> Caller:
    """Let in whoever proves who they are."""
    caller = await find_caller(request)
    if caller is None:
        raise Trouble(401, "signed-out", "Sign in first.", {"WWW-Authenticate": "Bearer"})
    if caller.proof == "session":
        check_origin(request, parts_of(request).config)
    return caller


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Required. The same key again gives the same answer and does nothing more.",
        ),
    ] = None,
) -> str:
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        raise Trouble(400, "idempotency-key-required", "Send an Idempotency-Key header.")
    return key


CallerDep = Annotated[Caller, Depends(signed_in)]
PartsDep = Annotated[Parts, Depends(parts_of)]
KeyDep = Annotated[str, Depends(idempotency_key)]


def command_id(key: str, scope: Scope, target: str) -> str:
    """Name a command so that the same key, user and target are the same command for ever."""
    return ids.derive(key, scope.user, target)
