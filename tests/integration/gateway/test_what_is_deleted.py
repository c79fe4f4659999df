"""What is deleted is gone from every read model and feed; what one deletes alone, for them."""

from typing import Any

import httpx
import orjson
import psycopg
import pytest
from psycopg import sql

from schemas.answer import CommandAccepted
from schemas.base import RemoteFile
from schemas.deletion import ChatDeleted, DeleteMessage, MessageDeleted
from schemas.envelope import Envelope
from services.gateway.http.shapes import ItemPage
from tests.support import gateway_chats as chats
from tests.support.gateway_office import bootstrap, feed, frames, shown
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
SECRET = "the safe opens with 4711"


def _office(tenant: str) -> Story:
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    return story


async def _texts(person: httpx.AsyncClient, name: str) -> list[str]:
    page = await shown(person, f"/conversations/{name}/messages")
    ItemPage.model_validate_json(orjson.dumps(page))
    return [one["text"] for one in page["items"] if one["type"] == "message"]


def _anywhere(rig: GatewayRig, words: str) -> list[str]:
    """Search every column of every table that the gateway has for these words."""
    with psycopg.connect(rig.database) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema LIKE 'gateway%' AND table_type = 'BASE TABLE'"
        ).fetchall()
        found = []
        for schema, table in tables:
            where = sql.Identifier(schema, table)
            query = sql.SQL("SELECT count(*) FROM {} t WHERE to_jsonb(t)::text LIKE %s")
            row = connection.execute(query.format(where), (f"%{words}%",)).fetchone()
            found += [f"{schema}.{table}"] if row and row[0] else []
    return found


async def test_what_is_deleted_for_everybody_is_nowhere_in_the_gateway(rig: GatewayRig) -> None:
    """DEL-03: no read model, no search, and no frame that somebody has still to catch up on."""
    story = _office("gone")
    name = chats.starts_chat(story, "alice", "bert")
    chats.says(story, name, 1, "alice", "Good morning")
    await rig.tells(story)
    async with rig.person(story, "bert") as bert:
        place = (await bootstrap(bert))["feed"]
        chats.says(story, name, 2, "alice", SECRET)
        await rig.tells(story)

        async def told() -> bool:
            return SECRET in await _texts(bert, name)

        await eventually(told, 30)
        assert {"message", "feed"} <= {one.partition(".")[2] for one in _anywhere(rig, SECRET)}

        chats.deletes(story, name, 2, "alice")
        await rig.tells(story)

        async def taken() -> bool:
            return not _anywhere(rig, SECRET)

        await eventually(taken, 30)
        assert await _texts(bert, name) == ["Good morning"]
        seen = await shown(bert, f"/conversations/{name}")
        changes = await bert.get("/changes", params={"id": place["id"], "after": place["sequence"]})
    assert seen["preview"]["text"] == "Good morning"
    assert (seen["unread"], seen["last_position"]) == (1, 2)
    told_frames = changes.json()["frames"]
    sequences = [one["sequence"] for one in told_frames]
    assert sequences == list(range(place["sequence"] + 1, sequences[-1] + 1))
    assert {"type": "item-removed", "conversation_id": name, "item_id": chats.line(name, 2)} in [
        {field: value for field, value in one.items() if field != "sequence"} for one in told_frames
    ]


async def test_a_line_that_one_deletes_alone_stays_for_the_others(rig: GatewayRig) -> None:
    """DEL-07: another's chat line, and a whole chat up to now."""
    story = _office("alone")
    name = chats.starts_chat(story, "alice", "bert")
    for position in (1, 2, 3):
        chats.says(story, name, position, "alice", f"Line {position}")
    chats.hides(story, name, 3, "bert")
    await rig.tells(story)
    token = await rig.token(story, "bert")
    async with (
        rig.person(story, "alice") as alice,
        rig.client(Authorization=f"Bearer {token}") as bert,
    ):
        assert await _texts(bert, name) == ["Line 1", "Line 2"]
        assert await _texts(alice, name) == ["Line 1", "Line 2", "Line 3"]
        found = await bootstrap(bert)
        (entry,) = found["conversations"]
        assert (entry["preview"]["text"], entry["unread"]) == ("Line 2", 2)

        async with feed(rig, token, found["feed"]) as screen:
            chats.clears(story, name, "bert", 3)
            await rig.tells(story)
            cleared = await frames(screen, "conversation-removed")
            assert [one["type"] for one in cleared] == ["items-removed", "conversation-removed"]
            chats.says(story, name, 4, "alice", "Are you there?")
            await rig.tells(story)
            back = await frames(screen, "item")
        assert back[0]["conversation"]["unread"] == 1
        assert back[0]["conversation"]["preview"]["text"] == "Are you there?"
        assert await _texts(bert, name) == ["Are you there?"]
        assert len(await _texts(alice, name)) == 4
        page = await shown(bert, f"/conversations/{name}/messages?before=4")
        assert (page["items"], page["has_older"]) == ([], False)


