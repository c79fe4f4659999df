"""Drop what a picture says beside its pixels: EXIF with its GPS, XMP, comments, what hangs behind.

No pixel is touched, and a picture that says nothing stays as it is, byte for byte. The orientation
stays, for it is how the picture is meant; so does the colour profile.
"""

import io
import struct

from PIL import Image

_ORIENTATION = 0x0112
_SOI, _EOI, _SOS, _APP1, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE1, 0xFE
_APPS = range(0xE0, 0xF0)
#: JFIF, Adobe's colour transform, and APP2 where it is a colour profile.
_KEPT_APPS = (0xE0, 0xEE)
_APP2, _PROFILE = 0xE2, b"ICC_PROFILE\0"
_STANDALONE = (0x01, *range(0xD0, 0xD8))
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04


def stripped(content: bytes, media_type: str) -> bytes:
    """Give the picture without its asides; ValueError where its structure is not sound."""
    try:
        match media_type:
            case "image/jpeg":
                return _jpeg(content)
            case "image/png":
                return _png(content)
            case "image/webp":
                return _webp(content)
            case _:
                return content
    except (struct.error, IndexError) as error:
        raise ValueError("cut short") from error


def _jpeg(content: bytes) -> bytes:
    out, at = bytearray(content[:2]), 2
    while at < len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it
            raise ValueError("no marker where one must be")
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - fill bytes before a marker
            at += 1
            continue
        if marker == _EOI:
            return bytes(out + content[at : at + 2])
        end = at + 2 if marker in _STANDALONE else at + 2 + _length(content, at + 2)
        if marker == _SOS:
            end = _scan_end(content, end)
        out += _segment(content[at:end], marker)
        at = end
    raise ValueError("no end")


def _length(content: bytes, at: int) -> int:
    (length,) = struct.unpack_from(">H", content, at)
    if length < 2 or at + length > len(content):  # noqa: PLR2004 - the length counts itself
        raise ValueError("a segment is too long")
    return int(length)


def _scan_end(content: bytes, at: int) -> int:
    """Find the marker that ends a scan: neither a stuffed zero nor a restart."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and content[at + 1] not in _STANDALONE:
            return at
        at += 2


def _segment(segment: bytes, marker: int) -> bytes:
    if marker == _COMMENT:
        return b""
    if marker == _APP1:
        return _only_orientation(segment)
    if marker == _APP2:
        return segment if segment[4:].startswith(_PROFILE) else b""
    return b"" if marker in _APPS and marker not in _KEPT_APPS else segment


def _only_orientation(segment: bytes) -> bytes:
    """Give EXIF anew with nothing in it but how the picture is to be turned."""
    if not segment[4:].startswith(b"Exif\0\0"):
        return b""
    exif = Image.Exif()
    exif.load(segment[4:])
    turned = exif.get(_ORIENTATION, 1)
    if turned not in range(2, 9):
        return b""
    plain = Image.Exif()
    plain[_ORIENTATION] = turned
    body = plain.tobytes()
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    out, at = io.BytesIO(), len(_PNG_HEAD)
    out.write(content[:at])
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("a chunk is too long")
        if kind not in _PNG_DROPPED:
            out.write(content[at:end])
        if kind == b"IEND":
            return out.getvalue()
        at = end


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    chunks, at, end = [], 12, min(8 + size, len(content))
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        after = at + 8 + length + (length & 1)
        chunk = content[at:after]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            chunks.append(chunk)
        at = after
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
