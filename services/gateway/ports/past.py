"""What the operator's page of time asks: how anything stood when the log was only so long."""

from datetime import datetime
from typing import Protocol

from services.gateway.domain.views import Json


class TooMuch(RuntimeError):
    """More events than may be read for one question; it says how many may."""


class Past(Protocol):
    """Looks across tenants, and only at the log: nothing here can change or send anything."""

    async def look(
        self, position: int | None, queue_id: str | None, conversation_id: str | None
    ) -> Json:
        """Show the panes as they were, and what had happened last; None is now."""
        ...

    async def position_at(self, at: datetime) -> Json:
        """Say how long the log was at a time: `position`, `at`; 0 before it began."""
        ...

    async def queues(self) -> list[Json]:
        """Name every queue that there ever was."""
        ...

    async def saw(self, message_id: str) -> Json | None:
        """Show what the author of a message had before them when they wrote it."""
        ...

    async def compare(
        self, before: int, after: int, queue_id: str | None, conversation_id: str | None
    ) -> Json:
        """Say what differs between two positions, by queue and conversation."""
        ...
