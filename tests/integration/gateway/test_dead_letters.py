"""Dead letters through the API, kept by the real router: seen, retried, set aside, and by whom."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from schemas.directory import DirectoryCommand
from services.kernel.deciding import Outgoing
from tests.support.conversing import Conversing
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_router import acting, router_beside
from tests.support.router_words import ANA, SAM, extension, tenant
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
BAD = Outgoing("conversation-commands", b"+14155550150", b'{"no": "+14155550150", \xff', [])


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    office: tuple[DirectoryCommand, ...] = (
        tenant(),
        extension(ANA, roles=("operator",)),
        extension(SAM, roles=("user", "agent", "supervisor", "office-manager", "admin")),
    )
    directory = tmp_path_factory.mktemp("router")
    async with router_beside(rig, postgres, directory, office) as router:
        async with acting(rig, ANA) as ana:

            async def known() -> bool:
                return (await ana.get("/operator/dead-letters")).status_code == 200

            await eventually(known, 30)
        yield router


async def _open(ana: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await ana.get("/operator/dead-letters")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_letter_is_retried_and_set_aside_under_the_operators_name(rig: GatewayRig) -> None:
    """OPS-10, OPS-12: what breaks again stays; what is set aside says why, and who said so."""
    await rig.publisher.publish([BAD])
    async with acting(rig, ANA) as ana, acting(rig, SAM) as sam:
        letter = (await eventually(lambda: _open(ana), 30))[0]
        path = f"/operator/dead-letters/{letter['id']}"
        seen = (await ana.get(path, params={"numbers": "shown"})).json()
        again = (await ana.post(f"{path}/retry", headers=key())).json()
        note = {"note": "A test of the carrier's"}
        for attempt in ("", "/retry", "/set-aside"):
            method, body = ("GET", None) if not attempt else ("POST", note)
            there = await sam.request(method, path + attempt, json=body, headers=key())
            assert (there.status_code, there.json()["code"]) == (404, "not-found")
        nothing = await ana.post(f"{path}/set-aside", json={"note": ""}, headers=key())
        ended = (await ana.post(f"{path}/set-aside", json=note, headers=key())).json()
        twice = await ana.post(f"{path}/set-aside", json=note, headers=key())
        left = (await ana.get("/operator/dead-letters")).json()
        told = (await ana.get(path)).json()

    assert (letter["service"], letter["topic"]) == ("router", "conversation-commands")
    assert (letter["reason"], letter["retryable"]) == ("malformed", True)
    assert seen["masked"], "an operator who is no admin sees no whole number"
    assert not seen["may_show"]
    assert '"no": "…0150"' in seen["raw"]
    assert again["state"] == "open"
    assert again["died_at"] > letter["died_at"]
    assert nothing.status_code == 422
    assert ended["state"] == "set-aside"
    assert (twice.status_code, twice.json()["code"]) == (409, "letter-ended")
    assert (left["items"], left["open_count"]) == ([], 0)
    assert [(one["action"], one["by"]["id"], one["note"]) for one in told["deeds"]] == [
        ("letter-retried", ANA, None),
        ("letter-set-aside", ANA, "A test of the carrier's"),
    ]
