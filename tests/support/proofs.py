"""Where a request carries its proof, for tests that change it, cut it or bring it twice."""

import json
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from services.carriers.contract import Request


class Proof(Protocol):
    """What proves a request: read it, put another in its place, bring two."""

    def read(self, request: Request) -> str:
        """Give the proof of a signed request."""
        ...

    def replaced(self, request: Request, value: str) -> Request:
        """Give the request with another proof."""
        ...

    def doubled(self, request: Request, value: str) -> Request:
        """Give the request with a second proof behind its own."""
        ...

    def same(self, one: str, other: str) -> bool:
        """Tell whether two proofs are the same to whoever reads by the standard."""
        ...

    def same_but_for_case(self, one: Request, other: Request) -> bool:
        """Tell whether nothing but the case of a proof without case was changed."""
        ...


@dataclass(frozen=True)
class InHeader:
    """A header; behind `scheme`, if it is an Authorization (whose scheme has no case)."""

    name: str
    scheme: str = ""

    def read(self, request: Request) -> str:
        return dict(request.headers)[self.name]

    def replaced(self, request: Request, value: str) -> Request:
        headers = tuple((key, value if key == self.name else old) for key, old in request.headers)
        return replace(request, headers=headers)

    def doubled(self, request: Request, value: str) -> Request:
        return replace(request, headers=(*request.headers, (self.name, value)))

    def same(self, one: str, other: str) -> bool:
        length = len(self.scheme)
        return (one[:length].lower(), one[length:]) == (other[:length].lower(), other[length:])

    def same_but_for_case(self, one: Request, other: Request) -> bool:
        return one == other


@dataclass(frozen=True)
class InField:
    """A field of the query, the form or the JSON object; hexadecimal, which has no case."""

    name: str

    def read(self, request: Request) -> str:
        return dict(self.fields(request))[self.name]

    def replaced(self, request: Request, value: str) -> Request:
        fields = self.fields(request)
        return self._with(request, [(k, value if k == self.name else v) for k, v in fields])

    def doubled(self, request: Request, value: str) -> Request:
        return self._with(request, [*self.fields(request), (self.name, value)])

    def added(self, request: Request, value: str) -> Request:
        """Give an unsigned request its proof."""
        return self.doubled(request, value)

    def same(self, one: str, other: str) -> bool:
        return one.lower() == other.lower()

    def same_but_for_case(self, one: Request, other: Request) -> bool:
        return self._caseless(one) == self._caseless(other)

    def _caseless(self, request: Request) -> list[tuple[str, str]]:
        fields = self.fields(request)
        return sorted((k, v.lower() if k == self.name else v) for k, v in fields)

    def fields(self, request: Request) -> list[tuple[str, str]]:
        """Give all fields of the request, in their order."""
        if request.method == "GET":
            return parse_qsl(request.query, keep_blank_values=True)
        if request.body.startswith(b"{"):
            return list(json.loads(request.body).items())
        return parse_qsl(request.body.decode(), keep_blank_values=True)

    def _with(self, request: Request, fields: list[tuple[str, str]]) -> Request:
        if request.method == "GET":
            return replace(request, query=urlencode(fields))
        if request.body.startswith(b"{"):
            spelled = ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in fields)
            return replace(request, body=f"{{{spelled}}}".encode())
        return replace(request, body=urlencode(fields).encode())
