"""Reads a viewer's whole history: by time, by names and numbers, by words.

Each step is a range of an index on each of the viewer's shelves, cut to the newest; of those each
one is judged in the same statement. However rare a match, a request looks at a bounded number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters import messages as said
from services.gateway.adapters.called import called
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.reach import eyes, judged, shelves
from services.gateway.adapters.showing import show
from services.gateway.domain import views, wording
from services.gateway.domain.places import named as place_after
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.domain.wording import Wanted
from services.gateway.ports import Place, Presence
from services.gateway.ports.history import Sifted

#: What one statement looks at, and how many of them one request is worth.
SCANNED, ROUNDS = 400, 5
#: Words that begin as typed, on one shelf; who wants all of them types a letter more.
MOST_GOING_ON = 200

#: No place yet: before everything.
_NEWEST = ("infinity", "")

_CONVERSATIONS: LiteralString = judged(
    """
WITH scanned AS MATERIALIZED (
  SELECT t.* FROM unnest(%(shelves)s::text[]) AS w (shelf) CROSS JOIN LATERAL (
    SELECT k.at, k.conversation_id, k.position FROM tail k
    WHERE k.tenant = %(tenant)s AND k.shelf = w.shelf
      AND (k.at, k.conversation_id) < (%(at)s, %(id)s)
      AND k.at >= coalesce(%(start)s::timestamptz, '-infinity')
    ORDER BY k.at DESC, k.conversation_id DESC LIMIT %(scan)s) t
  ORDER BY t.at DESC, t.conversation_id DESC LIMIT %(scan)s)
SELECT s.at, s.conversation_id AS id, EXISTS (
  SELECT FROM conversation c {stands}
  WHERE c.conversation_id = s.conversation_id AND {may_read} {sifted}
    AND s.position > coalesce((SELECT up_to FROM cleared_mark k
      WHERE k.conversation_id = c.conversation_id AND k.extension_id = %(viewer)s), 0)
    AND (%(person)s::text IS NULL OR a.members ? %(person)s
      OR EXISTS (SELECT FROM said_mark b
        WHERE b.conversation_id = c.conversation_id AND b.extension_id = %(person)s))
    AND (%(dated)s IS FALSE OR EXISTS (SELECT FROM message m
      WHERE m.conversation_id = c.conversation_id
        AND m.at >= coalesce(%(start)s::timestamptz, '-infinity')
        AND m.at < coalesce(%(end)s::timestamptz, 'infinity') {visible}))) AS fits
FROM scanned s ORDER BY s.at DESC, s.conversation_id DESC
"""
)
#: On each shelf, hop from word to word of those that answer.
WALKS: LiteralString = """
WITH RECURSIVE walk (shelf, word, n) AS (
  SELECT w.shelf, k.word, 1 FROM unnest(%(shelves)s::text[]) AS w (shelf) CROSS JOIN LATERAL (
    SELECT s.word FROM search_word s
    WHERE s.tenant = %(tenant)s AND s.shelf = w.shelf AND s.word >= %(first)s AND s.word < %(stop)s
    ORDER BY s.word LIMIT 1) k
  UNION ALL
  SELECT w.shelf, k.word, w.n + 1 FROM walk w CROSS JOIN LATERAL (
    SELECT s.word FROM search_word s
    WHERE s.tenant = %(tenant)s AND s.shelf = w.shelf AND s.word > w.word AND s.word < %(stop)s
    ORDER BY s.word LIMIT 1) k
  WHERE w.n <= %(most)s)
SELECT shelf, word, n FROM walk
"""
#: Along every shelf and word at once, the newest first.
MESSAGES: LiteralString = judged(
    """
WITH scanned AS MATERIALIZED (
  SELECT DISTINCT t.at, t.message_id
  FROM unnest(%(shelves)s::text[], %(words)s::text[]) AS w (shelf, word) CROSS JOIN LATERAL (
    SELECT k.at, k.message_id FROM search_word k
    WHERE k.tenant = %(tenant)s AND k.shelf = w.shelf AND k.word = w.word
      AND (k.at, k.message_id) < (%(at)s, %(id)s)
      AND k.at >= coalesce(%(start)s::timestamptz, '-infinity')
      AND k.at < coalesce(%(end)s::timestamptz, 'infinity')
    ORDER BY k.at DESC, k.message_id DESC LIMIT %(scan)s) t
  ORDER BY t.at DESC, t.message_id DESC LIMIT %(scan)s)
SELECT s.at, s.message_id AS id, EXISTS (
  SELECT FROM message m JOIN conversation c USING (conversation_id) {stands}
  WHERE m.message_id = s.message_id AND {may_read} {visible} {sifted}
    AND (%(person)s::text IS NULL OR m.author = %(person)s)
    AND (SELECT coalesce(bool_and(EXISTS (
           SELECT FROM search_word o WHERE o.message_id = s.message_id
             AND o.word >= x.first AND o.word < x.stop)), true)
         FROM unnest(%(firsts)s::text[], %(stops)s::text[]) AS x (first, stop))) AS fits
