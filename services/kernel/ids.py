"""The only maker of ids: derived where a cause has one, so that a repeat makes it again."""

import uuid

#: Every id of Tandem descends from this name; changing it would make every repeat a new event.
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "https://tandem.example/ids")
#: Keeps ("a", "bc") and ("ab", "c") apart; cannot occur in a header, number or id.
_SEPARATOR = "\x1f"


def derive(*parts: str) -> str:
    """Make the id that follows from these parts: the same parts, the same id, for ever."""
    return str(uuid.uuid5(_ROOT, _SEPARATOR.join(parts)))


def new() -> str:
    """Make an id that nothing else has; only where no cause has an id to derive from."""
    return str(uuid.uuid4())  # noqa: TID251 - this is the one place that makes ids


def canonical(text: str) -> str:
    """Spell an id as Postgres's uuid does; an id that is no UUID is derived into one."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return derive("foreign", text)
