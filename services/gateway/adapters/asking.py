"""Puts commands on the log and waits for the deciders' answers, on whatever replica that is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from psycopg import OperationalError

from schemas.answer import CommandAccepted, CommandRefused
from schemas.catalog import topic_of, wire_name
from schemas.codec import encode, headers
from schemas.envelope import Envelope
from services.gateway.adapters.database import Database
from services.gateway.adapters.hub import Hub
from services.gateway.ports import Accepted, Ask, Json, LogAway, Refusal, Undecided
from services.kernel.clock import Clock, monotonic
from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.traceparent import root
from services.kernel.tracing import tracer

#: A decision takes milliseconds; longer means that its partition is moving (streaming.md §2.4).
DECISION_SECONDS = 2.0
#: A decision is in the read model a moment later; who cannot wait is told the decision alone.
SETTLE_SECONDS = 1.0
#: Commands that this replica has put on the log without an answer; more are refused.
MOST_IN_FLIGHT = 2_000
#: Commands that leave together where nobody waits for them.
MOST_AT_ONCE = 200


class LogAsking:
    """Keeps the port's promises: a waiter stands before its command leaves."""

    def __init__(
        self, publisher: KafkaPublisher, clock: Clock, database: Database, hub: Hub
    ) -> None:
        self._publisher, self._clock = publisher, clock
        self._database, self._hub = database, hub
        self._waiting: dict[str, list[asyncio.Future[Accepted | Refusal]]] = {}
        #: Sends without an acknowledgement, and since when.
        self._sending: dict[asyncio.Task[None], float] = {}

    async def ask(self, ask: Ask) -> Accepted | Refusal:
        self._check()
        answer: asyncio.Future[Accepted | Refusal] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(ask.command_id, []).append(answer)
        record, began = self._record(ask), self._clock.now()
        sending = self._send(record)
        try:
            async with asyncio.timeout(DECISION_SECONDS):
                await asyncio.shield(sending)
                said = await answer
        except TimeoutError:
            if not sending.done():
                raise LogAway from None
            await self.remember(ask)
            raise Undecided from None
        finally:
            self._forget(ask.command_id, answer)
        tracer.began(record.headers, began)
        return said

    async def tell(self, ask: Ask) -> None:
        await self.tell_all((ask,))

    async def tell_all(self, asks: Sequence[Ask]) -> None:
        for start in range(0, len(asks), MOST_AT_ONCE):
            self._check()
            records = [self._record(ask) for ask in asks[start : start + MOST_AT_ONCE]]
            try:
                async with asyncio.timeout(DECISION_SECONDS):
                    await asyncio.shield(self._send(*records))
            except TimeoutError:
                raise LogAway from None

    async def settled(self, look: Callable[[], Awaitable[Json | None]]) -> Json | None:
        deadline = monotonic() + SETTLE_SECONDS
        while True:
            committed = self._hub.next_commit()
            found = await look()
            left = deadline - monotonic()
            if found is not None or left <= 0:
                return found
            try:
                async with asyncio.timeout(left):
                    await committed.wait()
            except TimeoutError:
                return await look()

    def answered(self, envelope: Envelope[Any]) -> None:
        """Hand an answer to whoever waits for it."""
        said = _said(envelope.data)
        for answer in self._waiting.get(envelope.correlation, ()):
            if not answer.done():
                answer.set_result(said)

    def waits_for(self, command_id: str) -> bool:
        return command_id in self._waiting

    def _check(self) -> None:
        oldest = min(self._sending.values(), default=None)
        late = oldest is not None and monotonic() - oldest > DECISION_SECONDS
        if late or len(self._sending) + len(self._waiting) >= MOST_IN_FLIGHT:
            raise LogAway

    def _send(self, *records: Outgoing) -> asyncio.Task[None]:
        """Send it in a task of its own: a caller who gives up must not cut it off half-way."""
        task = asyncio.create_task(self._publisher.publish(records))
        self._sending[task] = monotonic()
        task.add_done_callback(self._sent)
        return task

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        if not task.cancelled() and task.exception() is not None:
            self._hub.broken(task.exception())

    def _record(self, ask: Ask) -> Outgoing:
        envelope = Envelope(
            id=ask.command_id,
            type=wire_name(ask.data),
            source="gateway",
            subject=ask.subject,
            time=self._clock.now(),
            partitionkey=ask.partition_key,
            tenant=ask.scope.tenant,
            correlation=ask.command_id,
            traceparent=root(ask.command_id),
            data=ask.data,
        )
        return Outgoing(
            topic_of(ask.data), ask.partition_key.encode(), encode(envelope), headers(envelope)
        )

    async def remember(self, ask: Ask) -> None:
        try:
            async with self._database.looking(ask.scope) as (rows, _):
                await rows.execute(
                    "INSERT INTO gateway.command_request (command_id, tenant, viewer)"
                    " VALUES (%s, %s, %s) ON CONFLICT (command_id) DO NOTHING",
                    (ask.command_id, ask.scope.tenant, ask.scope.user),
                )
        except OperationalError:
            raise LogAway from None

    def _forget(self, command_id: str, answer: "asyncio.Future[Accepted | Refusal]") -> None:
        waiting = self._waiting[command_id]
        waiting.remove(answer)
        if not waiting:
            del self._waiting[command_id]


def _said(data: CommandAccepted | CommandRefused) -> Accepted | Refusal:
    if isinstance(data, CommandAccepted):
        return Accepted(data.state)
    return Refusal(data.code, data.text, data.detail)
