"""Nobody waits for ever on what stays connected and says nothing (reliability.md F12)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from deploy.local.ports import free_port
from services.gateway.adapters import hub
from services.gateway.adapters.database import Database
from services.kernel import postgres
from services.kernel.readiness import Readiness
from services.kernel.watchdog import LAG_SECONDS
from tests.chaos.relay import Relays
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration
_LINK = "service-postgres"
_SOON = 0.5
#: What giving a connection up takes beside the deadline: asking the server to cancel, in vain.
_GIVING_UP_SECONDS = 10.0


@dataclass
class Between:
    """A relay before PostgreSQL, and the dsn that leads through it."""

    relays: Relays
    dsn: str

    def silence(self) -> None:
        """Stay connected, take everything, pass nothing on."""
        self.relays.hold(_LINK)


@pytest.fixture
def between(database: str) -> Iterator[Between]:
    port, target = free_port(), urlsplit(database).port
    assert target is not None
    relays = Relays()
    relays.open(_LINK, port, target)
    yield Between(relays, database.replace(f":{target}/", f":{port}/"))
    relays.close()


@pytest.fixture
async def pool(between: Between, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[postgres.Pool]:
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", _SOON)
    monkeypatch.setattr(hub, "SILENCE_SECONDS", _SOON / 2)
    async with postgres.make_pool(between.dsn, "test", 2) as pool:
        await postgres.now(pool)
        yield pool
        between.relays.heal(_LINK)


async def test_who_hears_nothing_gives_up_in_time_and_goes_on_when_somebody_answers(
    pool: postgres.Pool, between: Between
) -> None:
    """A statement, and the gateway's ear for commits, end alike and need only patience."""
    asking, listening = Readiness(), Readiness("feed")
    ear = asyncio.create_task(hub.Hub(between.dsn, Database(pool), listening).run())
    await eventually(lambda: listening.ready)
    between.silence()
    work = asyncio.create_task(postgres.patiently(lambda: postgres.now(pool), asking, "postgres"))
    within = _SOON + _GIVING_UP_SECONDS + 2
    await eventually(lambda: "postgres" in asking.away and "feed" in listening.away, within)
    between.relays.heal(_LINK)
    assert await asyncio.wait_for(work, within)
    await eventually(lambda: asking.ready and listening.ready, within)
    ear.cancel()


async def test_only_an_operators_long_statements_have_no_deadline(database: str) -> None:
    """A replay hashes a year in one statement, and nobody else waits for it."""
    for patient, wanted in ((False, "15s"), (True, "0")):
        async with postgres.make_pool(database, "test", 1, patient=patient) as pool:
            assert await postgres.fetch_one(pool, "SHOW statement_timeout") == (wanted,)
            async with pool.connection() as connection:
                assert isinstance(connection, postgres.Answered) is not patient


def test_the_deadline_is_behind_the_servers_own_and_before_the_watchdogs() -> None:
    """A slow statement is the server's to end; a silent one ends before the process is ended."""
    assert postgres.STATEMENT_SECONDS < postgres.ANSWER_SECONDS
    assert postgres.ANSWER_SECONDS + _GIVING_UP_SECONDS < LAG_SECONDS
