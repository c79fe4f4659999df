"""Cursors of pages that go by time: opaque to clients, a time and an id to us."""

import base64
import binascii
from datetime import datetime


def named(at: datetime, id_: str) -> str:
    """Name the place after an entry."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{id_}".encode()).decode().rstrip("=")


def place(text: str) -> tuple[datetime, str] | None:
    """Read a place that `named` gave; None where it did not."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, _, id_ = plain.partition("|")
        found = datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        return None
    return (found, id_) if id_ and found.tzinfo else None
