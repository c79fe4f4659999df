"""The spool's file format: frames that are found again behind a torn or damaged one.

A segment is named `<number>-<mark>.spool`. Its mark, eight random bytes, begins every frame of it,
so that nobody can send a body that looks like a frame:

    mark (8) · length (4) · CRC-32 of the payload (4) · CRC-32 of these 16 bytes (4) · payload
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

MARK_BYTES = 8
#: A larger frame is never written: a length beyond it is damage.
MAX_PAYLOAD_BYTES = 1 << 20
_HEAD = struct.Struct("<8sII")
_CHECK = struct.Struct("<I")
HEADER_BYTES = _HEAD.size + _CHECK.size


@dataclass(frozen=True)
class Segment:
    """One file of the spool."""

    number: int
    mark: bytes
    path: Path

    @classmethod
    def named(cls, directory: Path, number: int, mark: bytes) -> "Segment":
        return cls(number, mark, directory / f"{number:016d}-{mark.hex()}.spool")


def find(directory: Path) -> list[Segment]:
    """List a spool's segments in their order."""
    found = []
    for path in sorted(directory.glob("*-*.spool")):
        number, _, mark = path.stem.partition("-")
        found.append(Segment(int(number), bytes.fromhex(mark), path))
    return found


@dataclass(frozen=True)
class Whole:
    """A frame that is as it was written."""

    start: int
    end: int
    payload: bytes


@dataclass(frozen=True)
class Damaged:
    """Bytes that are not as they were written."""

    start: int
    end: int


@dataclass(frozen=True)
class Torn:
    """The beginning of a frame that the content ends in."""

    start: int


def frame(mark: bytes, payload: bytes) -> bytes:
    """Spell a payload as a frame."""
    head = _HEAD.pack(mark, len(payload), crc32(payload))
    return head + _CHECK.pack(crc32(head)) + payload


def scan(content: bytes, mark: bytes) -> Iterator[Whole | Damaged | Torn]:
    """Read frames one after another; what is damaged is passed by, up to the next frame."""
    at = 0
    while at < len(content):
        found = _frame_at(content, at, mark)
        yield found
        if isinstance(found, Torn):
            return
        at = found.end


def whole_length(content: bytes, mark: bytes) -> int:
    """Tell where a torn tail begins, or how long the content is."""
    for found in scan(content, mark):
        if isinstance(found, Torn):
            return found.start
    return len(content)


def _frame_at(content: bytes, at: int, mark: bytes) -> Whole | Damaged | Torn:
    length = _length_at(content, at, mark)
    if length is None:
        if _is_beginning(content[at:], mark):
            return Torn(at)
        return Damaged(at, _next_frame(content, at + 1, mark))
    start = at + HEADER_BYTES
    if start + length > len(content):
        # an append that was cut; or the length is right and the file was cut behind our back
        return Torn(at)
    payload = content[start : start + length]
    if crc32(payload) != _HEAD.unpack_from(content, at)[2]:
        return Damaged(at, start + length)
    return Whole(at, start + length, payload)


def _length_at(content: bytes, at: int, mark: bytes) -> int | None:
    """Give the payload's length if a sound header stands there."""
    if at + HEADER_BYTES > len(content):
        return None
    found, length, _ = _HEAD.unpack_from(content, at)
    (check,) = _CHECK.unpack_from(content, at + _HEAD.size)
    sound = found == mark and check == crc32(content[at : at + _HEAD.size])
    return int(length) if sound and length <= MAX_PAYLOAD_BYTES else None


def _is_beginning(rest: bytes, mark: bytes) -> bool:
    return len(rest) < HEADER_BYTES and rest[:MARK_BYTES] == mark[: len(rest)]


def _next_frame(content: bytes, at: int, mark: bytes) -> int:
    """Find the next sound header, or the end."""
    while (at := content.find(mark, at)) >= 0:
        if _length_at(content, at, mark) is not None:
            return at
        at += 1
    return len(content)
