"""The fetch effect: from the carrier to the bucket, sniffed, hashed, measured, made small."""

import shutil
import tempfile
from pathlib import Path

import msgspec
import structlog

from schemas.media import RecordFetch, StoredObject
from services.kernel.handling import Addressed
from services.media.adapters import sniff
from services.media.adapters.keeping import Keeping
from services.media.domain import naming
from services.media.domain.fetching import Fetch
from services.media.ports import NotFetched, Source, StoreAway

#: Presentation markup of MMS: says how to lay out the rest of the message, shows nothing itself.
_SMIL = "application/smil"
_log = structlog.get_logger()


class FetchPerformer:
    """Performer of the effect `fetch`. Repeating it is harmless: equal bytes have an equal key."""

    def __init__(self, source: Source, keeping: Keeping) -> None:
        self._source = source
        self._keeping = keeping

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        del effect_id
        fetch = msgspec.json.decode(payload, type=Fetch)
        folder = Path(tempfile.mkdtemp(prefix="tandem-media-"))
        try:
            report = await self._copy(fetch, folder)
        except NotFetched as trouble:
            report = _report(fetch, code=trouble.code, retry=trouble.retry)
        except StoreAway:
            report = _report(fetch, code="store-away", retry=True)
        finally:
            shutil.rmtree(folder)
        _log.info("file-fetched", message_id=report.message_id, code=report.code)
        return (_addressed(fetch, report),)

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        del effect_id, payload
        return None

    async def _copy(self, fetch: Fetch, folder: Path) -> RecordFetch:
        if (fetch.wanted.file.media_type or "").lower().startswith(_SMIL):
            raise NotFetched("type-not-allowed", retry=False)
        fetched = await self._source.fetch(fetch.wanted, folder)
        media_type = sniff.media_type(fetched.path, fetch.wanted.file.media_type)
        key = f"{fetch.wanted.tenant}/{fetched.sha256}"
        original, thumbnail = await self._keeping.keep(key, fetched.path, media_type)
        return _report(
            fetch,
            name=naming.of_link(fetch.wanted.file.url, fetch.wanted.index, media_type),
            original=original,
            thumbnail=thumbnail,
        )


def _report(
    fetch: Fetch,
    *,
    name: str | None = None,
    original: StoredObject | None = None,
    thumbnail: StoredObject | None = None,
    code: str | None = None,
    retry: bool = False,
) -> RecordFetch:
    return RecordFetch(
        conversation_id=fetch.wanted.conversation_id,
        message_id=fetch.wanted.message_id,
        index=fetch.wanted.index,
        tries=fetch.tries,
        name=name,
        original=original,
        thumbnail=thumbnail,
        code=code,
        retry=retry,
    )


def _addressed(fetch: Fetch, report: RecordFetch) -> Addressed:
    want = fetch.wanted
    return Addressed(
        subject=want.conversation_id,
        partitionkey=want.partitionkey,
        tenant=want.tenant,
        data=report,
    )
