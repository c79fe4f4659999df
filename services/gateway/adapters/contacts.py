"""Reads contacts: by pages, by what is typed, by number; each question is a few index ranges."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, LiteralString

from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.naming import names_of
from services.gateway.domain import contacts, recipients
from services.gateway.domain.limits import MOST_PEOPLE
from services.gateway.domain.naming import SHARED
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence
from services.gateway.ports.contacts import Book, ContactPlace

#: Greater than any letter: a key that begins with p is between p and p with this.
_LAST = "\U0010ffff"
#: One contact may be found by several of its keys.
_KEYS_PER_CONTACT = 4
#: Words that are looked for; more are hardly a name.
_MOST_WORDS = 6
#: Conversations among whose numbers recent ones are sought.
_RECENT = 200

_BOOKS: dict[str, LiteralString] = {"phonebook": "owner IS NULL", "own": "owner = %(user)s"}
_PAGE: LiteralString = """
SELECT * FROM contact WHERE tenant = %(tenant)s AND {book} AND NOT removed
  AND (sorted_by, contact_id) > (%(after)s, %(id)s)
ORDER BY sorted_by, contact_id LIMIT %(most)s
"""
_ONE = """
SELECT * FROM contact WHERE tenant = %s AND contact_id = %s AND NOT removed
  AND (owner IS NULL OR owner = %s)
"""
#: The first word is a range of the index; the others are asked of each contact that it finds.
FOUND: LiteralString = """
SELECT c.* FROM contact c JOIN (
  SELECT DISTINCT contact_id FROM unnest(%(owners)s::text[]) AS w (owner) CROSS JOIN LATERAL (
    SELECT k.contact_id FROM contact_key k
    WHERE k.tenant = %(tenant)s AND k.owner = w.owner AND k.key >= %(first)s AND k.key < %(end)s
      AND (SELECT coalesce(bool_and(EXISTS (
             SELECT FROM contact_key o WHERE o.contact_id = k.contact_id
               AND o.key >= more AND o.key < more || %(last)s)), true)
           FROM unnest(%(more)s::text[]) AS more)
    ORDER BY k.key LIMIT %(most)s) f
) found USING (contact_id)
WHERE NOT c.removed ORDER BY c.sorted_by, c.contact_id
"""
_RECENTLY = """
SELECT c.counterparts FROM list_entry l JOIN conversation c USING (conversation_id)
WHERE l.tenant = %s AND l.viewer = %s AND l.kind = 'sms' ORDER BY l.at DESC LIMIT %s
"""
_HAVING = """
SELECT DISTINCT w.number FROM unnest(%(numbers)s::text[]) AS w (number)
JOIN contact_key k ON k.tenant = %(tenant)s AND k.owner = %(owner)s
  AND k.key = ltrim(w.number, '+')
JOIN contact c USING (contact_id)
WHERE c.numbers @> jsonb_build_array(jsonb_build_object('number', w.number))
  AND c.contact_id <> ALL(%(besides)s)
"""
_WIDTHS: LiteralString = """
SELECT coalesce(max(jsonb_array_length(numbers)), 0) AS phones,
       coalesce(max(jsonb_array_length(emails)), 0) AS mails
FROM contact WHERE tenant = %(tenant)s AND {book} AND NOT removed
"""
_COUNT: LiteralString = """
SELECT count(*) AS found FROM (
  SELECT FROM contact WHERE tenant = %(tenant)s AND {book} AND NOT removed LIMIT %(most)s) counted
