"""What each carrier takes as files: how large, and of which kinds (carriers.md §1, §2 and §3).

How many is each carrier's own `MAX_FILES`; how large and which its own `MMS_LIMITS`, else what is
usual. What a limit refuses is refused before sending, with its code, and never cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.carriers.limits import Limits
from services.carriers.registry import CARRIERS

FilesRefused = Literal["no-mms", "too-many-files", "files-too-big", "type-not-allowed"]

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
SOUND = frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/ogg", "audio/amr"})
FILMS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/webm", "video/mpeg"})
_CARDS = frozenset({"text/vcard", "text/plain", "text/csv", "application/pdf"})
#: Office files, archives and WebP go by no carrier: telephones show none of them.
_KINDS = PICTURES | SOUND | FILMS | _CARDS


@dataclass(frozen=True, kw_only=True)
class MmsLimits:
    """Of one message; bytes as they lie in our store."""

    total_bytes: int
    file_bytes: int
    #: Of anything that is no picture, where the carrier takes less of it.
    other_bytes: int | None = None
    types: frozenset[str] = _KINDS


USUAL = MmsLimits(total_bytes=3_500_000, file_bytes=2_000_000)


def limits_of(carrier: str, chosen: Limits | None = None) -> MmsLimits:
    """Give what a carrier takes by one account, which may know better."""
    limits: MmsLimits = getattr(CARRIERS.get(carrier), "MMS_LIMITS", USUAL)
    if chosen is None:
        return limits
    total, one = chosen.max_message_bytes, chosen.max_file_bytes
    return replace(
        limits,
        total_bytes=limits.total_bytes if total is None else total,
        file_bytes=limits.file_bytes if one is None else one,
    )


def refusal(
    limits: MmsLimits, most_files: int, files: Sequence[tuple[str, int]]
) -> FilesRefused | None:
    """Say why files of these types and sizes are not taken, if they are not."""
    if not files:
        return None
    if most_files == 0:
        return "no-mms"
    if len(files) > most_files:
        return "too-many-files"
    if any(media_type not in limits.types for media_type, _ in files):
        return "type-not-allowed"
    total = sum(size for _, size in files)
    fits = total <= limits.total_bytes and all(_fits(one, size, limits) for one, size in files)
    return None if fits else "files-too-big"


def _fits(media_type: str, size: int, limits: MmsLimits) -> bool:
    other = limits.other_bytes
    most = limits.file_bytes if other is None or media_type in PICTURES else other
    return size <= most
