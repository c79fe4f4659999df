"""What is away is said as what is away: a client comes again, and shows no error of its own."""

from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg_pool import PoolTimeout

from services.gateway.http import problems
from services.gateway.http.feed import may_stay
from services.gateway.ports import LogAway


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LogAway(), "log-away"),
        (psycopg.OperationalError("the connection was lost"), "database-away"),
        (PoolTimeout("no connection in time"), "database-away"),
    ],
)
async def test_what_is_away_is_503_and_says_when_to_come_again(error: Exception, code: str) -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    async def fails() -> None:
        raise error

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) > 0


class _Accounts:
    """Answers once about a token: with nobody, or with an error."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def by_token(self, _: str) -> None:
        if self._error is not None:
            raise self._error


@pytest.mark.parametrize(
    ("error", "stays"), [(None, False), (psycopg.OperationalError("the server is gone"), True)]
)
async def test_a_screen_stays_open_while_nobody_can_tell_who_it_is(
    error: Exception | None, *, stays: bool
) -> None:
    parts = SimpleNamespace(accounts=_Accounts(error))
    socket: Any = SimpleNamespace(
        headers={"authorization": "Bearer x"},
        app=SimpleNamespace(state=SimpleNamespace(parts=parts)),
    )
    assert await may_stay(socket) is stays
