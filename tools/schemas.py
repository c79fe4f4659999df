"""Generate schemas/json, add missing golden examples, and append their checksums (`make schemas`).

What is published never changes (house.md §4.4): an example that exists is left as it is, and so is
its checksum; a schema may grow by fields with defaults, as the old examples go on showing.
`--check` writes nothing and fails if anything would be written.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from schemas.catalog import ENTRIES
from schemas.envelope import Envelope

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
CHECKSUMS = SCHEMAS / "published.sha256"
_CONVERSATION = "3f0c5a52-6f3c-5f0e-9a77-0d5b0f6f1a01"

#: What a field of that name looks like; any other text is its own name.
_SAMPLES: dict[str, Any] = {
    "account": "main",
    "accounts": "main",
    "agent_id": "ana",
    "agents": "ana",
    "body": "Is my order ready?",
    "by": "ana",
    "capacity_per_agent": 5,
    "carrier": "twilio",
    "carrier_status": "delivered",
    "cause_id": "5b0b6f6e-32a5-5c52-9d0b-6a3f0f9b6c11",
    "client_id": "0193a1c4-7b1e-7c3e-8a55-2f1f0e9c4d10",
    "closes": "17:00",
    "conversation_id": _CONVERSATION,
    "counterpart": "+14155550150",
    "counterparts": "+14155550150",
    "date": "2026-12-25",
    "contact_id": "5d5b1c3e-1a0f-5f0e-8c55-0f6a7e9b2c33",
    "created_by": "ana",
    "company": "Smith & Sons",
    "address": "bob@example.com",
    "label": "Mobile",
    "owner": "ana",
    "revision": 1,
    "detail": {"holder": "ana"},
    "dial": "101",
    "endpoint": "https://push.example.com/v1/abc",
    "extension_id": "ana",
    "extensions": "ana",
    "holder": "message/7f6ad9c2-5b8e-5d3c-8f4e-3d7a9f2b1c22",
    "key": "demo/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "image/jpeg",
    "members": "ana",
    "mentions": "ana",
    "message_id": "7f6ad9c2-5b8e-5d3c-8f4e-3d7a9f2b1c22",
    "name": "photo.jpg",
    "number": "+14155550101",
    "opens": "09:00",
    "others": "+14155550151",
    "partition_key": "+14155550101|+14155550150",
    "phrase": "stop texting",
    "provider_message_id": "SM0123456789abcdef0123456789abcdef",
    "queue_id": "support",
    "reason": "This organization has reached its limit of 10000 segments for today.",
    "recipient": "+14155550150",
    "recipients": "+14155550150",
    "reply_id": "b7d1c1f0-2b52-5a44-8c3e-9e1f5d3a4b44",
    "state": {"conversation_id": _CONVERSATION},
    "supervisors": "sam",
    "tag": "billing",
    "tenant_id": "demo",
    "text": "Is my order ready?",
    "time_zone": "Europe/Madrid",
    "title": "Bob Smith",
    "url": "https://media.example.com/1.jpg",
    "wish_id": "b7d1c1f0-2b52-5a44-8c3e-9e1f5d3a4b44",
    "word": "stop",
}
_TIME = "2026-11-20T23:59:58.123000Z"


def main() -> int:
    """Write what is missing, or say with `--check` that something is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    stale = list(_write(check=arguments.parse_args().check))
    for path in stale:
        print(path)
    return 1 if stale and arguments.parse_args().check else 0


def _write(*, check: bool) -> Iterator[str]:
    for name, (cls, _) in sorted(ENTRIES.items()):
        schema = msgspec.json.format(msgspec.json.encode(msgspec.json.schema(cls)), indent=2)
        yield from _put(SCHEMAS / "json" / f"{name}.json", schema + b"\n", check=check)
        example = SCHEMAS / "examples" / f"{name}.json"
        if not example.exists():
            yield from _put(example, _example(name, cls), check=check)
    yield from _checksums(check=check)


def _put(path: Path, content: bytes, *, check: bool) -> Iterator[str]:
    if path.exists() and path.read_bytes() == content:
        return
    yield str(path.relative_to(SCHEMAS.parent))
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def _checksums(*, check: bool) -> Iterator[str]:
    """Pin what is new; a schema that grew by a field with a default is pinned anew.

    That it did no more than grow is what the examples show: theirs are pinned once, for ever.
    """
    known = CHECKSUMS.read_text() if CHECKSUMS.exists() else ""
    pinned = {line.split("  ", 1)[1]: line for line in known.splitlines()}
    for file in sorted(
        [*(SCHEMAS / "json").glob("*.json"), *(SCHEMAS / "examples").glob("*.json")]
    ):
        name = str(file.relative_to(SCHEMAS))
        if name not in pinned or file.parent.name == "json":
            pinned[name] = f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}"
    text = "".join(f"{line}\n" for line in pinned.values())
    if text != known:
        yield str(CHECKSUMS.relative_to(SCHEMAS.parent))
        if not check:
            CHECKSUMS.write_text(text)


def _example(name: str, cls: type[msgspec.Struct]) -> bytes:
    stem = name.split(".", 1)[0]
    envelope = {
        "specversion": "1.0",
        "id": "0b8f6a1e-8a53-5d0a-9a53-1c6f4f1d2e33",
        "type": name,
        "source": stem,
        "subject": _CONVERSATION,
        "time": _TIME,
        "partitionkey": "+14155550101|+14155550150",
        "tenant": "demo",
        "sequence": 7,
        "correlation": "b7d1c1f0-2b52-5a44-8c3e-9e1f5d3a4b44",
        "causation": "b7d1c1f0-2b52-5a44-8c3e-9e1f5d3a4b44",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": _sample("data", inspect.type_info(cls)),
    }
    encoded = msgspec.json.encode(envelope)
    msgspec.json.decode(encoded, type=Envelope[cls])  # type: ignore[valid-type]  # a class at run time
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _sample(field: str, kind: inspect.Type) -> Any:  # noqa: ANN401 - a JSON value of any kind
    match kind:
        case inspect.Metadata(type=inner):
            return _sample(field, inner)
        case inspect.UnionType(types=types):
            return _sample(field, next(t for t in types if not isinstance(t, inspect.NoneType)))
        case inspect.StructType(fields=fields):
            return {f.encode_name: _sample(f.name, f.type) for f in fields}
        case inspect.VarTupleType(item_type=item):
            return [_sample(field, item)]
        case inspect.LiteralType(values=values):
            return values[0]
        case _:
            return _plain(field, kind)


def _plain(field: str, kind: inspect.Type) -> Any:  # noqa: ANN401 - a JSON value of any kind
    match kind:
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return _TIME
        case inspect.IntType() | inspect.FloatType():
            return _SAMPLES.get(field, 1)
        case _:
            return _SAMPLES.get(field, field)


if __name__ == "__main__":
    sys.exit(main())