async def test_deleting_asks_with_what_the_read_model_knows_and_answers_once_it_is_gone(
    rig: GatewayRig,
) -> None:
    """DEL-01, DEL-02: a repeat is the same wish, also once there is nothing left to see."""
    story = _office("wish")
    name = chats.starts_chat(story, "alice", "bert")
    for position in (1, 2):
        chats.says(story, name, position, "alice", f"Line {position}")
    await rig.tells(story)

    def decide(_: Envelope[Any]) -> CommandAccepted:
        return CommandAccepted(state={"conversation_id": name, "deleted": True})

    path = f"/conversations/{name}/messages/{chats.line(name, 2)}"
    async with (
        rig.person(story, "bert") as bert,
        rig.decider(decide, ["conversation-commands"]) as asked,
    ):
        await shown(bert, f"/conversations/{name}")
        unknown = await bert.delete(f"/conversations/{name}/messages/other", headers=key())
        first = await bert.delete(path, headers=(same := key()))
        chats.hides(story, name, 2, "bert")
        await rig.tells(story)

        async def settled() -> bool:
            return (await bert.delete(path, headers=same)).status_code == 200

        await eventually(settled, 30)
        late = await bert.delete(f"/conversations/{name}?up_to=2", headers=key())
    assert (unknown.status_code, first.status_code, late.status_code) == (404, 200, 200)
    hidden, again, cleared = asked[0], asked[1], asked[-1]
    assert hidden.id == again.id
    assert hidden.data == DeleteMessage(
        conversation_id=name,
        by=story.person("bert"),
        message_id=chats.line(name, 2),
        position=2,
        author=story.person("alice"),
    )
    assert (cleared.data.up_to, cleared.data.by) == (2, story.person("bert"))


async def test_a_texts_file_is_out_of_reach_the_moment_it_is_deleted(rig: GatewayRig) -> None:
    """DEL-03, for a text: everybody who sees the conversation loses it."""
    story = _office("file")
    name = story.starts_sms()
    story.receives(1, files=(RemoteFile(url="http://x/1"),))
    story.stores_file(1)
    story.waits()
    await rig.tells(story)
    async with rig.person(story, "sam") as sam:
        url = f"/conversations/{name}/messages/{story.message_id(1)}/files/0"

        async def there() -> bool:
            return (await sam.get(url)).status_code == 302

        await eventually(there, 30)
        gone = MessageDeleted(
            conversation_id=name,
            message_id=story.message_id(1),
            position=1,
            by=story.person("alice"),
        )
        story.converses(gone)
        await rig.tells(story)

        async def lost() -> bool:
            return (await sam.get(url)).status_code == 404

        await eventually(lost, 30)
        waiting = (await bootstrap(sam, waiting=1))["waiting"]
    assert waiting[0]["preview"] is None


async def test_a_chat_that_was_deleted_does_not_come_back_by_what_happens_to_old_lines(
    rig: GatewayRig,
) -> None:
    """DEL-02: only what is said later brings it back."""
    story = _office("old")
    name = chats.starts_chat(story, "alice", "bert")
    chats.says(story, name, 1, "alice", "Line 1")
    story.tell(name, name, ChatDeleted(conversation_id=name, by=story.person("bert"), up_to=1))
    chats.reads(story, name, "bert", 1)
    await rig.tells(story)
    async with rig.person(story, "bert") as bert:
        assert await _texts(bert, name) == []
        assert (await bootstrap(bert))["conversations"] == []
