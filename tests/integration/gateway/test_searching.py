"""Search and history on real tables: exactly what reading shows, by indexes alone."""

from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
import pytest

from schemas import desk, queue
from services.gateway.adapters.database import Database
from services.gateway.adapters.history import MESSAGES, WALKS, PostgresHistory
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain import wording
from services.gateway.domain.places import place
from services.gateway.domain.scope import Scope
from services.gateway.ports import Window
from services.gateway.ports.history import Sifted
from services.kernel.postgres import Pool
from tests.support.gateway_chats import clears, deletes, hides, says, starts_chat
from tests.support.gateway_contacts import defines_contact
from tests.support.gateway_words import CUSTOMER, Story
from tests.support.read_models import Nobody, serving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

ANN, BEN, CAT = "+14155550301", "+14155550302", "+14155550303"
EVERYBODY = ("alice", "bert", "sam", "dora")


def _eyes(story: Story, name: str) -> Scope:
    return Scope(story.tenant, story.person(name))


def _world(tenant: str = "acme") -> Story:
    """A queue's conversations in every state, chats with deletions; alice, bert work, sam watches.

    Dora works no queue. Every message has the word "order".
    """
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    people = tuple(story.person(one) for one in ("alice", "bert"))
    for counterpart in (CUSTOMER, ANN, BEN, CAT):
        story.starts_sms(counterpart)
        story.receives(1, f"Where is my order {counterpart[-3:]}?", counterpart)
        story.waits(counterpart)
    story.claimed("alice", ANN)
    story.replies(2, "alice", "Your order left today", ANN)
    story.claimed("bert", BEN)
    story.queues(
        desk.NoteWritten(
            queue_id=story.queue_id,
            conversation_id=story.conversation_id(BEN),
            by=people[1],
            text="please look",
            mentions=(story.person("dora"),),
        )
    )
    story.claimed("bert", CAT)
    story.queues(
        queue.ConversationClosed(
            queue_id=story.queue_id,
            conversation_id=story.conversation_id(CAT),
            epoch=1,
            agent_id=people[1],
            by=people[1],
            reason="agent",
        )
    )
    _chats(story)
    return story


def _chats(story: Story) -> None:
    pair = starts_chat(story, "alice", "bert")
    for position in range(1, 7):
        author = ("alice", "bert")[position % 2]
        says(story, pair, position, author, f"order line {position}")
    deletes(story, pair, 5, "alice")
    hides(story, pair, 6, "bert")
    clears(story, pair, "bert", 2)
    circle = starts_chat(story, "alice", "dora", "sam")
    says(story, circle, 1, "dora", "order lunch", members=("alice", "dora", "sam"))


def _conversations(story: Story) -> set[str]:
    return {
        one.data.conversation_id
        for one in story.told
        if type(one.data).__name__ == "ConversationStarted"
    }


async def _by_reading(views: PostgresViews, scope: Scope, names: set[str]) -> set[str]:
    pages = [await views.items(scope, name, Window(100)) for name in sorted(names)]
    return {
        item["id"]
        for page in pages
        if page is not None
        for item in page["items"]
        if item["type"] == "message"
    }


async def _search(
    history: PostgresHistory,
    scope: Scope,
    text: str,
    **more: Any,  # noqa: ANN401 - what Sifted has
) -> list[Any]:
    """Turn all pages over, two at a time."""
    found: list[Any] = []
    before = None
    for _ in range(100):
        page = await history.messages(scope, wording.wanted(text), Sifted(**more), before, 2)
        found += page["items"]
        if page["next"] is None:
            return found
        before = place(page["next"])
    raise AssertionError("pages without end")


def _ids(found: list[Any]) -> list[str]:
    return [one["message"]["id"] for one in found]


