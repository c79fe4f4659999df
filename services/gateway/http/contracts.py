"""Publishes values of the log's contracts as bodies of the API: one truth, two languages.

A field that the contract gains is in the API with its default; what it does not know is refused.
"""

from functools import cache
from types import GenericAlias, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel, Field, create_model

from services.gateway.http.shapes import _Input, _Output

#: Of every text and list in such a body.
_MOST_CHARACTERS, _MOST_ITEMS = 2_000, 500


@cache
def given(value: type[msgspec.Struct]) -> type[BaseModel]:
    """Make the body that a client sends; what it leaves out is the contract's default."""
    return _model(value, f"New{value.__name__}", _Input)


@cache
def shown(value: type[msgspec.Struct]) -> type[BaseModel]:
    """Make the body that a client is shown; every field is there."""
    return _model(value, value.__name__, _Output)


def _model(
    value: type[msgspec.Struct], name: str, base: type[_Input] | type[_Output]
) -> type[BaseModel]:
    fields: dict[str, Any] = {
        field.encode_name: (_kind(field.type, base), _default(field, base))
        for field in msgspec.structs.fields(value)
    }
    return create_model(name, __base__=base, __doc__=value.__doc__, **fields)


def _default(field: msgspec.structs.FieldInfo, base: type[BaseModel]) -> Any:  # noqa: ANN401 - a default of any kind
    if base is _Output or field.required:
        return ...
    default = field.default
    if isinstance(default, msgspec.Struct | tuple):
        plain = list(default) if isinstance(default, tuple) else msgspec.to_builtins(default)
        return Field(default_factory=lambda: plain)
    if default is msgspec.NODEFAULT:
        return Field(default_factory=field.default_factory)
    return default


def _kind(kind: Any, base: type[_Input] | type[_Output]) -> Any:  # noqa: ANN401 - types as values
    """Translate a type of a struct into one of a pydantic model."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _kind(get_args(kind)[0], base)
    if origin in {Union, UnionType}:
        return Union[tuple(_kind(one, base) for one in get_args(kind))]  # noqa: UP007 - built from what is found
    if origin is tuple:
        items = GenericAlias(list, _kind(get_args(kind)[0], base))
        return items if base is _Output else Annotated[items, Field(max_length=_MOST_ITEMS)]
    return _plain(kind.__supertype__ if isinstance(kind, NewType) else kind, base)


def _plain(kind: Any, base: type[_Input] | type[_Output]) -> Any:  # noqa: ANN401 - types as values
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return given(kind) if base is _Input else shown(kind)
    if kind is str and base is _Input:
        return Annotated[str, Field(max_length=_MOST_CHARACTERS)]
    return kind
