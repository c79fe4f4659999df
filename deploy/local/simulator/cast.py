"""Who plays: each module here that has the name of a carrier of `services/carriers`.

Nothing is listed: `<carrier>.py` beside this one, of the shape `Speaker`, is found.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Protocol

from deploy.local import simulator
from deploy.local.simulator.words import (
    Account,
    Call,
    Inbound,
    Manner,
    Outbound,
    Receipt,
    Refusal,
    Webhook,
)
from services.carriers.registry import CARRIERS


class Speaker(Protocol):
    """How one carrier speaks, both ways."""

    @property
    def MANNER(self) -> Manner:  # noqa: N802 - a module's constant
        """How it brings webhooks, and when again."""
        ...

    @property
    def PATHS(self) -> tuple[str, ...]:  # noqa: N802 - a module's constant
        """Where its send API is, in Starlette's spelling; `call.path` says what was meant."""
        ...

    @property
    def STATUS(self) -> int:  # noqa: N802 - a module's constant
        """What it answers to a text that it takes."""
        ...

    def credentials(self, secret: str) -> dict[str, str]:
        """Derive what carriers.toml says of our account, from one secret."""
        ...

    def media_login(self, account: Account) -> tuple[str, str] | None:
        """User and password without which a picture is not shown; None if it is to everybody."""
        ...

    def new_id(self, fresh: str, *, media: bool) -> str:
        """Make of a UUID an id as that carrier spells them."""
        ...

    def message_webhook(self, account: Account, base: str, message: Inbound) -> Webhook:
        """A customer's text, as it is brought to us."""
        ...

    def receipt_webhook(self, account: Account, base: str, receipt: Receipt) -> Webhook | None:
        """A report; None where none was asked for, or this carrier makes none of that state."""
        ...

    def accept(self, account: Account, call: Call, identity: str, at: str) -> Outbound:
        """Check who calls and what; Refusal as the carrier words it."""
        ...

    def answer(self, account: Account, message: Outbound) -> object:
        """The body, as JSON, of the answer to a text that was taken."""
        ...

    def refusal(self, status: int, code: str | None, text: str) -> Refusal:
        """Any refusal, in the carrier's words."""
        ...


def _found() -> dict[str, Speaker]:
    names = sorted(module.name for module in pkgutil.iter_modules(simulator.__path__))
    modules: dict[str, Any] = {
        name: importlib.import_module(f"{simulator.__name__}.{name}")
        for name in names
        if name in CARRIERS
    }
    return modules


SPEAKERS: Mapping[str, Speaker] = _found()
