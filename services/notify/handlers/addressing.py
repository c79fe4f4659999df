"""Finding what is remembered, and addressing what follows to a recipient."""

from typing import Any, TypeVar

import msgspec

from schemas.base import ExtensionId
from schemas.envelope import Envelope
from services.kernel.handling import Addressed, Part, Parts

PartT = TypeVar("PartT", bound=Part)


def part(parts: Parts, key: str, kind: type[PartT]) -> PartT:
    """Give what is remembered, or the nothing that it begins with."""
    known = parts.get(key)
    return known if isinstance(known, kind) else kind()


def addressed(recipient: ExtensionId, data: msgspec.Struct, cause: Envelope[Any]) -> Addressed:
    """Address it to the recipient's own stream."""
    return Addressed(
        subject=recipient, partitionkey=recipient, tenant=cause.tenant or "", data=data
    )
