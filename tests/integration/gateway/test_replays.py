"""A range of the log folded anew through the API: planned, stopped, resumed, compared."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.conversing import Conversing
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_router import AN_OFFICE, acting, router_beside
from tests.support.router_words import ANA, SAM
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
Person = httpx.AsyncClient
REPLAYS = "/operator/replays"
#: Facts of the log that a set of projections is a fold of: the office.
FACTS = 5


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    directory = tmp_path_factory.mktemp("router")
    async with router_beside(rig, postgres, directory, AN_OFFICE) as router:
        async with acting(rig, ANA) as ana:

            async def known() -> bool:
                plan = await _post(ana, "/plan", first=1, last=99)
                return plan.status_code == 200 and plan.json()["facts"] >= FACTS

            await eventually(known, 30)
        yield router


async def _post(person: Person, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - JSON values
    return await person.post(REPLAYS + path, json=body or None, headers=key())


async def _until(ana: Person, id_: str, *states: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        items = (await ana.get(REPLAYS)).json()["items"]
        found = next(one for one in items if one["id"] == id_)
        return dict(found) if found["state"] in states else None

    return await eventually(there, 60) or {}


async def test_a_dry_run_starts_nothing_and_says_that_nothing_leaves(rig: GatewayRig) -> None:
    """OPS-9."""
    async with acting(rig, ANA) as ana:
        plan = (await _post(ana, "/plan", first=1, last=99, pace=2)).json()
        backwards = await _post(ana, "/plan", first=9, last=1)
        left = (await ana.get(REPLAYS)).json()

    assert (plan["texts"], plan["pushes"], plan["calls"]) == (0, 0, 0)
    assert plan["topics"] == [{"topic": "directory-events", "facts": plan["facts"]}]
    assert plan["seconds"] == -(-plan["facts"] // 2)
    assert backwards.status_code == 422
    assert left["items"] == []


async def test_a_replay_is_stopped_resumed_and_compared_and_only_operators_find_it(
    rig: GatewayRig,
) -> None:
    """OPS-9, OPS-12: at one fact a second it is met on its way; what serves is not touched."""
    async with acting(rig, ANA) as ana, acting(rig, SAM) as sam:
        begun = (await _post(ana, "", first=1, last=99, pace=1)).json()
        second = await _post(ana, "", first=1, last=2)
        stopped = await _post(ana, f"/{begun['id']}/cancel")
        again = await _post(ana, f"/{begun['id']}/cancel")
        [cancelled] = (await ana.get(REPLAYS)).json()["items"]
        resumed = await _post(ana, f"/{begun['id']}/resume")
        done = await _until(ana, begun["id"], "done", "failed")
        ready = await _post(ana, f"/{begun['id']}/resume")
        names = [one["name"] for one in (await ana.get("/operator/projections")).json()["items"]]
        for path in ("", "/plan", f"/{begun['id']}/resume", f"/{begun['id']}/cancel"):
            assert (await _post(sam, path, first=1, last=2)).status_code == 404

    assert (second.status_code, second.json()["code"]) == (409, "already-replaying")
    assert stopped.status_code == 200, stopped.text
    assert (again.status_code, again.json()["code"]) == (409, "not-running")
    assert (cancelled["state"], cancelled["tables"]) == ("cancelled", [])
    assert resumed.status_code == 200, "at once, while its worker still stops"
    assert (done["state"], done["done"]) == ("done", done["total"]), done
    tables = {one["name"]: one for one in done["tables"]}
    assert tables["person"]["rows"] == tables["person"]["serving_rows"] > 0
    assert (ready.status_code, ready.json()["code"]) == (409, "not-stopped")
    assert names == ["gateway_v1"], "what it filled is dropped"
