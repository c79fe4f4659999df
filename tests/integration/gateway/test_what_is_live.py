"""What is told at once: who types, to a chat's members alone, from any replica; who has read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from schemas.base import ConversationId
from schemas.signal import TypingChanged
from services.gateway.http.frames import WsFrame
from tests.support import gateway_chats as chats
from tests.support.gateway_office import bootstrap, feed, frames, shown
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


async def _typing(socket: ClientConnection) -> dict[str, Any]:
    """Wait for the next typing frame."""
    async with asyncio.timeout(20):
        while True:
            frame: dict[str, Any] = orjson.loads(await socket.recv())
            WsFrame.model_validate(frame)
            if frame["type"] == "typing":
                return frame


async def _say(socket: ClientConnection, name: str, *, typing: bool = True) -> None:
    frame = {"type": "typing", "conversation_id": name, "typing": typing}
    await socket.send(orjson.dumps(frame).decode())


@contextlib.asynccontextmanager
async def _screens(
    rig: GatewayRig, story: Story, *names: str
) -> AsyncIterator[list[ClientConnection]]:
    async with contextlib.AsyncExitStack() as stack:
        sockets = []
        for name in names:
            token = await rig.token(story, name)
            async with rig.client(Authorization=f"Bearer {token}") as person:
                place = (await bootstrap(person))["feed"]
            sockets.append(await stack.enter_async_context(feed(rig, token, place)))
        yield sockets


async def test_typing_reaches_the_others_of_a_chat_and_nobody_else(rig: GatewayRig) -> None:
    """PRES-03, PRES-04: never oneself, never whoever is not in it, never about a text."""
    story = Story("typing")
    story.defines("alice", "bert", "sam")
    name = chats.starts_chat(story, "alice", "bert")
    other = chats.starts_chat(story, "alice", "sam")
    sms = story.starts_sms(members=(story.person("alice"), story.person("bert")))
    await rig.tells(story)
    async with _screens(rig, story, "alice", "bert", "sam") as (alice, bert, sam):
        for place in (sms, other, "nowhere", name):  # only the last is a chat of Bert's
            await _say(bert, place)
        told = await _typing(alice)
        assert told == {
            "type": "typing",
            "conversation_id": name,
            "person_id": story.person("bert"),
            "typing": True,
        }
        await _say(bert, name, typing=False)
        assert not (await _typing(alice))["typing"]

        await _say(bert, name)
        assert (await _typing(alice))["typing"]
        await bert.close()
        assert not (await _typing(alice))["typing"]

        # the first that Sam hears is from his own chat
        await _say(alice, other)
        assert (await _typing(sam))["conversation_id"] == other


async def test_another_replicas_typing_reaches_this_ones_screens(rig: GatewayRig) -> None:
    """PRES-03, through every replica."""
    story = Story("replica")
    story.defines("alice", "bert", "sam")
    name = chats.starts_chat(story, "alice", "bert")
    await rig.tells(story)
    async with _screens(rig, story, "alice") as (alice,):
        bert = story.person("bert")
        change = TypingChanged(
            extension_id=bert,
            conversation_id=ConversationId(name),
            typing=True,
            members=(story.person("alice"),),
        )
        story.tell(bert, bert, change)
        await rig.tells(story)
        assert (await _typing(alice))["person_id"] == bert


async def test_the_others_learn_how_far_one_has_read(rig: GatewayRig) -> None:
    """PRES-05, PRES-06: of chats alone; a page says where everybody stands."""
    story = Story("read")
    story.defines("alice", "bert", "sam")
    name = chats.starts_chat(story, "alice", "bert")
    chats.says(story, name, 1, "alice", "Hello")
    chats.says(story, name, 2, "alice", "Are you there?")
    sms = story.starts_sms(members=(story.person("alice"), story.person("bert")))
    story.receives(1)
    await rig.tells(story)
    async with (
        _screens(rig, story, "alice") as (alice,),
        rig.person(story, "sam") as _,
        rig.person(story, "bert") as bert,
    ):
        chats.reads(story, sms, "bert", 1)
        chats.reads(story, name, "bert", 2)
        await rig.tells(story)
        [read] = [one for one in await frames(alice, "read") if one["type"] == "read"]
        assert (read["conversation_id"], read["reader"]["position"]) == (name, 2)
        assert (read["reader"]["name"], read["reader"]["person_id"]) == (
            "Bert",
            story.person("bert"),
        )
        page = await shown(bert, f"/conversations/{name}/messages")
        of_sms = await shown(bert, f"/conversations/{sms}/messages")
    assert {one["name"]: one["position"] for one in page["readers"]} == {"Alice": 2, "Bert": 2}
    assert of_sms["readers"] == []


async def _has_text(supervisor: httpx.AsyncClient, name: str) -> bool:
    answer = await supervisor.get(f"/conversations/{name}/messages")
    return answer.is_success and bool(answer.json()["items"])


async def test_a_text_that_came_before_its_queue_said_so_is_told_when_it_waits(
    rig: GatewayRig,
) -> None:
    """NOTIF-01: its agents hear of a new customer, although the text itself was told to nobody."""
    story = Story("heard")
    story.defines("alice", "bert", "sam")
    await rig.tells(story)
    async with _screens(rig, story, "alice") as (alice,):
        name = story.starts_sms()
        said = story.receives(1)
        await rig.tells(story)
        async with rig.person(story, "sam") as sam:
            assert await eventually(lambda: _has_text(sam, name), 30)
        story.waits()
        await rig.tells(story)
        heard = await frames(alice, "waiting")
    items = [one["item"] for one in heard if one["type"] == "item"]
    assert [one["id"] for one in items if one["type"] == "message"] == [said]
