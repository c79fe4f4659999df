"""Reads a viewer's feed, and begins one for who has none yet."""

from services.gateway.adapters.database import Rows
from services.gateway.adapters.feed import numbered
from services.gateway.domain.scope import Scope


async def head(rows: Rows, scope: Scope) -> int | None:
    """Give the last sequence of this viewer's feed; None where they have no feed."""
    cursor = await rows.execute("SELECT sequence FROM feed_head WHERE viewer = %s", (scope.user,))
    found = await cursor.fetchone()
    return None if found is None else found["sequence"]


async def begin(rows: Rows, scope: Scope) -> None:
    """Tell this viewer from now on; waits for a projector that is in the middle of a batch."""
    await rows.execute(
        "INSERT INTO feed_head (viewer, tenant) VALUES (%s, %s) ON CONFLICT (viewer) DO NOTHING",
        (scope.user, scope.tenant),
    )


async def changes(
    rows: Rows, scope: Scope, after: int, limit: int
) -> tuple[list[str], bool] | None:
    """Give the frames after a place; None where it is trimmed, or was never ours."""
    cursor = await rows.execute(
        "SELECT sequence, trimmed FROM feed_head WHERE viewer = %s", (scope.user,)
    )
    place = await cursor.fetchone()
    if place is None or not place["trimmed"] <= after <= place["sequence"]:
        return None
    cursor = await rows.execute(
        "SELECT sequence, frame FROM feed WHERE viewer = %s AND sequence > %s"
        " ORDER BY sequence LIMIT %s",
        (scope.user, after, limit + 1),
    )
    found = await cursor.fetchall()
    frames = [numbered(one["sequence"], one["frame"]) for one in found[:limit]]
    return frames, len(found) > limit
