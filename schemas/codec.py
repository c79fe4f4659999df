"""Bytes ⇄ envelope: strict when writing, tolerant when reading.

Reading ignores unknown fields, follows upcasts, and tells two troubles apart: `Malformed` (dead
letter) and `UnknownType` (a newer writer: park and alarm, never skip; house.md §4.5).
"""

from functools import cache
from typing import Any

import msgspec

from schemas.catalog import ENTRIES, UPCASTS
from schemas.envelope import Envelope

#: A record larger than this is a defect of its writer (streaming.md §2.1: files go by reference).
MAX_RECORD_BYTES = 262_144
_MAX_UPCASTS = 100

_ENCODER = msgspec.json.Encoder()
_HEADER = msgspec.json.Decoder(Envelope[msgspec.Raw])


class Malformed(ValueError):
    """The bytes are no envelope of ours; the text says where, never what they held."""


class UnknownType(ValueError):
    """A well-formed envelope of a type that this version's catalogue does not know."""


class TooLarge(ValueError):
    """The record would be larger than MAX_RECORD_BYTES."""


def encode(envelope: Envelope[Any]) -> bytes:
    """Write one record value; TooLarge beyond MAX_RECORD_BYTES."""
    value = _ENCODER.encode(envelope)
    if len(value) > MAX_RECORD_BYTES:
        raise TooLarge(f"{envelope.type}: {len(value)} bytes")
    return value


def decode(value: bytes) -> Envelope[Any]:
    """Read one record value into its newest class; Malformed or UnknownType."""
    try:
        raw = _HEADER.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(str(error)) from error
    if raw.type in ENTRIES:
        return _with_data(raw, raw.type)
    return _upcast(raw)


def _with_data(raw: Envelope[msgspec.Raw], name: str) -> Envelope[Any]:
    try:
        data = _decoder(name).decode(raw.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{raw.type}: {error}") from error
    return msgspec.structs.replace(raw, data=data)


def _upcast(raw: Envelope[msgspec.Raw]) -> Envelope[Any]:
    if raw.type not in UPCASTS:
        raise UnknownType(raw.type)
    name = raw.type
    data = msgspec.json.decode(raw.data)
    for _ in range(_MAX_UPCASTS):
        if name in ENTRIES:
            break
        name, upcast = UPCASTS[name]
        data = upcast(data)
    fresh = msgspec.structs.replace(raw, type=name, data=msgspec.Raw(_ENCODER.encode(data)))
    return _with_data(fresh, name)


@cache
def _decoder(name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(ENTRIES[name][0])


def headers(envelope: Envelope[Any]) -> list[tuple[str, bytes]]:
    """Repeat what tails filter by, so that they need not decode (streaming.md §2.1)."""
    fields = {
        "id": envelope.id,
        "type": envelope.type,
        "subject": envelope.subject,
        "correlation": envelope.correlation,
        "causation": envelope.causation,
        "traceparent": envelope.traceparent,
    }
    return [(name, value.encode()) for name, value in fields.items() if value is not None]
