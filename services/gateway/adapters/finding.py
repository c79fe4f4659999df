"""Derives what contacts, conversations and messages are found by, as what they follow changes."""

from collections.abc import Collection

import orjson

from services.gateway.adapters.database import Rows
from services.gateway.domain import wording
from services.gateway.domain.contacts import called_by, keys
from services.gateway.domain.naming import SHARED
from services.gateway.domain.touched import Touched

_FORGET = "DELETE FROM contact_key WHERE contact_id = ANY(%s) RETURNING tenant, key"
_CONTACTS = """
SELECT tenant, contact_id, owner, name, company, numbers, emails FROM contact
WHERE contact_id = ANY(%s) AND NOT removed
"""
_PUT = """
INSERT INTO contact_key (tenant, owner, key, contact_id)
SELECT tenant, owner, key, contact_id
FROM jsonb_to_recordset(%s::jsonb) AS r (tenant text, owner text, contact_id text, keys jsonb),
  jsonb_array_elements_text(keys) AS key
RETURNING tenant, key
"""
_PARTIES = """
INSERT INTO party (tenant, number, conversation_id)
SELECT DISTINCT c.tenant, outside, c.conversation_id
FROM conversation c, jsonb_array_elements_text(c.counterparts) AS outside
WHERE c.conversation_id = ANY(%s)
"""
_NAMED = """
SELECT tenant, conversation_id, name, counterparts FROM conversation
WHERE conversation_id = ANY(%s)
"""
_CALL = """
INSERT INTO conversation_key (tenant, key, conversation_id)
SELECT tenant, key, conversation_id
FROM jsonb_to_recordset(%s::jsonb) AS r (tenant text, conversation_id text, keys jsonb),
  jsonb_array_elements_text(keys) AS key
"""
_SAID = """
SELECT message_id, CASE WHEN NOT gone THEN text END AS text FROM message
WHERE message_id = ANY(%s)
"""
#: What was said never changes, so a word that is there stays as it is.
_SPELL = """
INSERT INTO search_word (tenant, shelf, word, at, message_id)
SELECT m.tenant, split_part(c.partition_key, '|', 1), word, m.at, m.message_id
FROM unnest(%s::text[], %s::text[]) AS r (message_id, word)
JOIN message m USING (message_id) JOIN conversation c USING (conversation_id)
ON CONFLICT (message_id, word) DO NOTHING
"""
_CONCERNED = """
SELECT DISTINCT p.conversation_id FROM party p
JOIN unnest(%s::text[], %s::text[]) AS w (tenant, number) USING (tenant, number)
"""


async def contacts(rows: Rows, ids: Collection[str]) -> set[tuple[str, str]]:
    """Make the keys of these contacts what they say; gives all keys that came, went or stayed."""
    if not ids:
        return set()
    before = await rows.execute(_FORGET, (list(ids),))
    cursor = await rows.execute(_CONTACTS, (list(ids),))
    records = [
        {
            "tenant": one["tenant"],
            "owner": one["owner"] or SHARED,
            "contact_id": one["contact_id"],
            "keys": keys(one),
        }
        for one in await cursor.fetchall()
    ]
    after = await rows.execute(_PUT, (orjson.dumps(records).decode(),))
    both = [*await before.fetchall(), *await after.fetchall()]
    return {(one["tenant"], one["key"]) for one in both}


async def parties(rows: Rows, ids: Collection[str]) -> None:
    """Make these conversations findable by their outside people's numbers and by their name."""
    if not ids:
        return
    await rows.execute("DELETE FROM party WHERE conversation_id = ANY(%s)", (list(ids),))
    await rows.execute(_PARTIES, (list(ids),))
    await rows.execute("DELETE FROM conversation_key WHERE conversation_id = ANY(%s)", (list(ids),))
    cursor = await rows.execute(_NAMED, (list(ids),))
    records = [
        {**one, "keys": called_by(one["name"], one["counterparts"])}
        for one in await cursor.fetchall()
    ]
    await rows.execute(_CALL, (orjson.dumps(records).decode(),))


async def words(rows: Rows, ids: Collection[str]) -> None:
    """Make these messages findable by their words, and by none those that are gone."""
    if not ids:
        return
    cursor = await rows.execute(_SAID, (list(ids),))
    found = await cursor.fetchall()
    gone = [one["message_id"] for one in found if one["text"] is None]
    if gone:
        await rows.execute("DELETE FROM search_word WHERE message_id = ANY(%s)", (gone,))
    said = [
        (one["message_id"], word)
        for one in found
        if one["text"]
        for word in wording.words(one["text"])
    ]
    if said:
        messages, spoken = zip(*said, strict=True)
        # arrays, whose length the planner sees: it takes 100 for granted of a JSON value's rows,
        # and then reads a table of ten thousand messages for one (M10)
        await rows.execute(_SPELL, (list(messages), list(spoken)))


async def renamed(rows: Rows, touched: Touched) -> None:
    """Derive what the batch changed, and add the conversations of whoever has another name now."""
    await parties(rows, touched.parties)
    found = await contacts(rows, touched.contacts)
    numbers = {(tenant, f"+{key}") for tenant, key in found if key.isdecimal()}
    # a short code has no plus
    numbers |= {(tenant, key) for tenant, key in found if key.isdecimal()} | touched.callers
    if numbers:
        tenants, wanted = (list(column) for column in zip(*sorted(numbers), strict=True))
        cursor = await rows.execute(_CONCERNED, (tenants, wanted))
        touched.conversations.update(one["conversation_id"] for one in await cursor.fetchall())
