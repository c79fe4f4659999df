"""A service runs on the described topics, the very ones that it has read before, or not at all.

Another number of partitions breaks the order of a key, another retention may eat what is unread,
and offsets of a topic that was deleted and made anew mean other records (reliability.md F32).
"""

from collections.abc import Mapping
from uuid import UUID

from services.kernel import postgres
from services.kernel.kafka import topics
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness

_KEEP = """
INSERT INTO topic_identity (topic, id)
SELECT * FROM unnest(%(names)s::text[], %(ids)s::uuid[]) ON CONFLICT DO NOTHING"""
_OTHERS = """
SELECT k.topic FROM topic_identity k
JOIN unnest(%(names)s::text[], %(ids)s::uuid[]) AS u (topic, id) USING (topic)
WHERE k.id <> u.id ORDER BY k.topic"""


async def require(servers: str, service: str, pool: Pool | None, readiness: Readiness) -> None:
    """Return once all is as it must be; WrongTopics says what is not, waiting does not help."""
    found = await topics.compare_patiently(servers, service, readiness)
    read = {name: id_ for name, id_ in found.items() if name in topics.inputs_of(service)}
    if pool is not None and read:
        await _require_the_same(pool, read, readiness)


async def _require_the_same(pool: Pool, found: Mapping[str, UUID], readiness: Readiness) -> None:
    """Keep each topic's identity beside its positions, and know it again."""
    values = {"names": list(found), "ids": list(found.values())}

    async def known() -> list[postgres.Row]:
        await postgres.execute(pool, _KEEP, values)
        return await postgres.fetch_all(pool, _OTHERS, values)

    others = [str(name) for (name,) in await postgres.patiently(known, readiness, "postgres")]
    if others:
        raise topics.TopicsMadeAnew(*others)
