"""Whose eyes: every question to the read models carries a Scope; rows outside do not exist."""

from dataclasses import dataclass

from schemas.base import ExtensionId


@dataclass(frozen=True)
class Scope:
    """A tenant and one of its extensions."""

    tenant: str
    user: ExtensionId


#: An API key's scopes: look, change, and define; never more than its user may.
ACCESS = ("read", "write", "admin")

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
    #: What a key may be used for (`ACCESS`); a session may do all that its user may.
    access: tuple[str, ...] = ACCESS
    #: They came in by a one-time password: first they choose their own.
    must_change: bool = False
