"""Say what a file is by its bytes; the carrier's claim only chooses between what the bytes allow.

What is not on DESIGN.md §6's list is kept as `application/octet-stream`: download only.
"""

import codecs
from pathlib import Path

import puremagic

from services.media.domain.kinds import OCTET_STREAM

_HEAD_BYTES = 8192
#: Below this puremagic's match is a guess from two bytes.
_MIN_CONFIDENCE = 0.3

#: What a library may call it → what we call it (DESIGN.md §6). Anything else is octet-stream.
ALLOWED = {
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/heic": "image/heic",
    "image/heif": "image/heic",
    "application/pdf": "application/pdf",
    "application/zip": "application/zip",
    "application/msword": "application/msword",
    "application/vnd.ms-excel": "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint": "application/vnd.ms-powerpoint",
    "audio/mpeg": "audio/mpeg",
    "audio/mp4": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/aac": "audio/aac",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/ogg": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/amr": "audio/amr",
    "video/mp4": "video/mp4",
    "video/quicktime": "video/quicktime",
    "video/3gpp": "video/3gpp",
    "video/webm": "video/webm",
    "video/mpeg": "video/mpeg",
    "text/vcard": "text/vcard",
    "text/x-vcard": "text/vcard",
}
#: Text has no signature: the claim decides among these, for bytes that are text.
_TEXTS = {"text/plain", "text/csv", "text/vcard"}
#: Open XML and its kin are zips inside: the claim names them, the bytes allow it.
_ZIPPED = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.apple.",
)
_AMR = (b"#!AMR\n", b"#!AMR-WB\n")
#: ADTS frames begin so: twelve bits of sync, layer 0.
_AAC = (b"\xff\xf0", b"\xff\xf1", b"\xff\xf8", b"\xff\xf9")
#: Word, Excel and PowerPoint before 2007 are one container: the claim chooses among them.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLES = {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}
#: The major brand of an ISO container (ISO 14496-12); any other is a film of MPEG-4's.
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heic",
    b"avif": OCTET_STREAM,
    b"avis": OCTET_STREAM,
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
_BRAND_AT = 8
_CONTROLS = frozenset({*range(32), 127} - {9, 10, 12, 13})


def media_type(path: Path, claimed: str | None) -> str:
    """Name the type to serve this file as; always one that is safe to serve under its headers."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    claim = (claimed or "").split(";", 1)[0].strip().lower()
    found = _by_signature(head, claim)
    if found == "application/zip" and claim.startswith(_ZIPPED):
        return claim
    if found is not None:
        return found
    return _as_text(head, claim)


def _by_own_rule(head: bytes, claim: str) -> str | None:
    """Name what the library tells too coarsely, or not at all."""
    if head.startswith(_AMR):
        return "audio/amr"
    if head.startswith(_AAC):
        return "audio/aac"
    if head.startswith(_OLE):
        return claim if claim in _OLES else OCTET_STREAM
    if head[4:_BRAND_AT] != b"ftyp":
        return None
    brand = head[_BRAND_AT : _BRAND_AT + 4]
    return "video/3gpp" if brand[:2] == b"3g" else _BRANDS.get(brand, "video/mp4")


def _by_signature(head: bytes, claim: str) -> str | None:
    """Match known signatures; OCTET_STREAM for a known kind that we do not show, None for none."""
    own = _by_own_rule(head, claim)
    if own is not None:
        return own
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    named = [m for m in matches if m.mime_type and m.confidence >= _MIN_CONFIDENCE]
    if not named:
        return None
    best = max(match.confidence for match in named)
    equals = [
        ALLOWED[m.mime_type] for m in named if m.confidence == best and m.mime_type in ALLOWED
    ]
    return equals[0] if equals else OCTET_STREAM


def _as_text(head: bytes, claim: str) -> str:
    """Take for text what has no control characters; an old code page only where it was claimed."""
    if not head or not _CONTROLS.isdisjoint(head):
        return OCTET_STREAM
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        return OCTET_STREAM
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return claim if claim in _TEXTS else OCTET_STREAM
    return claim if claim in _TEXTS else "text/plain"
