"""An example for every JSON body of the document, made from its shape: what it shows is valid.

Values come by a field's name where that says more than its type; a body that leads to itself ends.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from services.gateway.http import problems
from services.gateway.http.describing import JSON, PROBLEM_JSON, routes

Json = dict[str, Any]

_REF = "#/components/schemas/"
_AT = "2026-11-20T10:00:00Z"
_ID = "6f9619ff-8b86-5d01-b42d-00cf4fc964ff"
#: What a field of this name holds, where its own shape allows it.
_VALUES: Mapping[str, Any] = {
    "alert_tone": None,
    "code": "opted-out",
    "display": "(415) 555-0100",
    "counterpart": "+12015550150",
    "dial": "101",
    "email": "ana@example.com",
    "file_bytes": 2_000_000,
    "language": "en",
    "login": "ana@acme.example",
    "media_type": "image/jpeg",
    "message_bytes": 3_500_000,
    "name": "Ana",
    "note": "She calls back on Monday.",
    "number": "+14155550100",
    "text": "Your order is ready.",
    "url": "https://texts.example.com/files/a.jpg",
}
_BY_ENDING = (("_id", _ID), ("_url", _VALUES["url"]), ("_at", _AT))
#: One of those that a route may answer with each status.
_PROBLEMS = {
    400: ("idempotency-key-required", "Send an Idempotency-Key header."),
    401: ("signed-out", "Sign in."),
    403: ("new-password-required", "Choose a password of your own first."),
    404: ("not-found", "There is no such thing, or it is not yours."),
    409: ("opted-out", "This person has opted out of texts from this number."),
    410: ("feed-gone", "That place in the feed is not kept any more."),
    413: ("too-large", "The request is larger than 64 KiB."),
    422: ("invalid", "text: Field required"),
    429: ("too-many-requests", "Slow down."),
    503: ("log-away", "Nothing can be changed right now."),
}
_PATTERNS = {r"^\+[1-9]\d{6,14}$": "+14155550100", "^https?://": _VALUES["url"]}


def give_examples(document: Json) -> None:
    """Put one beside every JSON body, of requests and of answers; a problem's is said once."""
    shapes = document["components"]["schemas"]
    document["components"]["examples"] = {
        f"problem-{status}": {"value": _problem(status, code, detail)}
        for status, (code, detail) in _PROBLEMS.items()
    }
    for name, problem in document["components"]["responses"].items():
        _give([(name.removeprefix("problem-"), problem)], shapes)
    for _, route in routes(document):
        _give([("", route.get("requestBody", {})), *route["responses"].items()], shapes)


def _give(bodies: Iterable[tuple[str, Json]], shapes: Json) -> None:
    for status, body in bodies:
        content = body.get("content", {})
        if PROBLEM_JSON in content:
            named = {"$ref": f"#/components/examples/problem-{status}"}
            content[PROBLEM_JSON]["examples"] = {"problem": named}
        elif content.get(JSON, {}).get("schema"):
            content[JSON]["example"] = example(content[JSON]["schema"], shapes)


def _problem(status: int, code: str, detail: str) -> Json:
    answered = problems.answer(problems.Trouble(status, code, detail))
    return dict(orjson.loads(answered.body))


def example(schema: Json, shapes: Json, name: str = "", within: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - any JSON
    """Make one value of a shape."""
    if "$ref" in schema:
        shape = schema["$ref"].removeprefix(_REF)
        if shape in within:
            return None
        return example(shapes[shape], shapes, name, (*within, shape))
    for word in ("const", "default"):
        if schema.get(word) is not None:
            return schema[word]
    if "enum" in schema:
        return schema["enum"][0]
    for options in ("anyOf", "oneOf"):
        if options in schema:
            return _chosen(schema[options], shapes, name, within)
    return _of_type(schema, shapes, name, within)


def _chosen(options: list[Json], shapes: Json, name: str, within: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
    """Take the first that says something; null where it would lead to itself."""
    speaking = [one for one in options if one.get("type") != "null"]
    can_be_null = len(speaking) < len(options)
    if can_be_null and (name in _VALUES and _VALUES[name] is None):
        return None
    return example(speaking[0], shapes, name, within)


def _of_type(schema: Json, shapes: Json, name: str, within: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
    match schema.get("type"):
        case "object":
            return _object(schema, shapes, within)
        case "array":
            one = example(schema.get("items", {}), shapes, name.removesuffix("s"), within)
            return [] if one is None and not schema.get("minItems") else [one]
        case "string":
            return _string(schema, name)
        case "integer" | "number":
            known = _VALUES.get(name)
            least = max(schema.get("minimum", 1), 1)
            return known if isinstance(known, int) else min(least, schema.get("maximum", least))
        case "boolean":
            return False
        case _:
            return None


def _object(schema: Json, shapes: Json, within: tuple[str, ...]) -> Json:
    return {
        key: example(one, shapes, key, within) for key, one in schema.get("properties", {}).items()
    }


def _string(schema: Json, name: str) -> str:
    if schema.get("format") == "date-time":
        return _AT
    if schema.get("pattern") in _PATTERNS:
        return str(_PATTERNS[schema["pattern"]])
    known = _VALUES.get(name)
    ends = (value for ending, value in _BY_ENDING if name.endswith(ending) or f"_{name}" == ending)
    found = known if isinstance(known, str) else next(ends, name or "text")
    return str(found)[: schema.get("maxLength")].ljust(schema.get("minLength", 0), "0")
