"""What the hub finds away it finds back: a gateway that is well says so (reliability.md F9)."""

import asyncio
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from schemas.base import ExtensionId
from services.gateway.adapters import hub
from services.gateway.domain.scope import Scope
from services.kernel.readiness import Readiness
from tests.support.waiting import eventually


def _away(_scope: object) -> None:
    raise psycopg.errors.AdminShutdown


async def test_a_reading_that_failed_once_does_not_leave_the_gateway_unready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "_PAUSE_SECONDS", 0.01)
    readiness, database = Readiness(), SimpleNamespace(looking=_away)
    board = hub.Hub("", database, readiness)  # type: ignore[arg-type]  # a database that is away
    line: Any = board.join(Scope("acme", ExtensionId("ana")), "127.0.0.1", "feed-1")
    board._mark({"ana": 5})
    pumping = asyncio.create_task(board._pump())
    await eventually(lambda: not readiness.ready)
    board.leave(line)  # nothing is left to read, so the next reading succeeds
    await eventually(lambda: readiness.ready)
    pumping.cancel()
