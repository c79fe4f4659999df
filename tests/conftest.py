"""Fixtures that every tier may ask for; a test that asks for none of them starts nothing."""

import re
from collections.abc import Iterator

import pytest

from tests.support import infra
from tests.support.loopback import only_loopback

_MAX_IDENTIFIER = 63


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Refuse any connection beyond loopback."""
    with only_loopback():
        yield


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """Address of a real broker, `host:port`, shared by the session."""
    with infra.kafka_address() as address:
        yield address


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Dsn of a real PostgreSQL as its owner, shared by the session."""
    with infra.postgres_dsn() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def objects() -> Iterator[infra.ObjectStore]:
    """A real S3 server, shared by the session."""
    with infra.object_store() as store:
        yield store


@pytest.fixture(scope="module")
def database(postgres: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Dsn of an empty database of this test module's own."""
    name = re.sub(r"\W+", "_", request.node.name.removesuffix(".py")).strip("_")[-50:]
    with infra.fresh_database(postgres, f"t_{name}"[:_MAX_IDENTIFIER]) as dsn:
        yield dsn
