"""Shows conversations, people and numbers to one viewer, from their rows."""

from collections.abc import Sequence

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Rows
from services.gateway.adapters.naming import names_for
from services.gateway.domain import audience, views
from services.gateway.domain.limits import MOST_PEOPLE
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence


async def show(rows: Rows, scope: Scope, ids: Sequence[str], presence: Presence) -> list[Json]:
    """Show those of these conversations that the viewer may read, in this order."""
    facts = await reading.facts(rows, ids)
    seen = [
        name
        for name in ids
        if name in facts
        and facts[name]["tenant"] == scope.tenant
        and audience.may_read(facts[name], scope.user)
    ]
    marks = await reading.marks(rows, [(name, scope.user) for name in seen])
    named = reading.named_in(facts.values(), marks.values()) | {scope.user}
    known = await reading.people(rows, named)
    people = People(known, lambda one: presence.is_online(scope.tenant, one))
    names = await names_for(rows, (facts[name] for name in seen), [scope.user])
    return [
        views.conversation(facts[name], marks[name, scope.user], scope.user, people, names)
        for name in seen
    ]


async def readable(rows: Rows, scope: Scope, conversation_id: str) -> reading.Facts | None:
    """Give a conversation that this viewer may read."""
    facts = (await reading.facts(rows, [conversation_id])).get(conversation_id)
    if facts is None or facts["tenant"] != scope.tenant:
        return None
    return facts if audience.may_read(facts, scope.user) else None


async def own_numbers(rows: Rows, scope: Scope) -> list[Json]:
    """Give the numbers that this viewer may send from; a queue's number only the queue answers."""
    cursor = await rows.execute(
        "SELECT number, label, toll_free FROM number WHERE tenant = %s AND texting"
        " AND callers ? %s ORDER BY number LIMIT 100",
        (scope.tenant, scope.user),
    )
    return [
        {**views.phone(one["number"]), "label": one["label"], "toll_free": one["toll_free"]}
        for one in await cursor.fetchall()
    ]


async def everybody(rows: Rows, scope: Scope, presence: Presence) -> list[Json]:
    """Give the tenant's people by name."""
    cursor = await rows.execute(
        "SELECT extension_id, name, dial FROM person WHERE tenant = %s"
        " ORDER BY name, extension_id LIMIT %s",
        (scope.tenant, MOST_PEOPLE),
    )
    known = {one["extension_id"]: one for one in await cursor.fetchall()}
    shown = People(known, lambda one: presence.is_online(scope.tenant, one))
    return [shown.view(one) for one in known]
