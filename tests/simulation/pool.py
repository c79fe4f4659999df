"""The way to the simulated Postgres: statements take time, fail, or succeed unanswered."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Self

import psycopg

from services.kernel import effects, timers
from tests.simulation import statements
from tests.simulation.fate import Fate
from tests.simulation.machine import passes
from tests.simulation.statements import Done
from tests.simulation.store import Schema

#: A statement's way there and back, seconds; the median, and how far it spreads.
_MEDIAN, _SPREAD = 0.001, 0.8
#: A poll that finds nothing is answered when there is something, at the latest after this long.
_LONGEST_POLL = 86_400.0
_LEASE, _ADOPT = timers._LEASE, effects._ADOPT


class SimulatedCursor:
    """What a statement gave, as psycopg shows it."""

    def __init__(self, done: Done) -> None:
        self._rows = done.rows
        self.rowcount = done.changed or len(done.rows)
        self.description = True

    async def fetchone(self) -> Any:  # noqa: ANN401 - columns are of any type
        return self._rows[0] if self._rows else None

    async def fetchall(self) -> list[Any]:
        return self._rows


class SimulatedPool:
    """A pool of autocommit connections to one schema; stands in for psycopg's."""

    def __init__(self, schema: Schema, fate: Fate) -> None:
        self.schema = schema
        self._fate = fate
        self._changed = asyncio.Event()
        schema.changed = self._changed.set
        self.info = SimpleNamespace(backend_pid=1)

    def connection(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        del error

    async def execute(self, text: str | bytes, values: Any = (), **_: object) -> SimulatedCursor:  # noqa: ANN401 - psycopg's signature
        """Run a statement: the server does it at one instant, whatever has become of the client."""
        spelled = text.decode() if isinstance(text, bytes) else text
        await passes()
        if spelled in (_LEASE, _ADOPT):
            await self._until_worth_it(spelled, values)
        return SimulatedCursor(await self._at_server(spelled, values))

    async def _at_server(self, text: str, values: Any) -> Done:  # noqa: ANN401 - as above
        fate, loop = self._fate, asyncio.get_running_loop()
        if fate.happens(fate.odds.refused):
            await asyncio.sleep(fate.long_tailed(_MEDIAN, _SPREAD))
            raise psycopg.OperationalError("the connection was lost before the statement")
        done: asyncio.Future[Done] = loop.create_future()
        loop.call_later(fate.long_tailed(_MEDIAN, _SPREAD), self._do, text, values, done)
        found = await done
        await asyncio.sleep(fate.long_tailed(_MEDIAN, _SPREAD))
        await passes()
        if fate.happens(fate.odds.answer_lost):
            raise psycopg.OperationalError("the connection was lost after the statement")
        return found

    def _do(self, text: str, values: Any, done: "asyncio.Future[Done]") -> None:  # noqa: ANN401 - as above
        """Do it, also for a client that has died meanwhile: it was on its way."""
        try:
            found = statements.run(self.schema, text, values)
        except psycopg.Error as error:
            if not done.done():
                done.set_exception(error)
            return
        if not done.done():
            done.set_result(found)

    async def _until_worth_it(self, text: str, values: Any) -> None:  # noqa: ANN401 - as above
        """Let quiet hours pass in one step: a poll that would find nothing is asked later."""
        loop = asyncio.get_running_loop()
        while True:
            due = self._due(text, values)
            if due is not None and due <= self.schema.now():
                return
            wait = _LONGEST_POLL
            if due is not None:
                wait = min(wait, (due - self.schema.now()).total_seconds())
            self._changed.clear()
            handle = loop.call_later(max(wait, 0.0), self._changed.set)
            try:
                await self._changed.wait()
            finally:
                handle.cancel()
            await passes()

    def _due(self, text: str, values: Any) -> datetime | None:  # noqa: ANN401 - as above
        if text == _LEASE:
            return self.schema.next_due()
        asked: Mapping[str, Any] = values
        who = (asked["owner"], asked["born"], asked["kinds"])
        if self.schema.adoptable(*who):
            return self.schema.now()
        return self.schema.next_effect(asked["kinds"])
