"""The delivery log through the API: of a text for whoever sees it, of all texts for admins."""

import httpx
import orjson
import pytest

from schemas.directory import ExtensionDefined
from services.gateway.http.delivering import DeliveryPage, MessageDeliveries
from tests.support.gateway_reports import answered
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


def _story() -> Story:
    story = a_busy_morning("log")
    answered(story, 2)
    answered(story, 2, "retry", code="20429")
    admin = story.person("sam")
    key = f"extension/{admin}"
    story.tell(
        key,
        key,
        ExtensionDefined(
            extension_id=admin, dial="103", name="Sam", texting=True, roles=("admin",)
        ),
    )
    return story


async def test_every_report_of_a_text_is_shown_in_plain_words_and_pages_hold_all(
    rig: GatewayRig,
) -> None:
    story = _story()
    await rig.tells(story)
    path = f"/conversations/{story.conversation_id()}/messages/{story.message_id(2)}/deliveries"
    async with rig.person(story, "sam") as sam, rig.person(story, "bert") as bert:

        async def both() -> bool:
            return len((await sam.get("/deliveries")).json().get("items", ())) == 3

        await eventually(both, 30)
        told = await sam.get(path)
        items = MessageDeliveries.model_validate_json(told.content).items
        pages = await _pages(sam)
        hidden = await bert.get("/deliveries")
        bad = await sam.get("/deliveries", params={"before": "nowhere"})

    assert [(one.kind, one.state, one.code) for one in items] == [
        ("plan", "planned", None),
        ("answer", "accepted", None),
        ("answer", "retry", "20429"),
    ]
    assert "pace" in items[2].text
    assert [one["id"] for one in pages] == [one.id for one in reversed(items)]
    assert (hidden.status_code, bad.status_code) == (404, 422)


async def _pages(person: httpx.AsyncClient) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    query: dict[str, str] = {"limit": "1"}
    for _ in range(4):
        answer = await person.get("/deliveries", params=query)
        page = orjson.loads(answer.content)
        DeliveryPage.model_validate_json(answer.content)
        found += page["items"]
        if page["next"] is None:
            return found
        query["before"] = page["next"]
    raise AssertionError("pages without an end")