async def test_search_finds_exactly_what_reading_shows(pool: Pool) -> None:
    """HIST-07: held, waiting and closed ones, notes that call in, deletions; for every person."""
    ours, theirs = _world(), _world("rival")
    database, _ = await serving(pool, *ours.told, *theirs.told)
    history, views = PostgresHistory(database, Nobody()), PostgresViews(database, Nobody())

    for story in (ours, theirs):
        for name in EVERYBODY:
            scope = _eyes(story, name)
            read = await _by_reading(views, scope, _conversations(ours) | _conversations(theirs))
            found = _ids(await _search(history, scope, "order"))
            assert len(found) == len(set(found)), name
            assert set(found) == read, name
            listed = await history.conversations(scope, Sifted(), None, 100)
            assert {one["id"] for one in listed["items"]} == {
                one for one in _conversations(story) if await _by_reading(views, scope, {one})
            }, name
    assert await _search(history, Scope("rival", ours.person("alice")), "order") == []


async def test_words_are_found_whole_and_the_last_one_as_it_is_typed(pool: Pool) -> None:
    """HIST-07: every word must be there, without regard to case or accents; marks say which."""
    story = _world()
    story.receives(2, "Zwei Stühle für das CAFÉ, bitte. Café!", CUSTOMER)
    database, _ = await serving(pool, *story.told)
    history, sam = PostgresHistory(database, Nobody()), _eyes(story, "sam")

    (only,) = await _search(history, sam, "cafe stuhl")
    assert only["message"]["text"].startswith("Zwei Stühle")
    assert [one["text"] for one in only["snippet"] if one["found"]] == ["Stühle", "CAFÉ", "Café"]
    assert await _search(history, sam, "cafe stuhl ") == []
    assert await _search(history, sam, "cafe order") == []
    assert len(await _search(history, sam, "ord")) == len(await _search(history, sam, "order"))


async def test_a_search_is_narrowed_by_kind_number_person_queue_and_day(pool: Pool) -> None:
    """HIST-07: each filter takes away, none adds."""
    story = _world()
    database, _ = await serving(pool, *story.told)
    history, alice = PostgresHistory(database, Nobody()), _eyes(story, "alice")

    async def texts(**more: Any) -> set[str]:  # noqa: ANN401 - what Sifted has
        return {one["message"]["text"] for one in await _search(history, alice, "order", **more)}

    everything = await texts()
    assert await texts(kind="group") == {"order lunch"}
    assert await texts(number=ANN) == {"Where is my order 301?", "Your order left today"}
    assert await texts(number=story.number) == await texts(kind="sms")
    assert await texts(queue_id=story.queue_id) == await texts(kind="sms")
    assert await texts(person=story.person("dora")) == {"order lunch"}
    tomorrow = datetime(2026, 11, 2, tzinfo=UTC)
    assert await texts(end=tomorrow) == everything
    assert await texts(start=tomorrow) == set()
    listed = await history.conversations(
        alice, Sifted(person=story.person("dora"), end=tomorrow), None, 10
    )
    assert [one["kind"] for one in listed["items"]] == ["group"]
    assert (await history.conversations(alice, Sifted(start=tomorrow), None, 10))["items"] == []


async def test_conversations_are_found_by_names_and_by_any_digits(pool: Pool) -> None:
    """HIST-07, SEND-03: contacts, colleagues, unknown numbers; nobody else's."""
    story = _world()
    defines_contact(story, "Karen Adams", ("Mobile", CUSTOMER))
    database, _ = await serving(pool, *story.told)
    history = PostgresHistory(database, Nobody())

    async def named(who: str, text: str) -> list[str]:
        found = await history.named(_eyes(story, who), text, 10)
        return [one["id"] for one in found]

    assert await named("alice", "kar ad") == [story.conversation_id(CUSTOMER)]
    assert await named("alice", "555 0303") == [story.conversation_id(CAT)]
    assert [len(await named(who, "bert")) for who in ("alice", "sam")] == [1, 0]
    assert await named("alice", "0302") == []  # bert holds it
    assert await named("dora", "0302") == [story.conversation_id(BEN)]
    assert await named("dora", "karen") == []
    for nothing in ("zz", "%", "+", "_"):
        assert await named("alice", nothing) == [], nothing


