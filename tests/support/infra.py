"""Real Kafka, PostgreSQL and S3 for tests: an address given, else containers, else our launcher.

Use the fixtures of tests/conftest.py: `kafka` (host:port), `postgres` (the owner's dsn), `objects`
(an ObjectStore), `database` (a fresh database per test module, its dsn). Topics are the shared
broker's: tests that need them empty take names of their own. A test that kills a server starts its
own with `own_kafka` or `own_postgres`.
"""

import contextlib
import importlib
import os
import shutil
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import psycopg
from psycopg import sql

from deploy.local.kafka import Kafka, start_kafka
from deploy.local.objects import start_objects
from deploy.local.ports import free_ports
from deploy.local.postgres import Postgres, start_postgres
from deploy.local.servers import JARS

_DOCKER_SOCKET = Path("/var/run/docker.sock")


@dataclass(frozen=True)
class ObjectStore:
    """An S3 server: `http://host:port` and its keys."""

    address: str
    access_key: str
    secret_key: str


@contextlib.contextmanager
def kafka_address() -> Iterator[str]:
    """A broker for this test session."""
    if given := os.environ.get("TEST_KAFKA"):
        yield given
    elif (containers := _containers()) and containers.has(containers.KAFKA):
        with containers.kafka() as address:
            yield address
    else:
        with _directory() as directory, own_kafka(directory) as kafka:
            yield kafka.address


@contextlib.contextmanager
def postgres_dsn() -> Iterator[str]:
    """A PostgreSQL for this test session, as its owner."""
    if given := os.environ.get("TEST_POSTGRES"):
        yield given
    elif (containers := _containers()) and containers.has(containers.POSTGRES):
        with containers.postgres() as dsn:
            yield dsn
    else:
        with _directory() as directory, own_postgres(directory) as postgres:
            yield postgres.dsn


@contextlib.contextmanager
def object_store() -> Iterator[ObjectStore]:
    """An S3 server for this test session; TEST_S3 is `http://key:secret@host:port`."""
    if given := os.environ.get("TEST_S3"):
        url = urllib.parse.urlsplit(given)
        address = f"{url.scheme}://{url.hostname}:{url.port}"
        yield ObjectStore(address, url.username or "", url.password or "")
    elif (containers := _containers()) and containers.has(containers.OBJECTS):
        with containers.objects() as (address, key, secret):
            yield ObjectStore(address, key, secret)
    else:
        with _directory() as directory:
            yield from _launched_objects(directory)


@contextlib.contextmanager
def own_kafka(directory: Path, ports: tuple[int, int] | None = None) -> Iterator[Kafka]:
    """A broker of a test's own, to be killed and started again on the same data and ports."""
    port, controller_port = ports or tuple(free_ports(2))
    kafka = start_kafka(
        data=directory / "kafka",
        logs=directory / "logs",
        jars=JARS,
        port=port,
        controller_port=controller_port,
    )
    try:
        kafka.wait_ready()
        yield kafka
    finally:
        kafka.child.kill()


@contextlib.contextmanager
def own_postgres(
    directory: Path, port: int | None = None, *, durable: bool = False
) -> Iterator[Postgres]:
    """A PostgreSQL of a test's own; stopped at once, its data thrown away with the directory."""
    postgres = start_postgres(
        data=directory / "postgres",
        logs=directory / "logs",
        port=port or free_ports(1)[0],
        durable=durable,
    )
    try:
        postgres.wait_ready()
        yield postgres
    finally:
        postgres.child.stop()


@contextlib.contextmanager
def fresh_database(dsn: str, name: str) -> Iterator[str]:
    """An empty database on a shared server; its dsn, as the server's owner."""
    quoted = sql.Identifier(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    try:
        yield urllib.parse.urlunsplit(urllib.parse.urlsplit(dsn)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


def _launched_objects(directory: Path) -> Iterator[ObjectStore]:
    port = free_ports(1)[0]
    store = start_objects(data=directory / "objects", logs=directory / "logs", port=port)
    try:
        store.wait_ready()
        yield ObjectStore(store.address, store.access_key, store.secret_key)
    finally:
        store.child.kill()


def _containers() -> ModuleType | None:
    """The container half, loaded only where there may be a daemon: its imports take a second."""
    if "DOCKER_HOST" not in os.environ and not _DOCKER_SOCKET.exists():
        return None
    return importlib.import_module("tests.support.containers")


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    """A directory that goes away, and that PostgreSQL's user may enter."""
    directory = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
