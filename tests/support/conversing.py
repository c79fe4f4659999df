"""A service as a process on real servers, and the log around it: records in, envelopes out."""

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from schemas import catalog, codec
from schemas.envelope import Envelope
from services.kernel.deciding import outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare, role_of
from tests.support.waiting import eventually

_PASSWORD = "conversing"
#: A new group waits this long for its first member's friends before anything is assigned.
_FIRST_ANSWER_SECONDS = 60.0


@dataclass
class Conversing:
    """One service's process; `say` puts a record on the log, `heard` is all that came back."""

    service: str
    kafka: str
    database: str
    log: Path
    publisher: KafkaPublisher
    tail: Tail
    process: subprocess.Popen[bytes] | None = None
    heard: dict[str, list[Envelope[Any]]] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """The database as the service's own role sees it."""
        parts = psycopg.conninfo.conninfo_to_dict(self.database)
        parts |= {"user": role_of(self.service), "password": _PASSWORD}
        return psycopg.conninfo.make_conninfo(**parts)  # type: ignore[arg-type]  # strings all

    def start(self) -> None:
        """Start the service as an operator does."""
        prefix = self.service.upper()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"services.{self.service}"],
                env={
                    **os.environ,
                    "TANDEM_KAFKA": self.kafka,
                    f"{prefix}_POSTGRES": self.dsn,
                    "TANDEM_SESSION_SECONDS": "6",
                },
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End the service as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def say(self, *records: Envelope[Any]) -> None:
        """Publish records, in this order, each on the topic of its class."""
        await self.publisher.publish(
            [outgoing(catalog.topic_of(record.data), record) for record in records]
        )

    async def answer(self, command: Envelope[Any]) -> Any:  # noqa: ANN401 - accepted or refused
        """Say a command and wait for what it is answered."""
        await self.say(command)

        async def answered() -> list[Any]:
            await self.listen()
            return [
                answer.data
                for answer in self.heard.get("answers", [])
                if answer.correlation == command.correlation
            ]

        found = await eventually(answered, _FIRST_ANSWER_SECONDS)
        return found[0]

    async def listen(self) -> None:
        """Take in what has been published meanwhile."""
        for records in (await self.tail.fetch(timeout_ms=200)).values():
            for record in records:
                envelope = codec.decode(record.value or b"")
                self.heard.setdefault(record.topic, []).append(envelope)

    async def hears(self, topic: str, count: int) -> Sequence[Envelope[Any]]:
        """Wait until that many records have come on a topic."""

        async def enough() -> bool:
            await self.listen()
            return len(self.heard.get(topic, [])) >= count

        await eventually(enough, _FIRST_ANSWER_SECONDS)
        return self.heard[topic]


@contextlib.asynccontextmanager
async def conversing(
    service: str, kafka: str, database: str, directory: Path
) -> AsyncIterator[Conversing]:
    """Prepare empty topics, and tables in an empty database; start the service, end it afterwards.

    New topics begin at 0 again, so a database that remembers positions of older ones will not do.
    """
    await empty_topics(kafka)
    await prepare(database, {service: _PASSWORD})
    outputs = [name for name, topic in topics.described().items() if service in topic.writers]
    publisher, readiness = KafkaPublisher(kafka, Readiness()), Readiness()
    await publisher.start()
    try:
        async with Tail(kafka, outputs, readiness) as tail:
            # the topics are new: asking a busy broker for their ends only to hear 0 may time out
            await tail.start_at(dict.fromkeys(await tail.partitions(), 0))
            log = directory / f"{service}.log"
            running = Conversing(service, kafka, database, log, publisher, tail)
            running.start()
            try:
                yield running
            finally:
                running.kill()
    finally:
        await publisher.stop()


async def empty_topics(kafka: str) -> None:
    """Make every described topic empty again, from offset 0."""
    admin = make_admin(kafka)
    await admin.start()
    try:
        old = set(topics.described()) & set(await admin.list_topics())
        if old:
            await admin.delete_topics(list(old))

        async def gone() -> bool:
            return not old & set(await admin.list_topics())

        await eventually(gone)
    finally:
        await admin.close()
    await topics.prepare(kafka)
