"""A queue's desk as its people see it: offers, board, statistics, notes, tags, canned replies."""

import asyncio
from typing import Any

import httpx
import pytest

from schemas import desk, directory
from schemas.answer import CommandAccepted, CommandRefused
from schemas.envelope import Envelope
from tests.support.gateway_office import bootstrap, feed, frames, shown, waiting_office
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_words import Story, a_busy_morning
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


async def test_a_queue_is_deleted_only_when_nobody_is_lost(rig: GatewayRig) -> None:
    """ADM-04: numbers first; then the queue is told what is shown as open, and may say no."""
    story = await _office_of_an_admin(rig)
    path, name = f"/admin/queues/{story.queue_id}", story.conversation_id()
    async with rig.person(story, "sam") as sam, rig.person(story, "alice") as alice:
        await bootstrap(alice, waiting=1)
        stranger, led = [await one.delete(path, headers=key()) for one in (alice, sam)]
        _leads_elsewhere(story)
        await rig.tells(story)
        await eventually(lambda: _has_no_number(sam), 30)
        [listed] = (await sam.get("/admin/queues")).json()["items"]
        async with rig.decider(_unless_it_goes_somewhere, ["queue-commands"]) as asked:
            refused = await sam.delete(path, headers=key())
            place = (await alice.get("/bootstrap")).json()["feed"]
            async with feed(rig, await rig.token(story, "alice"), place) as screen:
                going = asyncio.create_task(sam.delete(f"{path}?to=sales", headers=key()))
                await eventually(lambda: _is_asked(asked), 10)
                story.queues(_retired(story))
                await rig.tells(story)
                await frames(screen, "access")
                gone = await going
        again = await sam.delete(path, headers=key())

    assert (stranger.status_code, led.status_code) == (404, 409)
    assert (led.json()["code"], led.json()["numbers"][0]["number"]) == (
        "queue-has-numbers",
        story.number,
    )
    assert (listed["waiting_count"], listed["held_count"]) == (1, 0)
    assert (refused.status_code, refused.json()["code"]) == (409, "queue-in-use")
    assert [one.data.conversations for one in asked] == [(name,), (name,)]
    assert [one.data.to_queue_id for one in asked] == [None, "sales"]
    assert gone.status_code in {200, 202}, gone.text
    assert again.status_code == 404


async def _office_of_an_admin(rig: GatewayRig) -> Story:
    story = await waiting_office(rig, "ending")
    sam = story.person("sam")
    admin = directory.ExtensionDefined(
        extension_id=sam, dial="103", name="Sam", roles=("user", "admin"), texting=True
    )
    story.tell(f"extension/{sam}", f"extension/{sam}", admin)
    await rig.tells(story)
    return story


def _leads_elsewhere(story: Story) -> None:
    led = directory.NumberDefined(
        number=story.number,
        texting=True,
        toll_free=False,
        accounts=("sim",),
        route=directory.Route(kind="extensions", extensions=(story.person("bert"),)),
        callers=(),
    )
    story.tell(f"number/{story.number}", f"number/{story.number}", led)


def _retired(story: Story) -> desk.QueueRetired:
    return desk.QueueRetired(queue_id=story.queue_id, name="Support", by=story.person("sam"))


async def _has_no_number(sam: httpx.AsyncClient) -> bool:
    listed = (await sam.get("/admin/queues")).json().get("items")
    return bool(listed) and not listed[0]["numbers"]


async def _is_asked(asked: list[Any]) -> bool:
    return len(asked) == 2


def _unless_it_goes_somewhere(command: Envelope[Any]) -> CommandAccepted | CommandRefused:
    """Stand for the queue, and for the router that answers once it is no more."""
    if command.data.to_queue_id is None:
        return CommandRefused(code="queue-in-use", text="1 is open.", detail={"open": 1})
    return CommandAccepted(state={"changed": True})
