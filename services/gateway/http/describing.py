"""What is true of every route, said once of each in the document: proofs, problems, pace, keys."""

from collections.abc import Iterator
from typing import Any

from services.gateway.http.entry import LONGEST_KEY

Json = dict[str, Any]

JSON, PROBLEM_JSON = "application/json", "application/problem+json"
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
#: Where one comes in; everything else needs a proof.
_OPEN = frozenset({"sign_in"})
#: By login and password in its body, or by a session.
_PROOF_OR_BODY = frozenset({"make_token"})
_PROOFS: list[Json] = [{"key": []}, {"session": []}]
_KEY = "Idempotency-Key"
#: Each status of a problem, and what it says wherever a route says nothing of its own.
_SAYS = {
    "400": "The Idempotency-Key is missing, or the body cannot be read",
    "401": "Not signed in",
    "403": "Signed in, and not allowed so",
    "404": "Not there, or not yours",
    "409": "A rule said no; `code` says which",
    "410": "Not kept any more",
    "413": "Larger than a request may be",
    "422": "Not understood",
    "429": "Too often",
    "503": "The database or the log is away: ask again, by the same key",
}
_ALWAYS = ("401", "403", "503")
_COUNTED = {"RateLimit-Policy": "The rule: requests, seconds", "RateLimit": "What is left of it"}


def routes(drawn: Json) -> Iterator[tuple[str, Json]]:
    """Give each operation with its method."""
    for methods in drawn["paths"].values():
        for method, route in methods.items():
            if method in _METHODS:
                yield method, route


def describe(drawn: Json) -> None:
    """Say it of every route."""
    drawn["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, with its scopes."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "tandem",
            "description": "A session; writes need `X-Tandem: portal` and the portal's Origin too.",
        },
    }
    drawn["components"]["headers"] = {
        name: {"description": says, "required": True, "schema": {"type": "string"}}
        for name, says in _COUNTED.items()
    } | {
        "Retry-After": {
            "description": "Seconds to wait",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        }
    }
    drawn["components"]["responses"] = {
        f"problem-{status}": _problem(status, says) for status, says in _SAYS.items()
    }
    for _, route in routes(drawn):
        _proofs(route)
        _key(route)
        _problems(route)
        _pace(route)


def _proofs(route: Json) -> None:
    if route["operationId"] in _OPEN:
        route["security"] = []
    elif route["operationId"] in _PROOF_OR_BODY:
        route["security"] = [*_PROOFS, {}]
    else:
        route["security"] = _PROOFS


def _key(route: Json) -> None:
    """A key is required where it is known: its absence has a code of its own, not `invalid`."""
    for one in route.get("parameters", ()):
        if one["name"] == _KEY:
            one["required"] = True
            one["schema"] = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
            one["schema"]["pattern"] = "^[ -~]+$"
            one["example"] = "6f9619ff-8b86-5d01-b42d-00cf4fc964ff"
            _refuse(route, "400")


def _problems(route: Json) -> None:
    for status in _ALWAYS:
        _refuse(route, status)
    if "requestBody" in route:
        _refuse(route, "400")
        _refuse(route, "413")
    for status, answer in route["responses"].items():
        if status[0] in "45" and "$ref" not in answer:
            _refuse(route, status, answer["description"])


def _refuse(route: Json, status: str, says: str | None = None) -> None:
    """Refer to the problem of this status; say it in full only where the route has words for it."""
    own = says is not None and says != _SAYS.get(status)
    shared = {"$ref": f"#/components/responses/problem-{status}"}
    route["responses"][status] = _problem(status, str(says)) if own else shared


def _problem(status: str, says: str) -> Json:
    answer: Json = {"description": says, "content": {PROBLEM_JSON: {"schema": _PROBLEM}}}
    if status in {"429", "503"}:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return answer


def _pace(route: Json) -> None:
    """Every request with a proof is counted, and its answer says so."""
    if route["operationId"] in _OPEN | _PROOF_OR_BODY:
        return
    for status, answer in route["responses"].items():
        if status[0] in "23":
            more = {name: {"$ref": f"#/components/headers/{name}"} for name in _COUNTED}
            answer["headers"] = {**answer.get("headers", {}), **more}
