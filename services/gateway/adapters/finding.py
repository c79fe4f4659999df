"""Derives what contacts and conversations are found by, in the transaction that changed them."""

from collections.abc import Collection

import orjson

from services.gateway.adapters.database import Rows
from services.gateway.domain.contacts import keys
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
    """Make the outside people of these conversations findable by their numbers."""
    if ids:
        await rows.execute("DELETE FROM party WHERE conversation_id = ANY(%s)", (list(ids),))
        await rows.execute(_PARTIES, (list(ids),))


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