async def test_the_words_of_what_is_deleted_are_in_no_table(pool: Pool, database: str) -> None:
    """DEL-03, DEL-04: neither at once, nor after a message that comes with its deletion."""
    story = Story("acme")
    story.defines("alice", "bert", "sam")
    pair = starts_chat(story, "alice", "bert")
    says(story, pair, 1, "alice", "Xylophones for sale")
    says(story, pair, 2, "alice", "Xylophones twice")
    _, model = await serving(pool, *story.told)
    assert await _rows(database, model.schema) == 5
    story.told = []
    deletes(story, pair, 1, "alice")
    says(story, pair, 3, "alice", "Xylophones again")
    deletes(story, pair, 2, "alice")
    deletes(story, pair, 3, "alice")
    await model.hears(*story.told)

    assert await _rows(database, model.schema) == 0


async def _rows(database: str, schema: str) -> int:
    async with await psycopg.AsyncConnection.connect(database) as link:
        cursor = await link.execute(
            f"SELECT count(*) FROM {schema}.search_word"  # noqa: S608 - a name of ours
        )
        row = await cursor.fetchone()
    return int(row[0]) if row else -1


#: What the index itself is asked for, all the way to the place of a page.
_KEYS = (
    (WALKS, "(shelf = w.shelf) AND (word >="),
    (MESSAGES, "(shelf = w.shelf) AND (word = w.word) AND (ROW(at, message_id) <"),
)


async def test_a_search_behind_the_walls_reads_indexes_alone(pool: Pool, database: str) -> None:
    """The trap: behind row-level security a text index is never used; key ranges are."""
    story = _world()
    served, model = await serving(pool, *story.told)
    _fill(database, model.schema, story)
    scope = _eyes(story, "sam")
    asked = {
        "tenant": story.tenant,
        "viewer": scope.user,
        "shelves": [story.number],
        "words": ["common"],
        "first": "comm",
        "stop": "comm" + wording.LAST,
        "most": 200,
        "firsts": ["number7"],
        "stops": ["number7\x01"],
        "at": "infinity",
        "id": "",
        "scan": 400,
        "dated": False,
        **dict.fromkeys(("kind", "number", "queue", "person", "start", "end")),
    }
    for statement, keys in _KEYS:
        plan = await _plan(served, scope, statement, asked)
        assert '"Index Name":"search_word_walk"' in plan, plan
        assert keys in plan, plan
        assert '"Relation Name":"search_word"' not in _scanned(plan), plan
    history = PostgresHistory(served, Nobody())
    page = await history.messages(scope, wording.wanted("common number7 "), Sifted(), None, 20)
    assert page["items"] or page["next"], "it goes on"


async def _plan(served: Database, scope: Scope, statement: Any, asked: dict[str, Any]) -> str:  # noqa: ANN401 - a literal
    async with served.looking(scope) as (rows, _):
        cursor = await rows.execute("EXPLAIN (FORMAT JSON) " + statement, asked)
        return orjson.dumps((await cursor.fetchone() or {})["QUERY PLAN"]).decode()


def _scanned(plan: str) -> str:
    """Give what a plan says about whole tables that it reads."""
    parts = plan.split('"Node Type":')
    return "".join(part for part in parts if part.startswith('"Seq Scan"'))


def _fill(database: str, schema: str, story: Story) -> None:
    """Let the customer have written twenty thousand times."""
    with psycopg.connect(database, autocommit=True) as link:
        link.execute(f"SET search_path TO {schema}")
        link.execute(
            "INSERT INTO message (tenant, sequence, message_id, conversation_id, position, at,"
            " direction, text, via, recipients, files, gone)"
            " SELECT %s, n, 'm' || n, %s, n, timestamptz '2026-01-01' + n * interval '1 minute',"
            " 'in', 'common number' || n %% 50, 'sms', '[]', '[]', false"
            " FROM generate_series(10, 20000) n",
            (story.tenant, story.conversation_id()),
        )
        link.execute(
            "INSERT INTO search_word (tenant, shelf, word, at, message_id)"
            " SELECT tenant, %s, word, at, message_id FROM message,"
            " regexp_split_to_table(text, ' ') AS word WHERE text LIKE 'common %%'",
            (story.number,),
        )
        link.execute("VACUUM ANALYZE search_word")
        link.execute("VACUUM ANALYZE message")
