"""Which methods an address has, over all its routes: what `Allow` says (RFC 9110 §15.5.6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.routing import compile_path


@dataclass(frozen=True)
class Address:
    """A path of the document, and every method that it has there."""

    pattern: re.Pattern[str]
    methods: frozenset[str]


def addresses(prefix: str, routers: Iterable[APIRouter]) -> tuple[Address, ...]:
    """Give the addresses in the order in which routes are tried."""
    found: dict[str, set[str]] = {}
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                found.setdefault(prefix + route.path, set()).update(route.methods or ())
    return tuple(
        Address(compile_path(path)[0], frozenset(methods)) for path, methods in found.items()
    )


def methods_of(request: Request) -> list[str]:
    """Name every method of this address; none where there is no such address."""
    known: tuple[Address, ...] = request.app.state.addresses
    found = (one.methods for one in known if one.pattern.match(request.url.path))
    return sorted(next(found, ()))


def is_api(request: Request) -> bool:
    """Tell the API's addresses from the portal's places."""
    path = request.url.path
    return path == "/api" or path.startswith("/api/")
