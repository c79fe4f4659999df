"""Whose eyes: every question to the read models carries a Scope; rows outside do not exist."""

from dataclasses import dataclass

from schemas.base import ExtensionId


@dataclass(frozen=True)
class Scope:
    """A tenant and one of its extensions."""

    tenant: str
    user: ExtensionId


#: The projector's own eyes: all tenants. Never made from a request.
EVERYTHING = Scope(tenant="*", user=ExtensionId("*"))


@dataclass(frozen=True)
class Caller:
    """Who asks, as their session or token says; `proof` is which of the two."""

    scope: Scope
    account_id: str
    login: str
    roles: tuple[str, ...]
    #: "session" or "token": a cookie needs the CSRF checks, a header cannot be forged by a page.
    proof: str
    #: The row that proves it, so that it can be ended.
    proof_id: str
    #: Seconds of the epoch at which it ends by itself.
    expires: float
