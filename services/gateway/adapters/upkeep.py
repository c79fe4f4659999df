"""Trims what is kept by age: frames, outcomes of commands; a bounded piece at a time."""

from datetime import datetime, timedelta

from services.gateway.adapters.schema import enter
from services.gateway.domain.scope import EVERYTHING
from services.kernel.postgres import Pool

#: A client that was away for longer bootstraps again (410).
FEED_KEPT = timedelta(hours=24)
OUTCOMES_KEPT = timedelta(days=1)
_MOST_ROWS = 20_000

_FEED = """
WITH gone AS (
  DELETE FROM feed WHERE (viewer, sequence) IN (
    SELECT viewer, sequence FROM feed WHERE at < %s ORDER BY at LIMIT %s)
  RETURNING viewer, sequence)
UPDATE feed_head SET trimmed = greatest(trimmed, last.sequence)
FROM (SELECT viewer, max(sequence) AS sequence FROM gone GROUP BY viewer) last
WHERE feed_head.viewer = last.viewer
"""
_OUTCOMES = """
DELETE FROM command_outcome WHERE command_id IN (
  SELECT command_id FROM command_outcome WHERE at < %s ORDER BY at LIMIT %s)
"""
_REQUESTS = """
DELETE FROM gateway.command_request WHERE command_id IN (
  SELECT command_id FROM gateway.command_request WHERE at < %s LIMIT %s)
"""


async def trim(pool: Pool, schema: str, now: datetime) -> None:
    """Forget what is older than it is kept."""
    async with pool.connection() as plain, plain.transaction():
        await enter(plain, EVERYTHING, schema)
        await plain.execute(_FEED, (now - FEED_KEPT, _MOST_ROWS))
        await plain.execute(_OUTCOMES, (now - OUTCOMES_KEPT, _MOST_ROWS))
        await plain.execute(_REQUESTS, (now - OUTCOMES_KEPT, _MOST_ROWS))
