"""A queue's desk as its people see it: offers, board, statistics, notes, tags, canned replies."""

import httpx
import pytest

from schemas import desk
from tests.support.gateway_office import bootstrap, shown, waiting_office
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_a_supervisor_sees_every_conversation_and_what_was_counted(rig: GatewayRig) -> None:
    """Q-05, Q-09, Q-10, Q-11: board, statistics and CSV; whoever is no supervisor sees none."""
    story = a_busy_morning("desk-morning")
    await rig.tells(story)
    queue, name = story.queue_id, story.conversation_id()
    async with rig.person(story, "sam") as sam, rig.person(story, "alice") as alice:
        await eventually(lambda: _is_told(alice), 30)
        board = await shown(sam, f"/queues/{queue}/conversations?state=closed")
        [held] = board["items"]
        assert (held["id"], held["tags"], held["queue"]["state"]) == (name, ["billing"], "closed")
        day = story.at.date()
        asked = f"/queues/{queue}/statistics?from={day}&to={day}&zone=Europe/Madrid"
        found = (await sam.get(asked)).raise_for_status().json()
        assert (found["total"]["queued"], found["total"]["answered"]) == (1, 1)
        assert found["total"]["lapsed"] == found["total"]["passed"] == 1
        assert found["days"][0]["day"] == str(day)
        by_name = {one["agent"]["name"]: one for one in found["agents"]}
        assert by_name["Alice"]["claimed"] == 2
        csv = await sam.get(asked.replace("statistics", "statistics.csv") + "&by=agent")
        assert csv.headers["content-type"].startswith("text/csv")
        assert csv.text.splitlines()[1].startswith("Alice,")
        for path in ("conversations", "statistics", "statistics.csv"):
            assert (await alice.get(f"/queues/{queue}/{path}")).status_code == 404
        for wrong in ("zone=Mars/Phobos", "from=2026-11-02&to=2026-11-01", "from=2026-01-01"):
            assert (await sam.get(f"/queues/{queue}/statistics?{wrong}")).status_code == 422
        replies = (await alice.get("/canned-replies")).json()
        assert [(one["name"], one["shared"]) for one in replies["items"]] == [("hours", True)]
        assert (await alice.get("/tags")).json()["items"] == [
            {"tag": "billing", "conversations": 1}
        ]
        page = (await sam.get(f"/conversations/{name}/messages")).json()["items"]
        [note] = [one for one in page if one["type"] == "pill" and one["kind"] == "note"]
        assert (note["text"], note["note"]) == ("Note by Alice", "@Bert, a VIP")


async def _is_told(alice: httpx.AsyncClient) -> bool:
    """Wait for what the morning ends with."""
    page = (await alice.get("/conversations?filter=all")).json()["items"]
    return any(one["tag"] == "CHAT" and one["marked_unread"] for one in page)


async def test_an_offer_is_shown_to_all_and_gone_when_it_ends(rig: GatewayRig) -> None:
    """Q-04, Q-05: whom the queue asks, until when; the others see that it is being offered."""
    story = await waiting_office(rig, "desk-offer")
    name, alice = story.conversation_id(), story.person("alice")
    offer = desk.ConversationOffered(
        queue_id=story.queue_id,
        conversation_id=name,
        agent_id=alice,
        epoch=0,
        offer=1,
        queued_at=story.at,
        ends_at=story.at,
    )
    story.queues(offer)
    await rig.tells(story)
    async with rig.person(story, "bert") as bert:
        [entry] = (await bootstrap(bert, waiting=1))["waiting"]
        assert entry["offered_to"] == alice
        asked = await shown(bert, f"/conversations/{name}")
        assert asked["queue"]["offered_to"]["name"] == "Alice"
