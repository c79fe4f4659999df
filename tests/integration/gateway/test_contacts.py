"""Contacts in the read models: found in a moment, named live, and nobody else's business."""

from typing import Any

import orjson
import psycopg
import pytest

from benchmarks import phonebook
from schemas.base import ExtensionId
from services.gateway.adapters.contacts import FOUND, PostgresContacts
from services.gateway.adapters.database import Database
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.scope import Scope
from services.gateway.ports.contacts import ContactPlace
from services.kernel.postgres import Pool
from tests.support.gateway_contacts import (
    contact_id,
    defines_contact,
    notes_name,
    removes_contact,
)
from tests.support.gateway_words import CUSTOMER, Story
from tests.support.read_models import Nobody, Told, serving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

OTHER = "+442071838750"
BOB, BOBS_MOBILE = "Bob Smith", "Bob Smith \N{EN DASH} Mobile"


def _office(tenant: str = "acme") -> Story:
    """Alice, who has the customer's conversation; bert; sam."""
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    alice = story.person("alice")
    story.starts_sms(members=(alice,))
    story.receives(1, "Is my order ready?")
    return story


def _eyes(story: Story, name: str) -> Scope:
    return Scope(story.tenant, story.person(name))


def _names(found: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in found]


async def _begins_to_look(database: Database, scope: Scope) -> PostgresViews:
    views = PostgresViews(database, Nobody())
    await views.bootstrap(scope)
    return views


def _last_conversation(model: Told) -> dict[str, Any]:
    frames = [orjson.loads(text) for _, _, text in model.frames]
    last: dict[str, Any] = [f["conversation"] for f in frames if f["type"] == "conversation"][-1]
    return last


async def test_rows_and_headers_show_a_contacts_name_from_the_moment_it_is_kept(
    pool: Pool,
) -> None:
    """LIST-8, CONT-03, CONT-04, CONT-05: the number, the caller's name, then the contact's."""
    story = _office()
    database, model = await serving(pool, *story.told)
    alice = _eyes(story, "alice")
    views = await _begins_to_look(database, alice)

    async def tells() -> str:
        told, story.told = story.told, []
        await model.hears(*told)
        frame = _last_conversation(model)
        listed = (await views.conversations(alice, "all", None, 10))["items"]
        assert [one["name"] for one in listed] == [frame["name"]]
        return str(frame["name"])

    story.told = []
    (unknown,) = (await views.conversations(alice, "all", None, 10))["items"]
    assert unknown["name"] == "(415) 555-0199"
    assert unknown["counterparts"][0]["name"] is None
    notes_name(story, CUSTOMER, "SMITH ROBERT")
    assert await tells() == "SMITH ROBERT"
    defines_contact(story, BOB, ("Mobile", CUSTOMER))
    assert await tells() == BOBS_MOBILE
    defines_contact(story, "Bobby", ("", CUSTOMER), owner="alice")
    assert await tells() == "Bobby"
    removes_contact(story, "Bobby")
    defines_contact(story, BOB, ("Work", CUSTOMER), revision=2)
    assert await tells() == "Bob Smith \N{EN DASH} Work"
    defines_contact(story, BOB, ("Work", OTHER), revision=3)
    assert await tells() == "SMITH ROBERT"
    seen = await views.conversation(alice, story.conversation_id())
    assert seen is not None
    assert seen["counterparts"][0]["display"] == "(415) 555-0199"


async def test_names_and_numbers_are_found_by_any_part(pool: Pool) -> None:
    """CONT-02, NEW-2, SEND-03: three sources; by the beginning of a word, by any digits."""
    story = _office()
    notes_name(story, CUSTOMER, "BOLTON ANN")
    defines_contact(story, BOB, ("Mobile", "+14155550150"), ("Work", OTHER))
    defines_contact(story, "Karen Bond", ("Home", "+14155550151"), owner="alice")
    defines_contact(story, "Robert Bloom", ("Home", "+14155550160"), owner="bert")
    database, _ = await serving(pool, *story.told)
    contacts = PostgresContacts(database, Nobody())
    alice, bert = _eyes(story, "alice"), _eyes(story, "bert")

    by_name = await contacts.recipients(alice, "bo", 8)
    by_number = await contacts.recipients(alice, "0150", 8)

    assert [(one["name"], one["label"]) for one in by_name["phonebook"]] == [
        (BOB, "Mobile"),
        (BOB, "Work"),
        ("Karen Bond", "Home"),
    ]
    assert _names(by_name["recent"]) == ["BOLTON ANN"]
    assert [one["number"] for one in by_number["phonebook"]] == ["+14155550150"]
    assert by_number["teammates"] == by_number["recent"] == []
    assert _names((await contacts.recipients(bert, "blo", 8))["phonebook"]) == ["Robert Bloom"]
    assert _names((await contacts.recipients(alice, "be", 8))["teammates"]) == ["Bert"]
    assert (await contacts.recipients(alice, "0199", 8))["recent"][0]["number"] == CUSTOMER
    for nothing in ("zz", "bo zz", "99999", "%", "_", "\\", "+"):
        none = await contacts.recipients(alice, nothing, 8)
        assert none == {"teammates": [], "phonebook": [], "recent": []}, nothing


