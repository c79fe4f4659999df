"""What is told at once, and may be lost."""

from collections.abc import Collection
from typing import Protocol

from services.gateway.domain.scope import Scope


class Signals(Protocol):
    """What is told at once, and may be lost."""

    def typing(
        self, scope: Scope, conversation_id: str, others: Collection[str], *, on: bool
    ) -> None:
        """Tell the others of a chat that this person types, or has stopped."""
        ...
