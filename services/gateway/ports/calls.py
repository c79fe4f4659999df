"""The phone system, in the gateway's words."""

from dataclasses import dataclass
from typing import Protocol

import msgspec


class NewCall(msgspec.Struct, frozen=True, kw_only=True):
    """Ring this extension's own phone, then connect it with `to`."""

    id: str
    tenant: str
    extension: str
    #: E.164, or a colleague's extension as it is dialled.
    to: str
    caller_id: str | None


@dataclass(frozen=True)
class Call:
    """How a call goes; `state` as in docs/calls.md, `reason` a sentence where it failed."""

    id: str
    extension: str
    to: str
    state: str
    reason: str | None


class CallsAway(ConnectionError):
    """The phone system could not be asked, or nobody knows whether it was."""


class Calls(Protocol):
    """The phone system; raises CallsAway."""

    async def ring(self, call: NewCall) -> Call:
        """Begin a call; the same id again begins no other."""
        ...

    async def look(self, call_id: str) -> Call | None: ...