"""


class PostgresContacts:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database, self._presence = database, presence

    async def page(
        self, scope: Scope, book: Book, after: ContactPlace | None, most: int
    ) -> tuple[list[Json], ContactPlace | None]:
        sorted_by, name = after or ("", "")
        values = {**_who(scope), "after": sorted_by, "id": name, "most": most + 1}
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_PAGE.replace("{book}", _BOOKS[book]), values)
            found = await cursor.fetchall()
        shown = found[:most]
        last = shown[-1] if len(found) > most else None
        following = (last["sorted_by"], last["contact_id"]) if last else None
        return [contacts.contact(one, scope.user) for one in shown], following

    async def search(self, scope: Scope, book: Book | None, text: str, most: int) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            found = await _found(rows, scope, text, most, _owners(scope, book))
        return [contacts.contact(one, scope.user) for one in found]

    async def one(self, scope: Scope, contact_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_ONE, (scope.tenant, contact_id, scope.user))
            found = await cursor.fetchone()
        return None if found is None else contacts.contact(found, scope.user)

    async def by_numbers(
        self, scope: Scope, book: Book, numbers: Sequence[str], besides: Collection[str] = ()
    ) -> set[str]:
        (owner,) = _owners(scope, book)
        values = {
            "tenant": scope.tenant,
            "owner": owner,
            "numbers": list(numbers),
            "besides": list(besides),
        }
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_HAVING, values)
            return {one["number"] for one in await cursor.fetchall()}

    async def count(self, scope: Scope, book: Book, most: int) -> int:
        async with self._database.looking(scope) as (rows, _):
            values = {**_who(scope), "most": most}
            cursor = await rows.execute(_COUNT.replace("{book}", _BOOKS[book]), values)
            found = await cursor.fetchone()
        return int(found["found"]) if found else 0

    async def widths(self, scope: Scope, book: Book) -> tuple[int, int]:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_WIDTHS.replace("{book}", _BOOKS[book]), _who(scope))
            found = await cursor.fetchone() or {"phones": 0, "mails": 0}
        return found["phones"], found["mails"]

    async def home_number(self, scope: Scope) -> str | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT number FROM number WHERE tenant = %s ORDER BY number LIMIT 1",
                (scope.tenant,),
            )
            found = await cursor.fetchone()
        return found["number"] if found else None

    async def recipients(self, scope: Scope, text: str, most: int) -> Json:
        async with self._database.looking(scope) as (rows, _):
            people = await _people(rows, scope)
            found = await _found(rows, scope, text, most, _owners(scope, None))
            recent = await _recent(rows, scope)
            names = await names_of(rows, ((scope.tenant, one) for one in recent), [scope.user])
        shown = People(people, lambda one: self._presence.is_online(scope.tenant, one))
        colleagues = recipients.colleagues(people.values(), text, scope.user)
        return {
            "teammates": [shown.view(one) for one in colleagues[:most]],
            "phonebook": recipients.numbers(found, text)[:most],
            "recent": recipients.recent(scope, recent, names, text)[:most],
        }


async def found_by(rows: Rows, scope: Scope, text: str, most: int) -> list[dict[str, Any]]:
    """Find shared contacts and the viewer's own by what somebody types."""
    return await _found(rows, scope, text, most, _owners(scope, None))


async def _found(
    rows: Rows, scope: Scope, text: str, most: int, owners: list[str]
) -> list[dict[str, Any]]:
    number = contacts.typed_digits(text)
    wanted = [number] if number else contacts.words(text)[:_MOST_WORDS]
    if not wanted:
        return []
    # the longest word finds the fewest
    first, *more = sorted(wanted, key=len, reverse=True)
    values = {
        "tenant": scope.tenant,
        "owners": owners,
        "first": first,
        "end": first + _LAST,
        "last": _LAST,
        "more": more,
        "most": most * _KEYS_PER_CONTACT,
    }
    cursor = await rows.execute(FOUND, values)
    return (await cursor.fetchall())[:most]


async def _people(rows: Rows, scope: Scope) -> dict[str, dict[str, Any]]:
    cursor = await rows.execute(
        "SELECT extension_id, name, dial FROM person WHERE tenant = %s"
        " ORDER BY name, extension_id LIMIT %s",
        (scope.tenant, MOST_PEOPLE),
    )
    return {one["extension_id"]: one for one in await cursor.fetchall()}


async def _recent(rows: Rows, scope: Scope) -> list[str]:
    cursor = await rows.execute(_RECENTLY, (scope.tenant, scope.user, _RECENT))
    found = (one["counterparts"] or () for one in await cursor.fetchall())
    return _once(number for numbers in found for number in numbers)


def _once(many: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(many))


def _owners(scope: Scope, book: Book | None) -> list[str]:
    if book is None:
        return [SHARED, scope.user]
    return [SHARED] if book == "phonebook" else [scope.user]


def _who(scope: Scope) -> dict[str, object]:
    return {"tenant": scope.tenant, "user": scope.user}
