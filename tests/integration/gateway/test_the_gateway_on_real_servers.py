"""The whole gateway as a process: what happened is shown, what is wished is decided elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from schemas import conversation, queue
from schemas.answer import CommandAccepted, CommandRefused
from schemas.envelope import Envelope
from services.gateway.http.frames import WsFrame
from services.gateway.http.shapes import Bootstrap, Conversation, ItemPage
from tests.support.gateway_rig import (
    PASSWORD,
    GatewayRig,
    close_code,
    gateway_rig,
    key,
    prepare_tables,
)
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture(scope="module")
def prepared(database: str) -> str:
    prepare_tables(database)
    return database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(
    kafka: str, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GatewayRig]:
    directory = tmp_path_factory.mktemp("gateway")
    _build_a_portal(directory / "portal")
    async with gateway_rig(kafka, prepared, directory) as rig:
        rig.start()
        await rig.ready()
        yield rig


def _build_a_portal(folder: Path) -> None:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Tandem</title>")
    (folder / "assets" / "app-1a2b.js").write_text("console.log(1)")
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"brotli")
    (folder.parent / "secret.txt").write_text("not for the web")


async def _shown(person: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Ask until it is projected."""

    async def ask() -> dict[str, Any] | None:
        answer = await person.get(path)
        return answer.json() if answer.status_code == 200 else None

    found = await eventually(ask, 30)
    assert found is not None
    return found


async def _waiting_office(rig: GatewayRig, tenant: str) -> Story:
    """An office in whose queue a customer waits."""
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    for name in ("alice", "bert"):
        story.queues(queue.AgentLoggedIn(queue_id=story.queue_id, agent_id=story.person(name)))
    story.starts_sms()
    story.receives(1)
    story.waits()
    await rig.tells(story)
    return story


async def _bootstrap(person: httpx.AsyncClient, *, waiting: int = 0) -> dict[str, Any]:
    async def ready() -> dict[str, Any] | None:
        found: dict[str, Any] = (await person.get("/bootstrap")).raise_for_status().json()
        return found if len(found["waiting"]) >= waiting and found["queues"] else None

    found = await eventually(ready, 30)
    assert found is not None
    return found


async def test_a_bootstrap_says_everything_in_the_published_shape(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "shape")
    async with rig.person(story, "alice") as alice:
        found = await _bootstrap(alice, waiting=1)

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
        page = await _shown(sam, f"/conversations/{story.conversation_id()}/messages")

    ItemPage.model_validate_json(orjson.dumps(page))
    texts = [one["text"] for one in page["items"]]
    assert texts == [
        "Is my order ready? \ufffd",
        "Waiting in Support",
        "Waiting more than 5 minutes",
        "Claimed by Alice",
        "On its way",
        "Thank you",
        "Transferred from Alice to Bert",
        "Claimed by Bert",
        "Claim lapsed: no reply from Bert in 15 minutes",
        "Claimed by Alice",
        "Closed by Alice",
    ]
    reply = page["items"][4]
    assert (reply["state"], reply["author"]["name"]) == ("delivered", "Alice")
    file = page["items"][0]["files"][0]
    assert (file["state"], file["name"]) == ("stored", "chair.png")
    async with rig.person(story, "sam") as sam:
        lead = await sam.get(file["thumb_url"].removeprefix("/api/v1"))
    assert lead.status_code == 302
    assert lead.headers["location"].startswith("http://media.test:9/files/thread/bb?")


async def _frames(socket: ClientConnection, until: str, seconds: float = 20) -> list[Any]:
    """Take frames until one of a type; pings do not count."""
    found: list[Any] = []
    async with asyncio.timeout(seconds):
        while not found or found[-1]["type"] != until:
            frame = orjson.loads(await socket.recv())
            WsFrame.model_validate(frame)
            if "sequence" in frame:
                found.append(frame)
    return found


def _feed(rig: GatewayRig, token: str, place: dict[str, Any], after: int | None = None) -> connect:
    sequence = place["sequence"] if after is None else after
    address = rig.url.replace("http", "ws")
    return connect(
        f"{address}/api/v1/feed?id={place['id']}&after={sequence}",
        additional_headers={"Authorization": f"Bearer {token}"},
        proxy=None,
    )


async def test_the_feed_is_dense_and_tells_each_viewer_what_is_theirs(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "feed")
    tokens = {name: await rig.token(story, name) for name in ("alice", "bert")}
    places = {}
    for name, token in tokens.items():
        async with rig.client(Authorization=f"Bearer {token}") as person:
            places[name] = (await _bootstrap(person, waiting=1))["feed"]
    async with (
        _feed(rig, tokens["alice"], places["alice"]) as alice,
        _feed(rig, tokens["bert"], places["bert"]) as bert,
    ):
        story.claimed("alice")
        await rig.tells(story)
        hers, his = await _frames(alice, "queue"), await _frames(bert, "queue")
        story.receives(2, "Still there?")
        await rig.tells(story)
        more = await _frames(alice, "item")

    assert [one["type"] for one in hers] == ["conversation", "item", "waiting-removed", "queue"]
    assert [one["type"] for one in his] == ["waiting-removed", "queue"]
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
    async with _feed(rig, token, place) as late:
        again = [orjson.loads(await late.recv()) for _ in told]
    assert [one for one in again if "sequence" in one] == told[: len(again)]


