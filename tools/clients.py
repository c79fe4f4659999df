"""Write the Python client's bodies and calls from the gateway's published document.

`clients/python/tandem_client/shapes.py` has a type for every body and `calls.py` a method for every
operation; what carries them (`wire.py`) is written by hand. With `--check` nothing is written and a
stale file fails.
"""

import argparse
import json
import keyword
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "services" / "gateway" / "openapi.json"
PACKAGE = ROOT / "clients" / "python" / "tandem_client"
Json = dict[str, Any]

_JSON = "application/json"
_REF = "#/components/schemas/"
_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}
_IN_CLASS = 4
_KEY = "Idempotency-Key"
_METHODS = ("get", "post", "put", "patch", "delete")
_SHAPES = '''"""Every body of Tandem's API, as its document has it; drawn by tools.clients."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

'''
_CALLS = '''"""Every operation of Tandem's API by its name there; drawn by tools.clients."""

from typing import Literal

from tandem_client.shapes import (
    {names},
)
from tandem_client.wire import Wire, segment


class Tandem(Wire):
    """Calls a gateway as one person, or as a program that has a key of theirs."""

'''


def main() -> int:
    """Write both files, or say with `--check` which is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    fresh = {"shapes.py": shapes(document), "calls.py": calls(document)}
    stale = [name for name, text in fresh.items() if _now(PACKAGE / name) != text]
    if stale and arguments.parse_args().check:
        print(f"clients/python is stale ({', '.join(stale)}); run `python -m tools.clients`")
        return 1
    for name in stale:
        (PACKAGE / name).write_text(fresh[name], encoding="utf-8")
    return 0


def _now(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def shapes(document: Json) -> str:
    """Draw a type for every body."""
    found: Mapping[str, Json] = document["components"]["schemas"]
    objects = [_shape(name, one) for name, one in found.items() if "properties" in one]
    unions = [f"{name} = {_type(one)}\n" for name, one in found.items() if "oneOf" in one]
    return _formatted(_SHAPES + "\n".join([*objects, *unions]))


def _shape(name: str, shape: Json) -> str:
    required = set(shape.get("required", ()))
    kinds = {
        field: _type(one) if field in required else f"NotRequired[{_type(one)}]"
        for field, one in shape["properties"].items()
    }
    if any(keyword.iskeyword(field) for field in kinds):
        pairs = "".join(f"    {field!r}: {kind!r},\n" for field, kind in kinds.items())
        return f"{name} = TypedDict({name!r}, {{\n{pairs}}})\n\n"
    said = _said(shape.get("description"), _IN_CLASS)
    fields = "".join(f"    {field}: {kind}\n" for field, kind in kinds.items())
    return f"class {name}(TypedDict):\n{said}{fields}" + ("" if said or fields else "    pass\n")


def _type(schema: Json) -> str:
    """Spell a schema as a type."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(_REF))
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values:
        return f"Literal[{', '.join(repr(one) for one in values)}]"
    for options in ("anyOf", "oneOf"):
        if options in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[options]))
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    return _PLAIN.get(str(schema.get("type")), "Any")


def calls(document: Json) -> str:
    """Draw a method for every operation, in the order of their names."""
    operations = {
        route["operationId"]: _method(path, method, route)
        for path, routes in document["paths"].items()
        for method, route in routes.items()
        if method in _METHODS
    }
    methods = "\n".join(operations[name] for name in sorted(operations))
    words = set(_words(methods))
    names = sorted(name for name in document["components"]["schemas"] if name in words)
    return _formatted(_CALLS.format(names=",\n    ".join(names)) + methods)


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter.isidentifier() or letter.isdigit():
            word += letter
        else:
            yield word
            word = ""


def _method(path: str, method: str, route: Json) -> str:
    given = route.get("parameters", [])
    places = [one["name"] for one in given if one["in"] == "path"]
    asked = [one for one in given if one["in"] == "query"]
    headers = [one for one in given if one["in"] == "header" and one["name"] != _KEY]
    body = route.get("requestBody", {}).get("content", {})
    takes = [*(f"{name}: str" for name in places), *_taken(body)]
    named = [*_named([*asked, *headers]), *(["key: str | None = None"] if _is_write(given) else [])]
    where = path
    for name in places:
        where = where.replace(f"{{{name}}}", f"{{segment({name})}}")
    passes = [
        *(["body=body"] if _JSON in body else []),
        *(["content=content"] if body and _JSON not in body else []),
        *([f"query={_table(asked)}"] if asked else []),
        *([f"headers={_table(headers)}"] if headers else []),
        *(["key=key"] if _is_write(given) else []),
    ]
    gives = _given(route["responses"])
    spelled = f"f{where!r}" if places else repr(where)
    call = f"await self.exchange({', '.join([repr(method.upper()), spelled, *passes])})"
    ends = f"        {call}\n" if gives == "None" else (
        f"        answer: {gives} = {call}\n        return answer\n"
    )  # fmt: skip
    parts = ["self", *takes, *(["*", *named] if named else [])]
    said = _said(route.get("description"), 2 * _IN_CLASS)
    return f"    async def {route['operationId']}({', '.join(parts)}) -> {gives}:\n{said}{ends}"


def _is_write(given: Iterable[Json]) -> bool:
    return any(one["name"] == _KEY for one in given)


def _taken(body: Json) -> list[str]:
    if not body:
        return []
    return [f"body: {_type(body[_JSON]['schema'])}"] if _JSON in body else ["content: bytes"]


def _named(parameters: Iterable[Json]) -> Iterator[str]:
    """Spell what is passed by name; what must be there has no default."""
    for one in sorted(parameters, key=lambda one: not one.get("required")):
        kind = _type(one["schema"])
        optional = kind if kind.endswith("| None") else f"{kind} | None"
        yield f"{_name(one)}: {kind}" if one.get("required") else f"{_name(one)}: {optional} = None"


def _name(parameter: Json) -> str:
    name = str(parameter["name"]).lower().replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _table(parameters: Iterable[Json]) -> str:
    return "{" + ", ".join(f"{one['name']!r}: {_name(one)}" for one in parameters) + "}"


def _given(responses: Json) -> str:
    """Spell what a call gives: bodies by their types, texts, where a redirect leads, or nothing."""
    kinds: list[str] = []
    for status, response in responses.items():
        if status.startswith("2"):
            kinds += _of_content(response.get("content", {})) or ["None"]
        elif status.startswith("3"):
            return "str"
    return " | ".join(dict.fromkeys(sorted(kinds, key=lambda kind: kind == "None"))) or "None"


def _of_content(content: Json) -> list[str]:
    if any(kind.startswith("text/") for kind in content):
        return ["str"]
    return [_type(one["schema"]) for one in content.values() if one.get("schema")]


def _said(text: str | None, indent: int) -> str:
    if not text:
        return ""
    first = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    after = "\n\n" if indent == _IN_CLASS else "\n"
    return f'{" " * indent}"""{first if first.endswith((".", "?")) else f"{first}."}"""{after}'


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "drawn.py", "-"]
    return subprocess.run(  # noqa: S603 - our own formatter, on what was drawn above
        command, input=text, capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
