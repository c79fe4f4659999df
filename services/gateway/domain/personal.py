"""Takes what is personal out of a record, by the marks in the contracts; pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from schemas.catalog import ENTRIES
from services.gateway.domain.log_facts import masked

Json = dict[str, Any]
#: Instead of a value: nobody asked to see it, or nobody may any more.
HIDDEN, ERASED = "hidden", "erased"
_DEFS = "#/$defs/"


def without(data: Any, type_: str, instead: str) -> Any:  # noqa: ANN401 - any JSON
    """Give the data of a record with a word instead of every personal value.

    Of a type that the catalogue does not know, every text may be one.
    """
    if type_ not in ENTRIES:
        return _texts(data, instead)
    schema = _schema(type_)
    return _walk(data, schema, schema.get("$defs", {}), instead)


def is_personal(type_: str) -> bool:
    """Tell whether records of this type can hold anything personal."""
    return type_ not in ENTRIES or '"x-personal"' in msgspec.json.encode(_schema(type_)).decode()


@cache
def _schema(type_: str) -> Json:
    return msgspec.json.schema(ENTRIES[type_][0])


def _walk(value: Any, schema: Json, known: Json, instead: str) -> Any:  # noqa: ANN401 - any JSON
    shapes = list(_shapes(schema, known))
    if any(one.get("x-personal") for one in shapes):
        return value if value is None else instead
    if isinstance(value, Mapping):
        fields = {
            name: one for shape in shapes for name, one in shape.get("properties", {}).items()
        }
        return {
            name: _walk(one, fields[name], known, instead)
            if name in fields
            else _texts(one, instead)
            for name, one in value.items()
        }
    if isinstance(value, list):
        items: Json = next((one["items"] for one in shapes if one.get("items")), {})
        return [_walk(one, items, known, instead) for one in value]
    return _keyless(value)


def _shapes(schema: Json, known: Json) -> Iterator[Json]:
    """Give everything that a value of this schema may be."""
    if "$ref" in schema:
        yield from _shapes(known[schema["$ref"].removeprefix(_DEFS)], known)
    for one in schema.get("anyOf", ()):
        yield from _shapes(one, known)
    yield schema


def _keyless(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Mask the numbers within a key, which no contract marks; a bare one is a number of ours."""
    return masked(value) if isinstance(value, str) and not value[1:].isdigit() else value


def _texts(value: Any, instead: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {name: _texts(one, instead) for name, one in value.items()}
    if isinstance(value, list):
        return [_texts(one, instead) for one in value]
    return instead if isinstance(value, str) else value
