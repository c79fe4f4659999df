"""Synapse: a message into a room of two, to the other's long poll."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from benchmarks.peers.contest import Card, Measured, Run
from benchmarks.peers.places import Database, database, filled, virtualenv
from benchmarks.peers.screen.seeing import seen
from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.processes import Program, start

VERSION = "1.163.2"
CARD = Card(
    name="Synapse",
    version=VERSION,
    licence="AGPL-3.0-or-later",
    durable="PostgreSQL commit, synced",
    tuned="PostgreSQL instead of SQLite, presence off, caches of twice the size, no compression,"
    " rates unlimited, no INFO logs",
    configured="benchmarks/peers/screen/synapse.yaml",
)
_READY_SECONDS, _POLL_MILLISECONDS, _TIMEOUT_SECONDS = 90.0, 20_000, 40.0
_FILTER = '{"presence":{"types":[]},"account_data":{"types":[]},"room":{"timeline":{"limit":200}}}'
_LOGS = "version: 1\nroot: {level: ERROR}\ndisable_existing_loggers: false\n"
_DATABASE = "CREATE DATABASE synapse TEMPLATE template0 ENCODING UTF8 LC_COLLATE 'C' LC_CTYPE 'C'"
_API = "/_matrix/client/v3"


@dataclass(frozen=True)
class Room:
    """Two people and the room that they are in."""

    http: httpx.AsyncClient
    sender: str
    reader: str
    id: str


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start PostgreSQL and Synapse, with two people in a room."""
    python = virtualenv("synapse", f"matrix-synapse[postgres]=={VERSION}")
    with database(home) as server:
        port = free_port()
        written = _configured(home, server, port)
        command = [str(python), "-m", "synapse.app.homeserver", "-c", str(written)]
        made_keys = start(Program(name="keys", command=[*command, "--generate-keys"]), home)
        made_keys.process.wait(_READY_SECONDS)
        child = start(Program(name="synapse", command=command), home)
        try:
            child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
            trees = {"synapse": child.process.pid, "postgres": server.pid}
            with asyncio.Runner() as runner:
                room = runner.run(_room(f"http://{LOOPBACK}:{port}"))
                yield lambda number: runner.run(_run(room, trees, number))
                runner.run(room.http.aclose())
        finally:
            child.stop()


def _configured(home: Path, server: Database, port: int) -> Path:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(_DATABASE)
    (home / "log.yaml").write_text(_LOGS)
    place = urlsplit(server.dsn)
    return filled(
        Path(__file__).with_name("synapse.yaml"),
        home / "synapse.yaml",
        home=home,
        port=port,
        user=place.username,
        password=place.password,
        database=place.port,
    )


async def _room(base: str) -> Room:
    http = httpx.AsyncClient(base_url=base, timeout=_TIMEOUT_SECONDS, trust_env=False)
    sender, reader = await _person(http, "sender"), await _person(http, "reader")
    made = await _asked(http, "POST", "/createRoom", sender, {"preset": "public_chat"})
    await _asked(http, "POST", f"/join/{made['room_id']}", reader, {})
    return Room(http, sender, reader, made["room_id"])


async def _person(http: httpx.AsyncClient, name: str) -> str:
    body = {"username": name, "password": "as secret", "auth": {"type": "m.login.dummy"}}
    return str((await _asked(http, "POST", "/register", "", body))["access_token"])


async def _asked(
    http: httpx.AsyncClient, method: str, path: str, token: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await http.request(method, f"{_API}{path}", json=body, headers=headers)
    answer.raise_for_status()
    return dict(answer.json())


async def _run(room: Room, trees: dict[str, int], number: int) -> Measured:
    since = (await _asked(room.http, "GET", f"/sync?filter={_FILTER}", room.reader, None))[
        "next_batch"
    ]

    async def watch(arrived: dict[int, float], many: int) -> None:
        at = since
        while len(arrived) < many:
            path = f"/sync?filter={_FILTER}&since={at}&timeout={_POLL_MILLISECONDS}"
            told = await _asked(room.http, "GET", path, room.reader, None)
            now, at = time.perf_counter(), told["next_batch"]
            for said in _texts(told, room.id):
                if int(said) >= number * many:
                    arrived.setdefault(int(said), now)

    async def send(message: int) -> bool:
        path = f"/rooms/{room.id}/send/m.room.message/{message}"
        body = {"msgtype": "m.text", "body": str(message)}
        return "event_id" in await _asked(room.http, "PUT", path, room.sender, body)

    return await seen(watch, send, trees, number)


def _texts(told: dict[str, Any], room: str) -> list[str]:
    timeline = told.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {})
    return [
        event["content"]["body"]
        for event in timeline.get("events", [])
        if event["type"] == "m.room.message"
    ]
