"""Looks up whose numbers are whose, for all conversations and viewers of a batch at once."""

from collections.abc import Iterable

from services.gateway.adapters.database import Rows
from services.gateway.adapters.facts import Facts
from services.gateway.domain.naming import NOBODY, SHARED, Names

_CONTACTS = """
SELECT w.number AS wanted, c.tenant, c.owner, c.contact_id, c.name, c.company, c.numbers
FROM unnest(%s::text[], %s::text[]) AS w (tenant, number)
JOIN contact_key k ON k.tenant = w.tenant AND k.key = ltrim(w.number, '+') AND k.owner = ANY(%s)
JOIN contact c USING (contact_id)
WHERE c.numbers @> jsonb_build_array(jsonb_build_object('number', w.number))
"""
_CALLERS = """
SELECT tenant, number, name FROM caller_name n
JOIN unnest(%s::text[], %s::text[]) AS w (tenant, number) USING (tenant, number)
"""


async def names_for(rows: Rows, facts: Iterable[Facts], viewers: Iterable[str]) -> Names:
    """Name the outside people of these conversations, as these viewers know them."""
    wanted = {(one["tenant"], number) for one in facts for number in one["counterparts"] or ()}
    return await names_of(rows, wanted, viewers)


async def names_of(rows: Rows, wanted: Iterable[tuple[str, str]], viewers: Iterable[str]) -> Names:
    """Name these numbers of these tenants."""
    pairs = sorted(wanted)
    if not pairs:
        return NOBODY
    tenants, numbers = (list(column) for column in zip(*pairs, strict=True))
    owners = [SHARED, *viewers]
    contacts = await rows.execute(_CONTACTS, (tenants, numbers, owners))
    callers = await rows.execute(_CALLERS, (tenants, numbers))
    return Names(await contacts.fetchall(), await callers.fetchall())
