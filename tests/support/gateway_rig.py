"""The gateway as a process on real servers, with a log around it and clients in front of it."""

import asyncio
import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from psycopg.conninfo import make_conninfo
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from deploy.local.ports import free_ports
from schemas import codec
from schemas.answer import CommandAccepted, CommandRefused
from schemas.catalog import topic_of
from schemas.envelope import Envelope
from services.gateway.adapters.accounts import NewAccount, create_accounts
from services.kernel.deciding import outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.tables import role_of
from services.ops.prepare import prepare_database
from tests.support.conversing import empty_topics
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

ROLE_PASSWORD, PASSWORD = "gateway", "correct horse"
LINK_KEY = "link-key"
SCOPES = ("read", "write", "admin")
READY_SECONDS = 60.0

Decide = Callable[[Envelope[Any]], CommandAccepted | CommandRefused | None]


def own_dsn(database: str) -> str:
    """Give the database as the gateway's own role sees it."""
    return make_conninfo(database, user=role_of("gateway"), password=ROLE_PASSWORD)


@dataclass
class GatewayRig:
    """One gateway process; `publish` is every other service, `client` is every person."""

    kafka: str
    database: str
    directory: Path
    publisher: KafkaPublisher
    port: int
    health: int
    process: subprocess.Popen[bytes] | None = None
    #: API keys, made once: sign-ins have a pace, which a fast machine meets.
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """The database as the gateway's own role sees it."""
        return own_dsn(self.database)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **environment: str) -> None:
        """Start the gateway as an operator does."""
        settings = {
            "TANDEM_KAFKA": self.kafka,
            "GATEWAY_POSTGRES": self.dsn,
            "GATEWAY_HTTP": f"127.0.0.1:{self.port}",
            "GATEWAY_PUBLIC_URL": self.url,
            "GATEWAY_HEALTH": f"127.0.0.1:{self.health}",
            "GATEWAY_PORTAL": str(self.directory / "portal"),
            "MEDIA_PUBLIC_URL": "http://media.test:9",
            "TANDEM_MEDIA_LINK_KEY": LINK_KEY,
        }
        with (self.directory / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.gateway"],
                env={**os.environ, **settings, **environment},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        return (self.directory / "gateway.log").read_text(encoding="utf-8")[-3000:]

    async def ready(self) -> None:
        """Wait until it stands at the end of the log."""
        async with httpx.AsyncClient(trust_env=False) as client:

            async def is_ready() -> bool:
                assert self.process is not None
                assert self.process.poll() is None, self.log
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(f"http://127.0.0.1:{self.health}/readyz")
                    assert answer.status_code == 200, f"{answer.text}\n{self.log}"
                    return True
                return False

            await eventually(is_ready, READY_SECONDS)

    async def publish(self, *records: Envelope[Any]) -> None:
        await self.publisher.publish([outgoing(topic_of(one.data), one) for one in records])

    async def tells(self, story: Story) -> None:
        """Publish what a story told since the last time, and forget it."""
        told, story.told = story.told, []
        await self.publish(*told)

    def account(self, story: Story, name: str) -> str:
        """Let a person of the story sign in; gives the login."""
        who = story.person(name)
        create_accounts(self.dsn, [NewAccount(story.tenant, who, who, ["user"])], PASSWORD)
        return who

    @contextlib.asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(
            base_url=f"{self.url}/api/v1", headers=headers, timeout=20, trust_env=False
        ) as client:
            yield client

    async def token(self, story: Story, name: str, scopes: Sequence[str] = SCOPES) -> str:
        """Make a bearer token for a person of the story."""
        login = self.account(story, name)
        async with self.client() as client:
            body = {"name": "test", "login": login, "password": PASSWORD, "scopes": list(scopes)}
            answer = await client.post("/tokens", json=body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["token"])

    @contextlib.asynccontextmanager
    async def person(
        self, story: Story, name: str, scopes: Sequence[str] = SCOPES
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Act as a program of this person."""
        token = await self.token(story, name, scopes)
        async with self.client(Authorization=f"Bearer {token}") as client:
            yield client

    @contextlib.asynccontextmanager
    async def decider(self, decide: Decide, names: Sequence[str]) -> AsyncIterator[list[Any]]:
        """Answer commands of these topics as a tiny service; gives what it was asked."""
        asked: list[Any] = []
        async with Tail(self.kafka, names, Readiness()) as tail:
            await tail.start_at_end()

            async def answer() -> None:
                async for records in tail.batches():
                    for record in records:
                        command = codec.decode(record.value or b"")
                        asked.append(command)
                        said = decide(command)
                        if said is not None:
                            story = Story(command.tenant or "")
                            await self.publish(story.answers(command.id, said))

            working = asyncio.create_task(answer())
            try:
                yield asked
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)


async def close_code(socket: ClientConnection) -> int | None:
    """Read a socket until it is closed, and say with which code."""
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def key() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"Idempotency-Key": str(uuid.uuid4())}  # noqa: TID251 - a client's own key


@contextlib.asynccontextmanager
async def gateway_rig(kafka: str, database: str, directory: Path) -> AsyncIterator[GatewayRig]:
    """Prepare empty topics and tables; the test starts the process when it wants."""
    await empty_topics(kafka)
    await topics.prepare(kafka)
    publisher = KafkaPublisher(kafka, Readiness())
    await publisher.start()
    port, health = free_ports(2)
    rig = GatewayRig(kafka, database, directory, publisher, port, health)
    try:
        yield rig
    finally:
        rig.kill()
        await publisher.stop()


def prepare_tables(database: str) -> None:
    """Make the gateway's role, schema and tables; must run outside of a loop."""
    prepare_database(database, {"gateway": ROLE_PASSWORD})
