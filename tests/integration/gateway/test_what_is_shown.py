"""The gateway as a process: what happened is shown to whom it concerns, once and in order."""

from typing import Any

import orjson
import pytest

from services.gateway.http.shapes import Bootstrap, ItemPage
from tests.support.gateway_office import bootstrap, feed, frames, shown, waiting_office
from tests.support.gateway_rig import GatewayRig, close_code
from tests.support.gateway_words import CUSTOMER, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_a_bootstrap_says_everything_in_the_published_shape(rig: GatewayRig) -> None:
    story = await waiting_office(rig, "shape")
    async with rig.person(story, "alice") as alice:
        found = await bootstrap(alice, waiting=1)

    Bootstrap.model_validate_json(orjson.dumps(found))
    assert found["me"]["name"] == "Alice"
    assert found["queues"][0]["waiting_count"] == 1
    assert found["queues"][0]["logged_in"]
    assert found["waiting"][0]["counterpart"] == {
        "number": CUSTOMER,
        "display": "(415) 555-0199",
    }
    assert found["conversations"] == []


async def test_a_thread_holds_messages_and_pills_in_order(rig: GatewayRig) -> None:
    story = a_busy_morning("thread")
    await rig.tells(story)
    async with rig.person(story, "sam") as sam:

        async def closed() -> bool:
            found = await sam.get(f"/conversations/{story.conversation_id()}")
            return found.status_code == 200 and found.json()["sending"]["code"] == "not-claimed"

        await eventually(closed, 30)
        page = await shown(sam, f"/conversations/{story.conversation_id()}/messages")

    ItemPage.model_validate_json(orjson.dumps(page))
    texts = [one["text"] for one in page["items"]]
    assert texts == [
        "Is my order ready? \ufffd",
        "Waiting in Support",
        "Waiting more than 5 minutes",
        "Claimed by Alice",
        "Note by Alice",
        "On its way",
        "Thank you",
        "Transferred from Alice to Bert",
        "Claimed by Bert",
        "Claim lapsed: no reply from Bert in 15 minutes",
        "Claimed by Alice",
        "Closed by Alice",
        "May be a request to stop texts (“stop texting”): please review",
        "Opted out: Bert confirmed the request",
    ]
    reply = page["items"][5]
    assert (reply["state"], reply["author"]["name"]) == ("delivered", "Alice")
    file = page["items"][0]["files"][0]
    assert (file["state"], file["name"]) == ("stored", "chair.png")
    async with rig.person(story, "sam") as sam:
        lead = await sam.get(file["thumb_url"].removeprefix("/api/v1"))
    assert lead.status_code == 302
    assert lead.headers["location"].startswith("http://media.test:9/files/thread/bb?")


async def test_the_feed_is_dense_and_tells_each_viewer_what_is_theirs(rig: GatewayRig) -> None:
    story = await waiting_office(rig, "feed")
    tokens = {name: await rig.token(story, name) for name in ("alice", "bert")}
    places = {}
    for name, token in tokens.items():
        async with rig.client(Authorization=f"Bearer {token}") as person:
            places[name] = (await bootstrap(person, waiting=1))["feed"]
    async with (
        feed(rig, tokens["alice"], places["alice"]) as alice,
        feed(rig, tokens["bert"], places["bert"]) as bert,
    ):
        story.claimed("alice")
        await rig.tells(story)
        hers, his = [await frames(one, "queue-waiting") for one in (alice, bert)]
        story.receives(2, "Still there?")
        await rig.tells(story)
        more = await frames(alice, "item")

    assert [one["type"] for one in hers] == [
        "conversation",
        "item",
        "waiting-removed",
        "queue-waiting",
    ]
    assert [one["type"] for one in his] == ["waiting-removed", "queue-waiting"]
    assert (his[-1]["waiting_count"], his[-1]["oldest_at"]) == (0, None)
    assert hers[0]["conversation"]["queue"]["mine"]
    assert more[-1]["item"]["text"] == "Still there?"
    sequences = [one["sequence"] for one in (*hers, *more)]
    assert sequences == list(range(places["alice"]["sequence"] + 1, sequences[-1] + 1))
    await _caught_up_in_any_way(rig, tokens["alice"], places["alice"], [*hers, *more])


async def _caught_up_in_any_way(
    rig: GatewayRig, token: str, place: dict[str, Any], told: list[Any]
) -> None:
    """The table says what the socket said, in pages and to a socket that comes late."""
    async with rig.client(Authorization=f"Bearer {token}") as person:
        query = {"id": place["id"], "after": place["sequence"], "limit": 2}
        page = (await person.get("/changes", params=query)).json()
        gone = await person.get("/changes", params={**query, "id": "another"})
        ahead = await person.get("/changes", params={**query, "after": 10**9})
    assert page == {"frames": told[:2], "more": True}
    assert (gone.status_code, gone.json()["code"], ahead.status_code) == (410, "feed-gone", 410)
    async with feed(rig, token, place) as late:
        again = [orjson.loads(await late.recv()) for _ in told]
    assert [one for one in again if "sequence" in one] == told[: len(again)]


async def test_the_feed_closes_with_the_reason(rig: GatewayRig) -> None:
    story = await waiting_office(rig, "closes")
    token = await rig.token(story, "alice")
    async with rig.client(Authorization=f"Bearer {token}") as person:
        place = (await bootstrap(person))["feed"]

    for wrong, code in (
        (feed(rig, "nonsense", place), 4401),
        (feed(rig, token, {**place, "id": "another"}), 4410),
        (feed(rig, token, place, 10**9), 4410),
    ):
        async with wrong as socket:
            assert await close_code(socket) == code


async def test_somebody_with_a_screen_is_online(rig: GatewayRig) -> None:
    story = await waiting_office(rig, "online")
    token = await rig.token(story, "alice")
    async with rig.client(Authorization=f"Bearer {token}") as alice:
        place = (await bootstrap(alice))["feed"]
        async with feed(rig, token, place):

            async def seen() -> bool:
                people = (await alice.get("/people")).json()["items"]
                return [one["name"] for one in people if one["online"]] == ["Alice"]

            await eventually(seen)