async def test_a_book_is_read_by_pages_in_the_order_of_names(pool: Pool) -> None:
    """PEOPLE-2: everybody once, whatever the size of a page."""
    story = _office()
    names = ["Ázad", "bea", "Carl", "Bea", "adam", "Zoë"]
    for index, name in enumerate(names):
        defines_contact(story, name, ("", f"+1415555{index:04}"), contact_id=f"c{index}")
    defines_contact(story, "Mine", ("", OTHER), owner="alice")
    database, _ = await serving(pool, *story.told)
    contacts, alice = PostgresContacts(database, Nobody()), _eyes(story, "alice")

    found: list[dict[str, Any]] = []
    place: ContactPlace | None = None
    for _ in range(10):
        page, place = await contacts.page(alice, "phonebook", place, 2)
        found += page
        if place is None:
            break

    assert _names(found) == ["adam", "Ázad", "bea", "Bea", "Carl", "Zoë"]
    assert _names((await contacts.page(alice, "own", None, 2))[0]) == ["Mine"]
    assert (await contacts.page(_eyes(story, "bert"), "own", None, 2))[0] == []
    assert await contacts.count(alice, "phonebook", 4) == 4
    assert await contacts.by_numbers(alice, "phonebook", [CUSTOMER, "+14155550002"]) == {
        "+14155550002"
    }


async def test_nobody_finds_anothers_contacts(pool: Pool) -> None:
    """CONT-01: one's own are one's own; the phonebook ends at the organisation's wall."""
    ours, theirs = _office(), _office("rival")
    for story in (ours, theirs):
        defines_contact(story, BOB, ("Mobile", CUSTOMER))
        defines_contact(story, "Karen", ("Home", OTHER), owner="alice")
    database, _ = await serving(pool, *ours.told, *theirs.told)
    contacts = PostgresContacts(database, Nobody())
    own = contact_id(ours, "Karen")

    for name, sees in (("alice", True), ("bert", False)):
        scope = _eyes(ours, name)
        assert bool(await contacts.one(scope, own)) == sees, name
        assert bool(await contacts.search(scope, None, "karen", 9)) == sees, name
        assert len(await contacts.search(scope, None, "bob", 9)) == 1
        assert await contacts.one(scope, contact_id(theirs, BOB)) is None
    thief = Scope("rival", ours.person("alice"))
    assert await contacts.one(thief, own) is None
    assert await contacts.search(thief, "own", "karen", 9) == []


async def test_what_is_deleted_is_in_no_table_any_more(pool: Pool, database: str) -> None:
    story = _office()
    defines_contact(story, "Gone Unmistakable", ("Mobile", "+14155557777"), note="secret")
    removes_contact(story, "Gone Unmistakable")
    _, model = await serving(pool, *story.told)

    async with await psycopg.AsyncConnection.connect(database) as link:
        for table in ("contact", "contact_key"):
            cursor = await link.execute(
                f"SELECT count(*) FROM {model.schema}.{table} t"  # noqa: S608 - names of ours
                " WHERE t::text ~* 'unmistakable|5557777|secret'"
            )
            assert await cursor.fetchone() == (0,), table


async def test_a_search_among_many_reads_indexes_alone(pool: Pool, database: str) -> None:
    """The walls of the rows stand, and each search is a range of an index (performance.md §6)."""
    served, model = await serving(pool, *_office().told)
    phonebook.fill(database, model.schema, "acme", 5_000)
    scope = Scope("acme", ExtensionId("acme-alice"))
    values = {"tenant": "acme", "owners": ["", scope.user], "last": "\U0010ffff", "most": 32}

    for first, more in (("smith", []), ("015", []), ("robert", ["wil"])):
        asked = {**values, "first": first, "end": first + "\U0010ffff", "more": more}
        async with served.looking(scope) as (rows, _):
            cursor = await rows.execute("EXPLAIN (FORMAT JSON) " + FOUND, asked)
            plan = orjson.dumps((await cursor.fetchone() or {})["QUERY PLAN"]).decode()
            found = await (await rows.execute(FOUND, asked)).fetchall()
        assert '"Index Name":"contact_key_tenant_owner_key_idx"' in plan, plan
        assert "Seq Scan" not in plan, plan
        assert found, first
