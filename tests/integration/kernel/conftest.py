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

#: One suite for both runtimes.
RUNTIMES = ("aiokafka", "faust")
_numbers = itertools.count(1)


@pytest.fixture(params=RUNTIMES)
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
