"""What a tenant may set as limits: its guard against abuse, its files; part of `directory`."""

from typing import Literal

from schemas.base import Value
from schemas.files import MOST_FILE_BYTES, MOST_FILES, MOST_MESSAGE_BYTES

#: What may stop a text; `hold` of a tenant's options names those that hold instead of refusing.
GuardRule = Literal["country", "user-pace", "prefix-pace", "daily-cap"]


class GuardOptions(Value, frozen=True, kw_only=True):
    """A tenant's limits; off until an admin turns it on. None is no limit of that kind."""

    enabled: bool = False
    #: ISO codes of the countries that may be texted: "US"; none named is that of the own number.
    countries: tuple[str, ...] = ()
    #: Texts of one person (each recipient counts) within so many seconds.
    per_user: int | None = 30
    per_user_seconds: int = 60
    #: Texts of the tenant to one prefix, a number without its last four digits.
    per_prefix: int | None = 100
    per_prefix_seconds: int = 3_600
    #: Segments of the tenant in one day, UTC.
    daily_segments: int | None = 10_000
    #: Rules that hold a text for an admin's approval instead of refusing it.
    hold: tuple[GuardRule, ...] = ()


class FileLimits(Value, frozen=True, kw_only=True):
    """What may go along with one message, as it is sent; less than the system takes, or as much."""

    file_bytes: int = MOST_FILE_BYTES
    #: Of all its files together.
    message_bytes: int = MOST_MESSAGE_BYTES
    files: int = MOST_FILES
