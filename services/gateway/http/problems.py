"""RFC 9457: every error is a problem with a stable code and a sentence."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.gateway.http.addresses import is_api, methods_of
from services.gateway.ports import LogAway

_TYPE = "application/problem+json"


class Trouble(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: dict[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - JSON values of any kind
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = headers, more


def not_found() -> Trouble:
    """The one answer for what is not there and for what is not yours."""
    return Trouble(404, "not-found", "There is no such thing, or it is not yours.")


def answer(trouble: Trouble) -> Response:
    body = {
        "type": f"urn:tandem:problem:{trouble.code}",
        "title": HTTPStatus(trouble.status).phrase,
        "status": trouble.status,
        "code": trouble.code,
        "detail": trouble.detail,
        **trouble.more,
    }
    return Response(orjson.dumps(body), trouble.status, trouble.headers, _TYPE)


def install(app: FastAPI) -> None:
    """Answer everything that goes wrong in one shape."""

    async def trouble(_: Request, error: Exception) -> Response:
        assert isinstance(error, Trouble)  # noqa: S101 - registered for nothing else
        return answer(error)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
        return answer(Trouble(422, "invalid", _where(error)))

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_api(request):
            return answer(_no_such_method(methods_of(request)))
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        headers = dict(error.headers) if error.headers else None
        return answer(Trouble(error.status_code, code, str(error.detail), headers))

    async def away(_: Request, __: Exception) -> Response:
        return answer(
            Trouble(503, "log-away", "Nothing can be changed right now.", {"Retry-After": "2"})
        )

    async def database_away(_: Request, __: Exception) -> Response:
        text = "Nothing can be read or changed right now."
        return answer(Trouble(503, "database-away", text, {"Retry-After": "2"}))

    app.add_exception_handler(Trouble, trouble)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(LogAway, away)
    app.add_exception_handler(psycopg.OperationalError, database_away)


def _no_such_method(allowed: Sequence[str]) -> Trouble:
    """Tell the methods of an address; an address without any is none."""
    if not allowed:
        return not_found()
    text = "This address has other methods."
    return Trouble(405, "method-not-allowed", text, {"Allow": ", ".join(allowed)})


def _where(error: RequestValidationError) -> str:
    """Say where a body is wrong and how, never what it held."""
    places = [
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    ]
    return "; ".join(places[:5])
