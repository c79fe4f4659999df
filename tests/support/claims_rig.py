"""Runs the claims service as processes on real servers, loads it, and checks what it did."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from schemas import carrier, catalog, codec
from schemas.base import Number
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.deciding import Outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare, role_of
from services.kernel.traceparent import root
from tests.support.claims import claim
from tests.support.waiting import eventually

PASSWORD = "claims"
TOPICS = """
[defaults]
partitions = 12
dead_retention = "90d"
[topics.queue-commands]
writers = ["queue"]
readers = ["queue"]
retention = "30d"
[topics.carrier-events]
writers = ["ingest"]
readers = ["queue"]
retention = "forever"
[topics.queue-events]
writers = ["queue"]
readers = []
retention = "forever"
[topics.letters]
writers = ["router"]
readers = ["queue"]
retention = "30d"
[topics.answers]
writers = ["queue"]
readers = []
retention = "1d"
dead = false
"""


@dataclass
class Rig:
    """One database, one broker, and the worker processes of a test."""

    kafka: str
    database: str
    directory: Path
    runtime: str
    #: Its own for every test, so that no test meets another's group members, role or schema.
    service: str
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    @property
    def dsn(self) -> str:
        """The database as the service's own role sees it."""
        parts = psycopg.conninfo.conninfo_to_dict(self.database)
        parts |= {"user": role_of(self.service), "password": PASSWORD}
        return psycopg.conninfo.make_conninfo(**parts)  # type: ignore[arg-type]  # strings all

    def start(self, slot: int = 0, **environment: str) -> subprocess.Popen[bytes]:
        """Start the worker of a slot; its log is kept beside the test."""
        prefix = self.service.upper()
        settings = {
            "TANDEM_KAFKA": self.kafka,
            f"{prefix}_POSTGRES": self.dsn,
            f"{prefix}_INSTANCE": f"{self.service}-{slot}",
            f"{prefix}_RUNTIME": self.runtime,
            "CLAIMS_SERVICE": self.service,
            "TANDEM_SESSION_SECONDS": "6",
            "CLAIMS_CALLS": str(self.directory / "calls"),
            "CLAIMS_FIXED": str(self.directory / "fixed"),
            "PYTHONPATH": ".",
        }
        with (self.directory / f"worker-{slot}.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.support.claims"],
                env={**os.environ, **settings, **environment},
                stdout=log,
                stderr=log,
            )
        self.workers[slot] = worker
        return worker

    def kill(self, slot: int = 0, number: signal.Signals = signal.SIGKILL) -> None:
        self.workers[slot].send_signal(number)
        if number in {signal.SIGKILL, signal.SIGTERM}:
            self.workers[slot].wait(timeout=15)

    def stop(self) -> None:
        for worker in self.workers.values():
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            worker.wait()

    def logs(self) -> str:
        """The last lines of every worker, for a failure's text."""
        return "\n".join(
            f"{path.name}: {path.read_text(encoding='utf-8')[-1500:]}"
            for path in sorted(self.directory.glob("worker-*.log"))
        )

    @contextlib.contextmanager
    def connect(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            yield connection

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(statement.encode()).fetchall()

    async def prepare(self) -> None:
        """Make role, schema and tables, and empty topics."""
        await drop_topics(self.kafka)
        await prepare(self.database, {self.service: PASSWORD})
        await topics.prepare(self.kafka, text=TOPICS)

    @contextlib.asynccontextmanager
    async def client(self) -> Any:  # noqa: ANN401 - an async context manager of a publisher
        publisher = KafkaPublisher(self.kafka, Readiness())
        await publisher.start()
        try:
            yield publisher
        finally:
            await publisher.stop()

    async def send(self, records: Sequence[Outgoing]) -> None:
        async with self.client() as publisher:
            await publisher.publish(records)

    async def load(self, rounds: int, *, size: int = 20, pause: float = 0.02) -> None:
        """Send bursts of claims of two agents on a few conversations, and some arrivals."""
        async with self.client() as publisher:
            for turn in range(rounds):
                await publisher.publish([self._nth(turn * size + index) for index in range(size)])
                await asyncio.sleep(pause)

    def _nth(self, number: int) -> Outgoing:
        if number % 10 == 0:
            return arrival(f"+1555000{number % 7:04}", "" if number % 20 else "hello \u0000")
        record, id_ = command(claim(f"q{number % 5}", f"c{number % 3}", f"agent-{number % 4}"))
        self.sent.append(id_)
        return record


async def drop_topics(kafka: str) -> None:
    """Delete the test's topics, if they are there."""
    admin = make_admin(kafka)
    await admin.start()
    try:
        old = [name for name in topics.described(TOPICS) if name in await admin.list_topics()]
        if old:
            await admin.delete_topics(old)

        async def gone() -> bool:
            return not set(old) & set(await admin.list_topics())

        await eventually(gone)
    finally:
        await admin.close()


def command(data: Any, id_: str | None = None) -> tuple[Outgoing, str]:  # noqa: ANN401 - any command
    """Spell a client's command as a record; its id with it."""
    name = id_ or ids.new()
    envelope = Envelope(
        id=name,
        type=catalog.wire_name(data),
        source="gateway",
        subject=data.queue_id,
        time=datetime.now(UTC),  # noqa: TID251 - the test is the client, and clients have clocks
        partitionkey=data.queue_id,
        tenant="t",
        correlation=name,
        traceparent=root(name),
        data=data,
    )
    return _record("queue-commands", envelope), name


def arrival(number: str, text: str = "hello \u0000") -> Outgoing:
    """Spell a counterpart's text as a record; of an empty one nothing follows."""
    data = carrier.MessageArrived(
        carrier="test",
        account="a",
        provider_message_id=ids.new(),
        number=Number(number),
        counterpart="+15559990000",
        text=text,
    )
    envelope = Envelope(
        id=ids.new(),
        type=catalog.wire_name(data),
        source="ingest",
        subject=number,
        time=datetime.now(UTC),  # noqa: TID251 - the test is the carrier
        partitionkey=number,
        correlation=ids.new(),
        data=data,
    )
    return _record("carrier-events", envelope)


def _record(topic: str, envelope: Envelope[Any]) -> Outgoing:
    return Outgoing(
        topic, envelope.partitionkey.encode(), codec.encode(envelope), codec.headers(envelope)
    )
