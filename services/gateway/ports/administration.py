"""What admins define, and what lets people and programs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from schemas.base import ConversationId, ExtensionId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    PersonalSettings,
)
from schemas.media import StoredObject
from services.gateway.domain.scope import Caller, Scope
from services.gateway.ports import Json, Place


@dataclass(frozen=True)
class OneTime:
    """A sign-in whose password is good for one use; it is shown once."""

    login: str
    password: str
    expires_at: datetime


class LoginTaken(Exception):
    """Somebody else signs in by that name, here or in another organisation."""


class Credentials(Protocol):
    """What lets people and programs in, beside opening it: made, listed, changed and ended."""

    async def keys(self, scope: Scope) -> list[Json]:
        """Give the viewer's own API keys, newest first; never their secrets."""
        ...

    async def revoke(self, scope: Scope, key_id: str) -> Json | None:
        """End a key of the viewer's, and say which it was."""
        ...

    async def give_sign_in(
        self, scope: Scope, extension: ExtensionId, login: str, roles: Sequence[str]
    ) -> OneTime:
        """Let an extension's user in by a new one-time password alone; raises LoginTaken."""
        ...

    async def end_sign_in(self, scope: Scope, extension: ExtensionId) -> bool:
        """End an extension's account with its sessions and keys; tell whether there was one."""
        ...

    async def change_password(self, caller: Caller, now: str, then: str) -> bool:
        """Change one's own password and end one's sessions; False where `now` is wrong."""
        ...


DefinedT = TypeVar("DefinedT", DefineTenant, DefineExtension, DefineNumber, DefineQueue)


class Administration(Protocol):
    """What admins of one tenant define, as it is now, and who changed it."""

    async def defined(self, scope: Scope, kind: type[DefinedT], id_: str) -> DefinedT | None:
        """Give the definition that would make it what it is."""
        ...

    async def numbers(self, scope: Scope, one: str | None = None) -> list[Json]: ...

    async def extensions(self, scope: Scope, one: str | None = None) -> list[Json]: ...

    async def queues(self, scope: Scope, one: str | None = None) -> list[Json]: ...

    async def open_in_queue(self, scope: Scope, queue_id: str, most: int) -> list[ConversationId]:
        """Give what waits or is held in a queue."""
        ...

    async def changes(
        self, scope: Scope, subject: str | None, before: Place | None, most: int
    ) -> list[Json]:
        """Give who changed what, newest first."""
        ...

    async def settings(self, scope: Scope) -> PersonalSettings:
        """Give what the viewer chose for themselves."""
        ...

    async def alert_tone(self, scope: Scope) -> StoredObject | None: ...
