"""One strict reader of carriers' bodies: the verifier and the parser see the same (security.md T4).

UTF-8 only, no duplicate keys, no NaN, bounded depth and count. What no database and no log can hold
(NUL, half a surrogate pair) becomes U+FFFD; nothing else of a text is altered.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

import msgspec

from schemas.carrier import CarrierEvent
from services.carriers.contract import Unparseable

MAX_DEPTH = 32
MAX_FIELDS = 1000
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")

Pairs = list[tuple[str, str]]
ShapeT = TypeVar("ShapeT")
#: More entries than any carrier puts into one request.
MAX_BATCH = 1000


def pairs(text: str | bytes) -> Pairs:
    """Read a form or a query as it stands, repeated and empty values included."""
    try:
        # a carrier's form is ASCII: everything else in it is percent-encoded
        plain = text.decode("ascii") if isinstance(text, bytes) else text
        return parse_qsl(plain, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Unparseable(f"form: {type(error).__name__}") from error


def fields(given: Pairs) -> dict[str, str]:
    """Give a form's values by name; a name that comes twice is ambiguous, so it is refused."""
    found = {name: clean(value) for name, value in given}
    if len(found) != len(given):
        raise Unparseable("form: repeated field")
    return found


def document(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read a JSON body strictly."""
    try:
        found = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant
        )
    except (ValueError, RecursionError) as error:
        raise Unparseable(f"json: {type(error).__name__}") from error
    return _keepable(found, MAX_DEPTH)


def shaped(found: object, shape: type[ShapeT]) -> ShapeT:
    """Give JSON the shape of a struct; unknown fields are ignored, missing ones are not."""
    try:
        return msgspec.convert(found, shape)
    except msgspec.ValidationError as error:
        # msgspec names the path and the types, never the value
        raise Unparseable(str(error)) from error


def entries(batch: object, read: Callable[[object], Iterable[CarrierEvent]]) -> list[CarrierEvent]:
    """Read a batch; a bad entry does not lose the others, it is said after them."""
    if not isinstance(batch, list) or len(batch) > MAX_BATCH:
        raise Unparseable("not a list, or too long a one")
    events: list[CarrierEvent] = []
    troubles: list[str] = []
    for index, entry in enumerate(batch):
        try:
            events += read(entry)
        except Unparseable as trouble:
            troubles.append(f"[{index}] {trouble.reason}")
    if troubles:
        raise Unparseable("; ".join(troubles), tuple(events))
    return events


def clean(text: str) -> str:
    """Replace what cannot be kept anywhere."""
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _object(given: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    entries = list(given)
    found = dict(entries)
    if len(found) != len(entries):
        raise ValueError("duplicate key")
    return found


def _constant(_name: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _keepable(found: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON
    if depth == 0:
        raise Unparseable("json: too deep")
    match found:
        case str():
            return clean(found)
        case list():
            return [_keepable(item, depth - 1) for item in found]
        case dict():
            return {clean(key): _keepable(value, depth - 1) for key, value in found.items()}
        case _:
            return found
