"""Looks up a message's first picture in what the service remembers of the message."""

import msgspec

from schemas.base import MessageId
from services.kernel import postgres
from services.kernel.postgres import Pool
from services.media.adapters.keeping import SMALL
from services.media.adapters.tables import now_or_away
from services.media.domain.holding import Kept, kept_key
from services.media.ports import Preview

_KEPT = "SELECT value::text FROM part WHERE key = %s"


class PostgresPreviews:
    """Previews by one row a message."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def preview(self, message_id: MessageId) -> Preview | None:
        key = kept_key(message_id)
        rows = await now_or_away(lambda: postgres.fetch_all(self._pool, _KEPT, (key,)))
        for (value,) in rows:
            kept = msgspec.json.decode(value, type=Kept)
            if kept.forgotten:
                raise LookupError(message_id)
            for index in sorted(kept.pictures):
                return Preview(key=kept.files[index] + SMALL, media_type=kept.pictures[index])
        return None
