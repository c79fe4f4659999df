"""The desk that takes uploads: piece by piece, then made ready to be sent, then kept."""

import asyncio
import hashlib
import shutil
import tempfile
from pathlib import Path

import structlog

from schemas.media import SentFile
from services.media.adapters import sniff
from services.media.adapters.keeping import Keeping
from services.media.domain import kinds, uploading
from services.media.domain.uploading import NewUpload, NotTaken, Upload
from services.media.ports import Holding, Lightener, Scratch, Uploads, Whose

_READ_BYTES = 1 << 20
_log = structlog.get_logger()


class UploadDesk:
    """Desk over the register, the scratch and the bucket; every step may be repeated."""

    def __init__(
        self,
        uploads: Uploads,
        scratch: Scratch,
        keeping: Keeping,
        lightener: Lightener,
        holding: Holding,
    ) -> None:
        self._uploads, self._scratch = uploads, scratch
        self._keeping, self._lightener = keeping, lightener
        self._holding = holding
        #: Work that goes on although whoever asked for it gave up; asked again, they join it.
        self._finishing: dict[str, asyncio.Task[Upload]] = {}

    async def open(self, new: NewUpload) -> Upload:
        uploading.check_new(new)
        return await self._uploads.open(new, uploading.OPEN_LIFE)

    async def add(self, whose: Whose, offset: int, content: bytes) -> Upload:
        upload = await self.look(whose)
        uploading.check_chunk(upload, offset, len(content))
        if not content:
            return upload
        # named by its bytes: of two that race for a place, each keeps its own
        name = f"{upload.id}/{offset}-{hashlib.sha256(content).hexdigest()}"
        await self._scratch.put(name, content)
        grown = await self._uploads.grow(upload, name, len(content), uploading.OPEN_LIFE)
        if grown is None:
            now = await self.look(whose)
            raise NotTaken("wrong-offset", "Go on from where the upload stands.", now.received)
        return grown

    async def look(self, whose: Whose) -> Upload:
        found = await self._uploads.find(whose.id, whose.tenant, whose.owner)
        if found is None:
            raise LookupError(whose.id)
        return found

    async def finish(self, whose: Whose) -> Upload:
        upload = await self.look(whose)
        if upload.file is not None:
            return upload
        uploading.check_whole(upload)
        work = self._finishing.get(upload.id)
        if work is None:
            work = asyncio.create_task(self._finish(upload))
            self._finishing[upload.id] = work
            work.add_done_callback(lambda _: self._finishing.pop(upload.id))
        return await asyncio.shield(work)

    async def _finish(self, upload: Upload) -> Upload:
        folder = Path(tempfile.mkdtemp(prefix="tandem-upload-"))
        try:
            file = await self._made_ready(upload, folder)
        finally:
            shutil.rmtree(folder)
        done = await self._uploads.finish(upload, file, uploading.DONE_LIFE)
        if done is None:
            raise LookupError(upload.id)
        await self._scratch.clear(upload.id)
        _log.info("file-uploaded", upload_id=upload.id, size=file.original.size)
        return done

    async def cancel(self, whose: Whose) -> None:
        """Forget an upload; a complete one may be on its way in a message, so its time runs out."""
        found = await self.look(whose)
        if found.file is not None:
            return
        if found.key is not None:
            await self._holding.release(found, found.key)
        await self._scratch.clear(found.id)
        await self._uploads.drop(found.id)

    async def _made_ready(self, upload: Upload, folder: Path) -> SentFile:
        whole = folder / "whole"
        for chunk in upload.chunks:
            _append(whole, await self._scratch.get(chunk))
        media_type = sniff.media_type(whole, kinds.promised(upload.name))
        uploading.check_kind(upload, media_type)
        path = whole
        if media_type.startswith(("image/", "video/")):
            light = await self._lightener.lighten(whole, media_type)
            if light is None:
                raise NotTaken("type-not-allowed", f"{upload.name} cannot be read.")
            path, media_type = light.path, light.media_type
        uploading.check_size(upload.name, path.stat().st_size)
        key = f"{upload.tenant}/{_hash(path)}"
        # noted, held, put: no crash in between leaves a hold or bytes that nobody knows of
        await self._uploads.intend(upload, key)
        await self._holding.hold(upload, key)
        original, thumbnail = await self._keeping.keep(key, path, media_type)
        name = kinds.renamed(upload.name, media_type)
        return SentFile(name=name, original=original, thumbnail=thumbnail)


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
