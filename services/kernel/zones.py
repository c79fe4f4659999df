"""Names of time zones, as people's devices spell them."""

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=512)
def is_zone(name: str) -> bool:
    """Tell whether the time zone database has it; a path is no name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
