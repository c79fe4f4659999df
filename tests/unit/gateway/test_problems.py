"""What is away is said as what is away: a client comes again, and shows no error of its own."""

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg_pool import PoolTimeout

from services.gateway.http import problems
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
