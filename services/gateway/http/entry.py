"""Every request passes here: who asks, and did a page of another origin make them ask."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from services.gateway.domain.config import Config
from services.gateway.domain.scope import Caller, Scope
from services.gateway.http.pace import Pace
from services.gateway.http.problems import Trouble
from services.gateway.http.watch import Watch
from services.gateway.ports import (
    Accounts,
    Asking,
    DeliveryLog,
    Labels,
    Oversight,
    Plans,
    QueueDesk,
    Switchboard,
    Uploads,
    Views,
)
from services.gateway.ports.administration import Administration, Credentials
from services.gateway.ports.calls import Calls
from services.gateway.ports.contacts import Contacts
from services.gateway.ports.devices import Devices
from services.gateway.ports.history import History, Usage
from services.gateway.ports.letters import Letters
from services.gateway.ports.operator import OperatorLog
from services.gateway.ports.past import Past
from services.gateway.ports.signals import Signals
from services.gateway.ports.work import Projections, Replays
from services.kernel import ids
from services.kernel.buckets import Buckets, Rate
from services.kernel.clock import monotonic

#: A page of another origin cannot set this header without our leave, which we never give.
CSRF_HEADER, CSRF_VALUE = "x-tandem", "portal"
#: Calls of one person: a few at once, then one in ten seconds.
CALLING = Rate(6, 10.0)
ADMIN = "/api/v1/admin/"
#: What looks across tenants, or defines: a key must have been made for it.
ABOVE = (ADMIN, "/api/v1/operator/")
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Of an Idempotency-Key, which is printable ASCII.
LONGEST_KEY = 200


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
    desk: QueueDesk
    labels: Labels
    devices: Devices
    contacts: Contacts
    history: History
    usage: Usage
    past: Past
    projections: Projections
    replays: Replays
    credentials: Credentials
    administration: Administration
    letters: Letters
    operator_log: OperatorLog
    watch: Watch
    #: None where an operator named no call control.
    calls: Calls | None = None
    pace: Pace = field(default_factory=Pace)
    #: How often one person may let a phone ring.
    calling: Buckets = field(default_factory=lambda: Buckets(CALLING))


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


async def proven(request: Request) -> Caller:
    """Let in whoever proves who they are, as fast as they may and as far as their key goes."""
    caller, parts = await find_caller(request), parts_of(request)
    if caller is None:
        raise Trouble(401, "signed-out", "Sign in first.", {"WWW-Authenticate": "Bearer"})
    parts.pace.check(caller.proof_id, monotonic(), request.scope["state"])
    if caller.proof == "session":
        check_origin(request, parts.config)
    _check_access(request, caller)
    return caller


def _check_access(request: Request, caller: Caller) -> None:
    """Refuse what the key was not made for; every route needs one scope, by where and what it is.

    A key never makes or ends what lets people in: that takes a session, or login and password.
    """
    needed = "read" if request.method in _SAFE else "write"
    if request.url.path.startswith(ABOVE):
        needed = "admin"
    if needed not in caller.access:
        text = f"This key was made without the scope `{needed}`."
        raise Trouble(403, "scope-missing", text, None, scope=needed)


async def signed_in(request: Request) -> Caller:
    """Let in whoever proves who they are, and has a password of their own."""
    caller = await proven(request)
    if caller.must_change:
        raise Trouble(403, "new-password-required", "Choose a password of your own first.")
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
    if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Trouble(400, "idempotency-key-required", "Send an Idempotency-Key header.")
    return key


CallerDep = Annotated[Caller, Depends(signed_in)]
#: For the few routes that are open before one has chosen a password.
ProvenDep = Annotated[Caller, Depends(proven)]
PartsDep = Annotated[Parts, Depends(parts_of)]
KeyDep = Annotated[str, Depends(idempotency_key)]


def command_id(key: str, scope: Scope, target: str) -> str:
    """Name a command so that the same key, user and target are the same command for ever."""
    return ids.derive(key, scope.user, target)