async def test_the_feed_closes_with_the_reason(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "closes")
    token = await rig.token(story, "alice")
    async with rig.client(Authorization=f"Bearer {token}") as person:
        place = (await _bootstrap(person))["feed"]

    for wrong, code in (
        (_feed(rig, "nonsense", place), 4401),
        (_feed(rig, token, {**place, "id": "another"}), 4410),
        (_feed(rig, token, place, 10**9), 4410),
    ):
        async with wrong as socket:
            assert await close_code(socket) == code


def _decides(story: Story, winner: str) -> Any:  # noqa: ANN401 - a decider
    def decide(command: Envelope[Any]) -> CommandAccepted | CommandRefused | None:
        match command.data:
            case queue.ClaimConversation(agent_id=agent) if agent != story.person(winner):
                return CommandRefused(
                    code="held-by-another",
                    text=f"Already claimed by {story.person(winner)}.",
                    detail={"holder": story.person(winner), "epoch": 1},
                )
            case queue.ReleaseClaim():
                return None
            case _:
                return CommandAccepted(state={"epoch": 1})

    return decide


async def test_a_claim_is_200_for_one_and_409_with_the_winners_name_for_the_other(
    rig: GatewayRig,
) -> None:
    story = await _waiting_office(rig, "claims")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/claim"
    async with (
        rig.person(story, "alice") as alice,
        rig.person(story, "bert") as bert,
        rig.decider(_decides(story, "alice"), ["queue-commands"]) as asked,
    ):
        await _bootstrap(alice, waiting=1)
        mine = key()
        won = await alice.post(path, headers=mine)
        lost = await bert.post(path, headers=key())
        again = await alice.post(path, headers=mine)

    assert won.status_code == 200
    assert won.json()["state"] == again.json()["state"] == {"epoch": 1}
    assert (lost.status_code, lost.headers["content-type"]) == (409, "application/problem+json")
    said = lost.json()
    assert (said["code"], said["detail"]) == ("held-by-another", "Already claimed by Alice.")
    assert said["holder"]["name"] == "Alice"
    assert len({one.id for one in asked}) == 2  # the same key is the same command


async def test_a_decision_shows_the_conversation_as_soon_as_it_is_projected(
    rig: GatewayRig,
) -> None:
    story = await _waiting_office(rig, "settles")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/claim"
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(_decides(story, "alice"), ["queue-commands"]),
    ):
        await _bootstrap(alice, waiting=1)
        story.claimed("alice")
        await rig.tells(story)
        won = (await alice.post(path, headers=key())).json()

    Conversation.model_validate_json(orjson.dumps(won["conversation"]))
    assert won["conversation"]["queue"]["holder"]["name"] == "Alice"


async def test_no_answer_in_time_is_202_and_its_status_is_told_later(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "slow")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/release"
    async with rig.person(story, "alice") as alice, rig.person(story, "bert") as bert:
        await _bootstrap(alice, waiting=1)
        slow = await alice.post(path, headers=key())
        status_path = slow.json()["status_url"].removeprefix("/api/v1")
        before = (await alice.get(status_path)).json()
        refused = CommandRefused(code="not-the-holder", text="No.")
        await rig.publish(story.answers(slow.json()["command_id"], refused))

        async def refused_now() -> bool:
            return bool((await alice.get(status_path)).json()["status"] == "refused")

        await eventually(refused_now)
        foreign = await bert.get(status_path)

    assert (slow.status_code, before["status"]) == (202, "pending")
    assert foreign.status_code == 404


async def test_a_reply_in_a_queue_goes_to_the_queue_and_comes_back_as_the_message(
    rig: GatewayRig,
) -> None:
    story = await _waiting_office(rig, "reply")
    story.claimed("alice")
    await rig.tells(story)
    path = f"/conversations/{story.conversation_id()}/messages"
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(_decides(story, "alice"), ["queue-commands"]) as asked,
    ):
        await _shown(alice, f"/conversations/{story.conversation_id()}")
        story.replies(2, "alice")
        await rig.tells(story)
        body = {"text": "On its way", "epoch": 1}
        said = await alice.post(path, json=body, headers={"Idempotency-Key": "client-2"})

    command = asked[0].data
    assert isinstance(command, queue.ReplyToCustomer)
    assert (command.epoch, command.client_id) == (1, "client-2")
    assert (said.json()["client_id"], said.json()["position"]) == ("client-2", 2)


