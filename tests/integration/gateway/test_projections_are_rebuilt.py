"""Projections through the API: built while they serve, compared, switched to, taken back."""

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
SETS = "/operator/projections"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    directory = tmp_path_factory.mktemp("router")
    async with router_beside(rig, postgres, directory, AN_OFFICE) as router:
        async with acting(rig, ANA) as ana:

            async def known() -> bool:
                return (await ana.get(SETS)).status_code == 200

            await eventually(known, 30)
        yield router


async def _sets(ana: Person) -> dict[str, dict[str, Any]]:
    answer = await ana.get(SETS)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def _serving(ana: Person) -> str:
    return next(name for name, one in (await _sets(ana)).items() if one["state"] == "serving")


async def _post(person: Person, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - JSON values
    return await person.post(SETS + path, json=body or None, headers=key())


async def _built(ana: Person, sam: Person, name: str) -> dict[str, Any]:
    """Wait until it is built; what serves goes on serving."""

    async def done() -> dict[str, Any] | None:
        assert (await sam.get("/admin/numbers")).status_code == 200, "serving goes on"
        found = (await _sets(ana))[name]
        assert found["rebuild"]["state"] in {"running", "done"}, found
        return found if found["rebuild"]["state"] == "done" else None

    return await eventually(done, 60) or {}


async def _deeds(sam: Person, last: str) -> list[str]:
    """Wait for an operator's deeds in the audit, oldest first."""

    async def told() -> list[str] | None:
        audit = (await sam.get("/admin/audit", params={"subject": f"operator/{ANA}"})).json()
        said = [
            change["after"]
            for one in reversed(audit["items"])
            for change in one["changes"]
            if change["field"] == "action"
        ]
        return said if said[-1:] == [last] else None

    return await eventually(told, 20) or []


async def test_a_set_is_built_compared_switched_to_and_taken_back(rig: GatewayRig) -> None:
    """OPS-8, OPS-12: what serves goes on meanwhile, and each step is in the audit."""
    async with acting(rig, ANA) as ana, acting(rig, SAM) as sam:
        old, name = await _serving(ana), (await _post(ana, "")).json()["name"]
        built = await _built(ana, sam, name)
        compared = (await _post(ana, f"/{name}/compare")).json()
        wrong = await _post(ana, f"/{name}/switch", confirm="yes")
        switched = await _post(ana, f"/{name}/switch", confirm=name)
        after = await _serving(ana)
        kept = await ana.delete(f"{SETS}/{after}", headers=key())
        back = await _post(ana, f"/{old}/switch", confirm=old)
        returned = await _serving(ana)
        await eventually(lambda: _discarded(ana, name), 30)
        left, deeds = await _sets(ana), await _deeds(sam, "projections-discarded")

    assert built["rebuild"]["done"] == built["rebuild"]["total"] > 0
    assert (built["state"], built["equal"]) == ("ready", True)
    assert built["hash"]
    assert compared["equal"] is True
    assert {"message", "list_entry"} <= {one["name"] for one in compared["tables"]}
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not-confirmed")
    assert (switched.status_code, after) == (204, name), switched.text
    assert (kept.status_code, kept.json()["code"]) == (409, "in-use")
    assert (back.status_code, returned) == (204, old), back.text
    assert name not in left
    steps = ["rebuilt", "switched", "rolled-back"]
    assert deeds[:3] == [f"projections-{one}" for one in steps]


async def _discarded(ana: Person, name: str) -> bool:
    return (await ana.delete(f"{SETS}/{name}", headers=key())).status_code == 204


async def test_only_operators_find_projections(rig: GatewayRig) -> None:
    """OPS-8."""
    async with acting(rig, SAM) as sam, acting(rig, ANA) as ana:
        name = await _serving(ana)
        body = {"confirm": name}
        answers = [
            await sam.get(SETS),
            await _post(sam, ""),
            await _post(sam, f"/{name}/compare"),
            await _post(sam, f"/{name}/switch", **body),
            await _post(sam, f"/{name}/cancel"),
            await sam.delete(f"{SETS}/{name}", headers=key()),
        ]
        nothing = await _post(ana, "/gateway_v999/compare")

    assert {one.status_code for one in (*answers, nothing)} == {404}
