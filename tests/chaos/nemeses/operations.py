"""What operators do and what happens to them: F10 servers, F17, F26, F27."""

import asyncio
import contextlib
import signal

import psycopg
from psycopg import sql

from deploy.local.layout import SERVICES, STATEFUL
from services.gateway import app as gateway
from services.gateway.domain.rows import TOPICS as SHOWN
from services.kernel import ids
from services.kernel.kafka.clients import make_producer
from services.kernel.kafka.tails import Tail
from services.kernel.kafka.topics import described
from services.kernel.readiness import Readiness
from services.ops.prepare import prepare_database
from tests.chaos.scene import SHORT, STEP_SECONDS, Fault, Scene

_STOP_SECONDS = 10.0
#: Long enough for readers that are started again meanwhile.
_PARKED_SECONDS = 45.0
_DEEP = 50_000
#: Nothing here can be decoded: an unknown type would be another story, and wait for an upgrade.
_POISON = (
    b"{", b"\x00\xff\xfe", b"[" * _DEEP, b'"' + b"a" * 900_000 + b'"', b"{}", b'{"id":"\\ud800"}',
)  # fmt: skip


async def server_disk_is_full(scene: Scene) -> None:
    """F10: broker or database has no room left; it comes back by itself once there is some."""
    name = scene.fate.choice(("kafka", "postgres"))
    async with scene.may_end(name, after=20):
        scene.stack.disks.fill(name)
        for _ in range(4):
            await scene.people.customer_texts(scene.fate)
            await asyncio.sleep(STEP_SECONDS)
        scene.stack.disks.free(name)
        await scene.last(SHORT)
        await scene.stack.wait_servers(name)


async def records_are_poison(scene: Scene) -> None:
    """F17: what nobody can read is set aside with its bytes, by each reader; others go on."""
    names = [name for name in described() if name.endswith(("-commands", "-events"))]
    wanted: set[tuple[str, int, int]] = set()
    producer = make_producer(scene.stack.kafka)
    await producer.start()
    try:
        for name in scene.fate.sample(names, 4):
            value = scene.fate.choice(_POISON)
            done = await producer.send_and_wait(name, value, key=ids.new().encode())
            wanted.add((name, done.partition, done.offset))
            scene.window.poison |= wanted
    finally:
        await producer.stop()
    readers = {(service, *at) for at in wanted for service in _readers(at[0])}
    deadline = scene.stack.now + _PARKED_SECONDS
    missing = readers
    while missing and scene.stack.now < deadline:
        await asyncio.sleep(STEP_SECONDS)
        with contextlib.suppress(psycopg.OperationalError):
            kept = await asyncio.to_thread(_set_aside, scene.stack.postgres_dsn)
            missing = readers - kept - await _letters(scene.stack.kafka, {at[0] for at in wanted})
    scene.expect(not missing, f"not set aside: {sorted(missing)}")


def _readers(name: str) -> set[str]:
    """Name who reads a topic; the gateway shows nothing of what topics.toml lets it read beside."""
    return {
        service for service in described()[name].readers if service != "gateway" or name in SHOWN
    }


async def _letters(servers: str, names: set[str]) -> set[tuple[str, str, int, int]]:
    """Name what the gateway has set aside: it keeps no state, its letters are on the log alone."""
    found = set()
    async with Tail(servers, {f"{name}-dead" for name in names}, Readiness()) as tail:
        partitions = await tail.partitions()
        ends = await tail.ends(partitions)
        await tail.start_at(dict.fromkeys(partitions, 0))
        missing = {at for at in partitions if ends[at]}
        while missing:
            for at, run in (await tail.fetch()).items():
                missing -= {at} if run[-1].offset + 1 >= ends[at] else set()
                for one in run:
                    told = {name: value.decode() for name, value in one.headers}
                    place = (told["tandem-partition"], told["tandem-offset"])
                    found.add(("gateway", told["tandem-topic"], int(place[0]), int(place[1])))
    return found


def _set_aside(dsn: str) -> set[tuple[str, str, int, int]]:
    """Name what each service has set aside with its bytes."""
    found = set()
    with psycopg.connect(dsn, connect_timeout=3) as plain:
        for service in STATEFUL:
            rows = plain.execute(
                sql.SQL("SELECT topic, partition, record_offset FROM {} WHERE value IS NOT NULL")
                .format(sql.Identifier(service, "dead_letter"))
            ).fetchall()  # fmt: skip
            found |= {(service, *row) for row in rows}
    return found


async def replay_beside_traffic(scene: Scene) -> None:
    """F26: the read models are built again while people work, compared, and switched to."""
    dsn, broker = scene.stack.dsn("gateway"), scene.stack.kafka
    before = [one.schema for one in await gateway.models(dsn) if one.state == "serving"]
    found = await gateway.replay(dsn, broker, lambda _done, _total: None)
    scene.expect(not found.differs, f"a replay differs in {found.differs}")
    if found.differs:
        await gateway.discard(dsn, found.schema)
        return
    await gateway.switch(dsn, found.schema)
    await scene.last(SHORT)
    for schema in before:
        await gateway.discard(dsn, schema)


async def rolling_restart(scene: Scene) -> None:
    """F27: tables are prepared again and every service is replaced, one after another, under load.

    There is no older release to run beside this one; what is tried is the way of an upgrade.
    """
    stack = scene.stack
    passwords = dict.fromkeys(STATEFUL, stack.secrets.service_password)
    await asyncio.to_thread(prepare_database, stack.postgres_dsn, passwords)
    for service in SERVICES:
        stack.signal(service, signal.SIGTERM)
        code = await stack.ended(service, _STOP_SECONDS)
        scene.expect(code == 0, f"{service} was asked to go and ended with {code}")
        await asyncio.sleep(STEP_SECONDS)


_ALL = frozenset(SERVICES)
FAULTS = (
    Fault("F10", "broker's or database's disk full", server_disk_is_full,
          frozenset({"kafka", "postgres"}), frozenset({"root"})),
    Fault("F17", "poison records", records_are_poison, frozenset({"kafka", "postgres"})),
    Fault("F26", "replay beside live traffic", replay_beside_traffic,
          frozenset({"kafka", "postgres", "gateway"})),
    Fault("F27", "rolling replacement under load", rolling_restart,
          _ALL | {"kafka", "postgres", "links"}),
)  # fmt: skip