FROM scanned s ORDER BY s.at DESC, s.message_id DESC
"""
)
_READABLE: LiteralString = judged(
    """
SELECT c.conversation_id FROM conversation c LEFT JOIN tail t USING (conversation_id) {stands}
WHERE c.conversation_id = ANY(%(ids)s) AND {may_read}
  AND t.position > coalesce((SELECT up_to FROM cleared_mark k
    WHERE k.conversation_id = c.conversation_id AND k.extension_id = %(viewer)s), 0)
ORDER BY t.at DESC, c.conversation_id LIMIT %(most)s
"""
)


@dataclass(frozen=True)
class _Found:
    """Ids in their order, and the place after the last one that was looked at."""

    ids: list[str]
    following: str | None


class PostgresHistory:
    """Keeps the port's promises; one snapshot a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database, self._presence = database, presence

    async def conversations(
        self, scope: Scope, sifted: Sifted, before: Place | None, most: int
    ) -> Json:
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            values = {**_values(scope, sifted), "shelves": await shelves(rows, scope)}
            found = await _walk(rows, _CONVERSATIONS, values, before, most)
            items = await show(rows, scope, found.ids, self._presence)
        return {"items": items, "next": found.following}

    async def named(self, scope: Scope, text: str, most: int) -> list[Json]:
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            ids_ = await called(rows, scope, text)
            values = {**eyes(scope), "ids": sorted(ids_), "most": most}
            found = await (await rows.execute(_READABLE, values)).fetchall()
            names = [one["conversation_id"] for one in found]
            return await show(rows, scope, names, self._presence)

    async def messages(
        self,
        scope: Scope,
        wanted: tuple[Wanted, ...],
        sifted: Sifted,
        before: Place | None,
        most: int,
    ) -> Json:
        first, others = wording.rarest(wanted)
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            walks = await _walks(rows, scope, first)
            values = {
                **_values(scope, sifted),
                "shelves": [one["shelf"] for one in walks],
                "words": [one["word"] for one in walks],
                "firsts": [one.word for one in others],
                "stops": [one.end for one in others],
            }
            found = await _walk(rows, MESSAGES, values, before, most)
            shown = await self._shown(rows, scope, found.ids, wanted)
        partial = any(one["n"] > MOST_GOING_ON for one in walks)
        return {**shown, "next": found.following, "partial": partial}

    async def _shown(
        self, rows: Rows, scope: Scope, ids_: Sequence[str], wanted: tuple[Wanted, ...]
    ) -> Json:
        by_id = {one["message_id"]: one for one in await said.by_id(rows, ids_)}
        messages = [by_id[one] for one in ids_ if one in by_id]
        known = await reading.people(rows, reading.named_in(messages))
        people = People(known, lambda one: self._presence.is_online(scope.tenant, one))
        names = list(dict.fromkeys(one["conversation_id"] for one in messages))
        return {
            "items": [
                {"message": views.message(one, people), "snippet": _snippet(one, wanted)}
                for one in messages
            ],
            "conversations": await show(rows, scope, names, self._presence),
        }


def _snippet(row: Json, wanted: tuple[Wanted, ...]) -> list[Json]:
    return [
        {"text": piece.text, "found": piece.found} for piece in wording.snippet(row["text"], wanted)
    ]


def _values(scope: Scope, sifted: Sifted) -> dict[str, object]:
    return {
        **eyes(scope),
        "kind": sifted.kind,
        "number": sifted.number,
        "queue": sifted.queue_id,
        "person": sifted.person,
        "start": sifted.start,
        "end": sifted.end,
        "dated": sifted.start is not None or sifted.end is not None,
    }


async def _walks(rows: Rows, scope: Scope, first: Wanted) -> list[Json]:
    """Find on which shelves which words answer; one more than may be says that there are more."""
    values = {
        "tenant": scope.tenant,
        "shelves": await shelves(rows, scope),
        "first": first.word,
        "stop": first.end,
        "most": MOST_GOING_ON,
    }
    return await (await rows.execute(WALKS, values)).fetchall()


async def _walk(
    rows: Rows, statement: LiteralString, values: dict[str, Any], before: Place | None, most: int
) -> _Found:
    """Go back in time until a page is full, nothing is left, or enough was looked at."""
    at, id_ = before or _NEWEST
    fitting: list[Json] = []
    for _ in range(ROUNDS):
        asked = {**values, "at": at, "id": id_, "scan": SCANNED}
        looked = await (await rows.execute(statement, asked)).fetchall()
        fitting += [one for one in looked if one["fits"]]
        if len(fitting) > most:
            return _found(fitting[:most], fitting[most - 1])
        if len(looked) < SCANNED:
            return _found(fitting, None)
        at, id_ = looked[-1]["at"], looked[-1]["id"]
    return _found(fitting, {"at": at, "id": id_})


def _found(fitting: list[Json], last: Json | None) -> _Found:
    following = place_after(last["at"], last["id"]) if last else None
    return _Found([one["id"] for one in fitting], following)
