"""The gateway as a process: what is wished is decided elsewhere, and who may wish is checked."""

import time
from typing import Any

import httpx
import orjson
import pytest

from schemas import conversation, queue
from schemas.answer import CommandAccepted, CommandRefused
from schemas.base import ConversationId
from schemas.envelope import Envelope
from services.gateway.domain.limits import MOST_OPEN
from services.gateway.http.shapes import Conversation
from tests.support.gateway_office import bootstrap, shown, waiting_office
from tests.support.gateway_rig import PASSWORD, GatewayRig, key
from tests.support.gateway_words import Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


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
    story = await waiting_office(rig, "claims")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/claim"
    async with (
        rig.person(story, "alice") as alice,
        rig.person(story, "bert") as bert,
        rig.decider(_decides(story, "alice"), ["queue-commands"]) as asked,
    ):
        await bootstrap(alice, waiting=1)
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
    story = await waiting_office(rig, "settles")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/claim"
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(_decides(story, "alice"), ["queue-commands"]),
    ):
        await bootstrap(alice, waiting=1)
        story.claimed("alice")
        await rig.tells(story)
        won = (await alice.post(path, headers=key())).json()

    Conversation.model_validate_json(orjson.dumps(won["conversation"]))
    assert won["conversation"]["queue"]["holder"]["name"] == "Alice"


async def test_no_answer_in_time_is_202_and_its_status_is_told_later(rig: GatewayRig) -> None:
    story = await waiting_office(rig, "slow")
    path = f"/queues/{story.queue_id}/conversations/{story.conversation_id()}/release"
    async with rig.person(story, "alice") as alice, rig.person(story, "bert") as bert:
        await bootstrap(alice, waiting=1)
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
    story = await waiting_office(rig, "reply")
    story.claimed("alice")
    await rig.tells(story)
    path = f"/conversations/{story.conversation_id()}/messages"
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(_decides(story, "alice"), ["queue-commands"]) as asked,
    ):
        await shown(alice, f"/conversations/{story.conversation_id()}")
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
    story = await waiting_office(rig, "guess")
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
        ({"X-Tandem": "portal", "Origin": "own"}, 422),
        ({"X-Tandem": "portal"}, 403),
        ({"Origin": "own"}, 403),
        ({"X-Tandem": "portal", "Origin": "https://evil.example"}, 403),
        ({"X-Tandem": "portal", "Origin": "null"}, 403),
    ],
)
async def test_a_page_of_another_origin_cannot_write_by_cookie(
    rig: GatewayRig, headers: dict[str, str], status: int
) -> None:
    story = await waiting_office(rig, "csrf")
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
    story = await waiting_office(rig, "keyless")
    async with rig.person(story, "alice") as alice:
        answer = await alice.post(f"/queues/{story.queue_id}/login")

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")


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


async def test_with_too_many_open_all_are_listed_and_no_further_one_is_started(
    rig: GatewayRig,
) -> None:
    """CONV-19, ERR-08: nothing is hidden; closing some makes room."""
    story = Story("crowd")
    story.defines("alice", "bert", "sam")
    names = [ConversationId(f"crowd-{place:03}") for place in range(MOST_OPEN + 1)]
    for name in names:
        begun = conversation.ConversationStarted(
            conversation_id=name, kind="group", members=(story.person("alice"),), name=name
        )
        story.tell(name, name, begun)
    await rig.tells(story)

    def decide(_: Envelope[Any]) -> CommandAccepted:
        return CommandAccepted(state={})

    wish = {"kind": "direct", "to": [story.person("bert")]}
    async with (
        rig.person(story, "alice") as alice,
        rig.decider(decide, ["conversation-commands"]) as asked,
    ):

        async def count(most: int) -> bool:
            found = (await alice.get("/open-conversations")).json()
            return bool(found["count"] == most and found["oldest"]["name"] == names[-most])

        await eventually(lambda: count(MOST_OPEN + 1), 30)
        refused = await alice.post("/conversations", json=wish, headers=key())
        for name in names[:2]:
            shut = conversation.ConversationClosedByMember(
                conversation_id=name, by=story.person("alice")
            )
            story.tell(name, name, shut)
        await rig.tells(story)
        await eventually(lambda: count(MOST_OPEN - 1), 30)
        let = await alice.post("/conversations", json=wish, headers=key())
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-open")
    assert let.status_code == 202  # asked, and never told in this test
    assert [type(one.data) for one in asked] == [conversation.StartConversation]
