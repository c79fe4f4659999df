"""The only maker of ids: derived where a cause has one, so that a repeat makes it again."""

import hashlib
import re
import uuid

#: Every id of Tandem descends from this name; changing it would make every repeat a new event.
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "https://tandem.example/ids")
#: Keeps ("a", "bc") and ("ab", "c") apart; cannot occur in a header, number or id.
_SEPARATOR = "\x1f"
_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def derive(*parts: str) -> str:
    """Make the id that follows from these parts: the same parts, the same id, for ever."""
    # RFC 9562 §5.5 by hand: a third of what uuid.uuid5 costs, and every event needs several
    named = _ROOT.bytes + _SEPARATOR.join(parts).encode()
    digest = bytearray(hashlib.sha1(named, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new() -> str:
    """Make an id that nothing else has; only where no cause has an id to derive from."""
    return str(uuid.uuid4())  # noqa: TID251 - this is the one place that makes ids


def canonical(text: str) -> str:
    """Spell an id as Postgres's uuid does; an id that is no UUID is derived into one."""
    if _CANONICAL.fullmatch(text):
        return text
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return derive("foreign", text)
