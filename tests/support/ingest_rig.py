"""Ingest as a process, the log behind it, and carriers that post to it over real HTTP."""

import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.ports import LOOPBACK, free_ports, listens
from deploy.local.processes import Child, Program, start
from schemas import codec
from schemas.carrier import CarrierEvent
from schemas.envelope import Envelope
from services.carriers.contract import Account, Request
from services.ingest.domain import provider_id
from services.ingest.handlers import DEAD_TOPIC
from services.kernel.clock import Clock
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record
from tests.support.webhooks import fixture, sign

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30.0
TOPIC = "carrier-events"
_DRY_POLLS = 3


@dataclass
class Ingest:
    """One ingest: its spool outlives its process."""

    kafka: str
    directory: Path
    accounts: str
    port: int = field(default_factory=lambda: free_ports(1)[0])
    child: Child | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def spool(self) -> Path:
        return self.directory / "spool"

    def start(self, **environment: str) -> None:
        """Start it, or start it again, and wait until it listens."""
        carriers = self.directory / "carriers.toml"
        carriers.write_text(self.accounts)
        settings = {
            "TANDEM_KAFKA": self.kafka,
            "INGEST_HTTP": f"{LOOPBACK}:{self.port}",
            "INGEST_SPOOL": str(self.spool),
            "INGEST_CARRIERS": str(carriers),
            **environment,
        }
        command = [sys.executable, "-m", "services.ingest"]
        program = Program(name="ingest", command=command, environment=settings, directory=ROOT)
        self.child = start(program, self.directory / "logs")
        self.child.wait_until(lambda: listens(f"{LOOPBACK}:{self.port}"), READY_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.child is not None:
            self.child.kill()

    def died(self) -> bool:
        """Tell whether it has ended by SIGKILL."""
        return self.child is not None and self.child.process.poll() == -signal.SIGKILL

    def stop(self) -> int:
        """End it as a supervisor would; gives its status."""
        if self.child is None:
            return 0
        self.child.stop()
        return self.child.process.returncode


async def post(ingest: Ingest, carrier: str, request: Request) -> int | None:
    """Bring a request as it is; None where ingest hung up."""
    url = f"{ingest.address}/webhooks/{carrier}/main"
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        try:
            answer = await client.request(
                request.method, url, content=request.body, headers=list(request.headers)
            )
        except httpx.HTTPError:
            return None
    return answer.status_code


def message(carrier: str, id_: str) -> Request:
    """Give a signed message of a carrier with an id of its own."""
    original = fixture(carrier, "message")
    old = str(original.events[0]["provider_message_id"])
    body = original.request.body.replace(old.encode(), id_.encode())
    request = Request(method="POST", query="", headers=original.request.headers, body=body)
    return sign(carrier, request, Clock().now())


def accounts_of(accounts: Mapping[str, Account]) -> str:
    """Spell accounts as carriers.toml; the test secrets stand in it."""
    lines: list[str] = []
    for name, account in accounts.items():
        lines += [f"[{name}]", f'carrier = "{account.carrier}"']
        lines.append(f'public_base_url = "{account.public_base_url}"')
        lines += [f"{key} = {list(values)}" for key, values in account.values.items()]
    return "\n".join(lines)


class Log:
    """All that is on the carrier topics."""

    def __init__(self, tail: Tail) -> None:
        self._tail = tail
        self._records: list[Record] = []

    async def records(self, topic: str = TOPIC) -> list[Record]:
        """Read on to the end, and give all records of a topic so far."""
        dry = 0
        while dry < _DRY_POLLS:
            found = await self._tail.fetch(timeout_ms=100)
            dry = 0 if found else dry + 1
            for records in found.values():
                self._records += records
        return [record for record in self._records if record.topic == topic]

    async def events(self, *ids: str) -> list[Envelope[CarrierEvent]]:
        """Give the events about these provider ids, in the order of the log."""
        found = [codec.decode(record.value or b"") for record in await self.records()]
        return [envelope for envelope in found if provider_id(envelope.data) in ids]

    async def has(self, *ids: str) -> bool:
        """Tell whether the log has something about every one of these."""
        seen = {provider_id(envelope.data) for envelope in await self.events(*ids)}
        return seen == set(ids)


@contextlib.asynccontextmanager
async def reading(kafka: str) -> AsyncIterator[Log]:
    """Read the carrier topics from their beginning."""
    async with Tail(kafka, (TOPIC, DEAD_TOPIC), Readiness()) as tail:
        await tail.start_at(await tail.firsts(await tail.partitions()))
        yield Log(tail)
