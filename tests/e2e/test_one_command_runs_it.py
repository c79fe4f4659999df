"""`make run` on free ports: everything answers, nothing is left, the next start goes on."""

from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support.system import running_system
from tests.support.waiting import wait_until

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(300)
def test_everything_starts_stops_without_a_trace_and_goes_on(tmp_path: Path) -> None:
    with running_system("--no-traffic", home=tmp_path) as system:
        first = system.state
        for service in first["addresses"]["health"]:
            system.wait_ready(service)
        numbers = httpx.get(f"{system.address}/control/numbers").json()
        assert "+12025550100" in {one["number"] for one in numbers}
        known = _parts(first["postgres"])
        assert known >= 8, "the demo's tenant, people, queue and numbers"
    _all_gone(first["pids"])
    assert not (tmp_path / "running.json").exists()

    with running_system("--no-traffic", home=tmp_path) as system:
        assert _parts(system.state["postgres"]) >= known
        second = system.state["pids"]
    _all_gone(second)


@pytest.mark.timeout(300)
def test_a_killed_service_comes_back(tmp_path: Path) -> None:
    with running_system("--no-traffic", home=tmp_path) as system:
        system.kill("queue")
        system.wait_ready("queue")


def _parts(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM router.part").fetchone()
    return int(row[0]) if row else 0


def _all_gone(pids: dict[str, int]) -> None:
    for pid in pids.values():
        wait_until(lambda pid=pid: not Path(f"/proc/{pid}").exists())  # type: ignore[misc]  # bound at once
