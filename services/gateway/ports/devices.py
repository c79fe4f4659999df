"""What the routes ask about phones that are told of news."""

from collections.abc import Sequence
from typing import Any, Protocol

from schemas.base import ExtensionId
from services.gateway.domain.scope import Scope


class Devices(Protocol):
    """A person's phones, as their apps registered them."""

    async def devices(self, scope: Scope) -> list[dict[str, Any]]:
        """Give one's own, the one that was started last first."""
        ...

    async def others(self, scope: Scope, device_id: str) -> Sequence[ExtensionId]:
        """Name the colleagues whose phone it was before."""
        ...
