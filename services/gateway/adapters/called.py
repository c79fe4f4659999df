"""Finds conversations by a name or a number: contacts, colleagues, groups, whoever once texted.

Who may read them is another question; each source gives a bounded number.
"""

from services.gateway.adapters.contacts import found_by
from services.gateway.adapters.database import Rows
from services.gateway.domain import contacts, recipients, wording
from services.gateway.domain.limits import MOST_PEOPLE
from services.gateway.domain.scope import Scope
from services.kernel import ids

#: Conversations that a name may mean before the newest of them are chosen.
_MOST_NAMED = 500

_OF_NUMBERS = """
SELECT p.conversation_id FROM unnest(%s::text[]) AS w (number)
JOIN party p ON p.tenant = %s AND p.number = w.number LIMIT %s
"""
_BY_KEY = """
SELECT DISTINCT k.conversation_id FROM conversation_key k
WHERE k.tenant = %(tenant)s AND k.key >= %(first)s AND k.key < %(first)s || %(last)s
  AND (SELECT coalesce(bool_and(EXISTS (
         SELECT FROM conversation_key o WHERE o.conversation_id = k.conversation_id
           AND o.key >= more AND o.key < more || %(last)s)), true)
       FROM unnest(%(more)s::text[]) AS more)
LIMIT %(most)s
"""
_PEOPLE = """
SELECT extension_id, name, dial FROM person WHERE tenant = %s ORDER BY name LIMIT %s
"""


async def called(rows: Rows, scope: Scope, text: str) -> set[str]:
    """Name conversations that a name or number may mean: contacts, colleagues, groups, numbers."""
    return {
        *await _of_contacts(rows, scope, text),
        *await _of_colleagues(rows, scope, text),
        *await _by_key(rows, scope, text),
    }


async def _of_contacts(rows: Rows, scope: Scope, text: str) -> list[str]:
    numbers = [
        one["number"]
        for one in recipients.numbers(await found_by(rows, scope, text, _MOST_NAMED), text)
    ]
    cursor = await rows.execute(_OF_NUMBERS, (numbers, scope.tenant, _MOST_NAMED))
    return [one["conversation_id"] for one in await cursor.fetchall()]


async def _of_colleagues(rows: Rows, scope: Scope, text: str) -> list[str]:
    cursor = await rows.execute(_PEOPLE, (scope.tenant, MOST_PEOPLE))
    meant = recipients.colleagues(await cursor.fetchall(), text, scope.user)
    return [
        ids.derive("conversation", scope.tenant, "direct", *sorted((scope.user, one)))
        for one in meant[:_MOST_NAMED]
    ]


async def _by_key(rows: Rows, scope: Scope, text: str) -> list[str]:
    number = contacts.typed_digits(text)
    asked = [number] if number else contacts.words(text)[: wording.MOST_WANTED]
    if not asked:
        return []
    first, *more = sorted(asked, key=len, reverse=True)
    values = {
        "tenant": scope.tenant,
        "first": first,
        "more": more,
        "last": wording.LAST,
        "most": _MOST_NAMED,
    }
    cursor = await rows.execute(_BY_KEY, values)
    return [one["conversation_id"] for one in await cursor.fetchall()]