async def test_a_text_of_ones_own_goes_to_the_router(rig: GatewayRig) -> None:
    story = a_busy_morning("chats")
    await rig.tells(story)
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(lambda _: CommandAccepted(state={}), ["conversation-commands"]) as asked,
    ):

        async def listed() -> list[Any]:
            return list((await alice.get("/conversations")).json()["items"])

        chat = (await eventually(listed, 30))[0]
        path = f"/conversations/{chat['id']}"
        sent = await alice.post(f"{path}/messages", json={"text": "Hi"}, headers=key())
        read = await alice.put(f"{path}/read", json={"up_to": 2}, headers=key())
        body = {"kind": "sms", "to": ["(415) 555-0198"]}
        started = await alice.post("/conversations", json=body, headers=key())

    assert (chat["name"], chat["tag"], chat["marked_unread"]) == ("Bert", "CHAT", True)
    assert [type(one.data) for one in asked] == [
        conversation.SendMessage,
        conversation.MarkRead,
        conversation.StartConversation,
    ]
    assert read.status_code == 200
    # decided, but no event has come that would show them
    assert {sent.status_code, started.status_code} == {202}
    assert asked[2].data.counterparts == ("+14155550198",)


async def test_wrong_passwords_are_slowed_down_and_say_nothing(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "guess")
    login = rig.account(story, "alice")
    async with rig.client(**{"X-Tandem": "portal", "Origin": rig.url}) as somebody:

        async def tries(who: str, password: str) -> httpx.Response:
            return await somebody.post("/session", json={"login": who, "password": password})

        wrong, unknown = await tries(login, "x"), await tries("nobody", "x")
        took = []
        for who in (login, "nobody2"):
            begun = time.perf_counter()
            await tries(who, "y")
            took.append(time.perf_counter() - begun)
        answers = [await tries(login, "z") for _ in range(9)]
        late = await tries(login, PASSWORD)

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert max(took) < 8 * min(took)  # both hashed; an unhashed answer is a hundred times faster
    assert answers[-1].status_code == late.status_code == 429
    assert int(late.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Tandem": "portal", "Origin": "own"}, 409),
        ({"X-Tandem": "portal"}, 403),
        ({"Origin": "own"}, 403),
        ({"X-Tandem": "portal", "Origin": "https://evil.example"}, 403),
        ({"X-Tandem": "portal", "Origin": "null"}, 403),
    ],
)
async def test_a_page_of_another_origin_cannot_write_by_cookie(
    rig: GatewayRig, headers: dict[str, str], status: int
) -> None:
    story = await _waiting_office(rig, "csrf")
    login = rig.account(story, "alice")
    own = {"X-Tandem": "portal", "Origin": rig.url}
    sent = {name: rig.url if value == "own" else value for name, value in headers.items()}
    async with rig.client() as browser:
        body = {"login": login, "password": PASSWORD}
        opened = await browser.post("/session", json=body, headers=own)
        assert opened.status_code == 200, opened.text
        tried = await browser.post("/uploads", headers={**key(), **sent})
        left = await browser.delete("/session", headers=own)
        after = await browser.get("/bootstrap")

    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert tried.status_code == status
    assert (left.status_code, after.status_code) == (204, 401)


async def test_a_write_without_a_key_is_refused(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "keyless")
    async with rig.person(story, "alice") as alice:
        answer = await alice.post(f"/queues/{story.queue_id}/login")
        upload = await alice.post("/uploads", headers=key())

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")
    assert (upload.status_code, upload.json()["code"]) == (409, "uploads-not-available")


async def test_pages_are_served_with_their_walls(rig: GatewayRig) -> None:
    async with httpx.AsyncClient(base_url=rig.url, trust_env=False) as browser:
        page = await browser.get("/messages/somewhere")
        script = await browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
        packed = await browser.head("/assets/app-1a2b.js", headers={"Accept-Encoding": "br"})
        again = await browser.get("/", headers={"If-None-Match": page.headers["etag"]})
        gone = await browser.get("/assets/other.js")
        escaped = await browser.get("/%2e%2e/secret.txt")
        api = await browser.get("/api/v1/nothing")
        large = await browser.post("/api/v1/session", content=b"x" * 70_000)

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' blob: data: http://media.test:9" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-cache"
    assert "immutable" in script.headers["cache-control"]
    assert packed.headers["content-encoding"] == "br"
    assert again.status_code == 304
    assert (gone.status_code, api.status_code, large.status_code) == (404, 404, 413)
    assert "not for the web" not in escaped.text
    assert api.json()["code"] == "not-found"


async def test_somebody_with_a_screen_is_online(rig: GatewayRig) -> None:
    story = await _waiting_office(rig, "online")
    token = await rig.token(story, "alice")
    async with rig.client(Authorization=f"Bearer {token}") as alice:
        place = (await _bootstrap(alice))["feed"]
        async with _feed(rig, token, place):

            async def seen() -> bool:
                people = (await alice.get("/people")).json()["items"]
                return [one["name"] for one in people if one["online"]] == ["Alice"]

            await eventually(seen)
