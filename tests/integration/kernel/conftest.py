"""A rig per test: its own service name, database and empty topics on the shared servers."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from services.kernel.tables import role_of
from tests.support import infra
from tests.support.claims_rig import Rig

#: The suites that both runtimes must pass; what is about the processor alone runs on one.
CONFORMANCE = "test_nothing_is_lost"
RUNTIMES = ("aiokafka", "faust")
_numbers = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the conformance suites once a runtime."""
    if "rig" in metafunc.fixturenames:
        both = CONFORMANCE in metafunc.module.__name__
        metafunc.parametrize("rig", RUNTIMES if both else RUNTIMES[:1], indirect=True)


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, kafka: str, postgres: str) -> Iterator[Rig]:
    service = f"claims{next(_numbers)}"
    with infra.fresh_database(postgres, f"t_{service}") as database:
        rig = Rig(kafka, database, tmp_path, request.param, service)
        try:
            yield rig
        finally:
            rig.stop()
    role = sql.Identifier(role_of(service))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
