"""API keys: made once, listed without their secrets, ended for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import Field

from schemas.directory import CredentialChange, RecordCredential
from services.gateway.domain.scope import Caller
from services.gateway.http.devices import forget_devices
from services.gateway.http.entry import CallerDep, Parts, PartsDep, signed_in
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.recording import record
from services.gateway.http.shapes import _Input, _Output
from services.gateway.http.signing_in import open_session
from services.gateway.ports import Json

router = APIRouter(tags=["keys"])

Access = Literal["read", "write", "admin"]
KeyId = Annotated[str, Path(max_length=100)]


class NewToken(_Input):
    """Made by a session, or by login and password where a program has no browser."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    #: `read` looks, `write` changes, `admin` is for what begins with `/admin/`.
    scopes: Annotated[list[Access], Field(min_length=1, max_length=3)] = Field(
        default_factory=lambda: list[Access](("read", "write"))
    )
    login: Annotated[str, Field(max_length=200)] | None = None
    password: Annotated[str, Field(max_length=200)] | None = None


class Token(_Output):
    """A bearer token; it is shown once and kept only as a hash."""

    id: str
    name: str
    scopes: list[Access]
    token: str


class ApiKey(_Output):
    """One of my keys; `prefix` is how its secret begins, to tell one from another."""

    id: str
    name: str
    prefix: str
    scopes: list[Access]
    made_at: datetime
    last_used_at: datetime | None


class ApiKeys(_Output):
    """Newest first."""

    items: list[ApiKey]


@router.post("/tokens", response_model=Token, status_code=201, operation_id="make_token")
async def make_token(body: NewToken, request: Request, parts: PartsDep) -> Json:
    """By an open session, or by login and password; a key makes no other keys."""
    if body.login is None or body.password is None:
        caller = await signed_in(request)
        _check_session(caller)
        return await _make(parts, caller, body)
    caller = (await open_session(parts, request, body.login, body.password)).caller
    try:
        if caller.must_change:
            raise Trouble(403, "new-password-required", "Choose a password of your own first.")
        return await _make(parts, caller, body)
    finally:
        await parts.accounts.end_session(caller)


async def _make(parts: Parts, caller: Caller, body: NewToken) -> Json:
    scopes = sorted(set(body.scopes))
    await record(parts, caller, _change(caller, "made", body.name, scopes))
    made = await parts.accounts.make_token(caller, body.name, scopes)
    return {
        "id": made.caller.proof_id,
        "name": body.name,
        "scopes": scopes,
        "token": made.secret,
    }


@router.get("/tokens", response_model=ApiKeys, operation_id="tokens")
async def tokens(caller: CallerDep, parts: PartsDep) -> Json:
    """My keys."""
    return {"items": await parts.credentials.keys(caller.scope)}


@router.delete("/tokens/{key_id}", status_code=204, operation_id="revoke_token")
async def revoke_token(key_id: KeyId, caller: CallerDep, parts: PartsDep) -> None:
    """End a key; within seconds nothing is let in by it any more."""
    if key_id not in {one["id"] for one in await parts.credentials.keys(caller.scope)}:
        raise not_found()
    _check_session(caller, but=key_id)
    await forget_devices(parts, caller, f"token/{key_id}")
    gone = await parts.credentials.revoke(caller.scope, key_id)
    if gone is None:
        raise not_found()
    await record(parts, caller, _change(caller, "revoked", gone["name"], gone["scopes"]))


def _change(
    caller: Caller, change: CredentialChange, name: str, scopes: Sequence[str]
) -> RecordCredential:
    return RecordCredential(
        extension_id=caller.scope.user,
        kind="api-key",
        change=change,
        name=name,
        scopes=tuple(scopes),
        by=caller.scope.user,
    )


def _check_session(caller: Caller, but: str = "") -> None:
    """Keep a stolen key from making another, or from ending others; itself it may end."""
    if caller.proof != "session" and caller.proof_id != but:
        raise Trouble(403, "session-required", "Only a person who signed in can do this.")
