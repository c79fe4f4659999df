"""The index of an archived segment: where in it an id stands, found without reading all of it.

Sixteen bytes an entry, sorted: the id's hash (8) · the offset of the request's frame (8). Hashes
are spread evenly, so an entry's place is foretold within a window; one read is nearly always
enough.
"""

import hashlib
import math
import struct
from collections.abc import Awaitable, Callable, Iterable

_ENTRY = struct.Struct(">8sQ")
ENTRY_BYTES = _ENTRY.size
_HASHES = 1 << 64
#: An index of so many entries is read whole.
_FEW = 4096
#: How far from the foretold place an entry may be: sixteen times the deviation of its place.
_DEVIATIONS = 8

#: Gives so many bytes of the index from an offset on.
Read = Callable[[int, int], Awaitable[bytes]]


def spell(entries: Iterable[tuple[str, int]]) -> bytes:
    """Spell ids and the offsets of their frames as an index."""
    return b"".join(sorted({_ENTRY.pack(_hash(name), offset) for name, offset in entries}))


async def find(name: str, count: int, read: Read) -> list[int]:
    """Give the offsets at which an id stands in a segment whose index has so many entries."""
    wanted = _hash(name)
    first, last = _window(wanted, count)
    content = await read(first * ENTRY_BYTES, (last - first) * ENTRY_BYTES)
    if not _encloses(content, wanted, is_start=first == 0, is_end=last == count):
        content = await read(0, count * ENTRY_BYTES)
    return [offset for found, offset in _ENTRY.iter_unpack(content) if found == wanted]


def _window(wanted: bytes, count: int) -> tuple[int, int]:
    if count <= _FEW:
        return 0, count
    place = int.from_bytes(wanted) * count // _HASHES
    reach = _DEVIATIONS * math.isqrt(count)
    return max(0, place - reach), min(count, place + reach)


def _encloses(content: bytes, wanted: bytes, *, is_start: bool, is_end: bool) -> bool:
    """Tell whether every entry of this hash must be in this part."""
    if not content:
        return is_start and is_end
    low, high = content[:8], content[-ENTRY_BYTES:][:8]
    return (is_start or low < wanted) and (is_end or wanted < high)


def _hash(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()
