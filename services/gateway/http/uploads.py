"""Files on their way: opened, brought piece by piece, taken up again after a broken line, sent."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import APIRouter, Header, Request, Response

from schemas.files import MOST_CHUNK_BYTES
from schemas.media import SentFile
from services.gateway.domain.scope import Scope
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble, not_found
from services.gateway.http.shapes import Problem
from services.gateway.http.upload_shapes import NewUpload, Upload
from services.gateway.ports import Json, MediaAway, NoSuchUpload, UploadRefused, UploadTaken

_SAYS_NO: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "A rule said no; `code` says which"},
    503: {"model": Problem, "description": "Files cannot be taken right now"},
}
_OFFSET = "Upload-Offset"
router = APIRouter(tags=["uploads"], responses=_SAYS_NO)

GivenT = ParamSpec("GivenT")
ResultT = TypeVar("ResultT")


def _translated(
    route: Callable[GivenT, Awaitable[ResultT]],
) -> Callable[GivenT, Awaitable[ResultT]]:
    """Turn what media says into problems."""

    @functools.wraps(route)
    async def translated(*given: GivenT.args, **named: GivenT.kwargs) -> ResultT:
        try:
            return await route(*given, **named)
        except UploadRefused as no:
            more = {} if no.offset is None else {"offset": no.offset}
            raise Trouble(409, no.code, no.text, None, **more) from no
        except NoSuchUpload as gone:
            raise not_found() from gone
        except MediaAway as away:
            text = "Files cannot be taken right now."
            raise Trouble(503, "media-away", text, {"Retry-After": "2"}) from away

    return translated


@router.post("/uploads", status_code=201, response_model=Upload, operation_id="open_upload")
@_translated
async def open_upload(body: NewUpload, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Begin an upload, or find it by its key as it stands."""
    name = command_id(key, caller.scope, "uploads")
    return _shown(await parts.uploads.open(caller.scope, name, body.name, body.size))


@router.patch(
    "/uploads/{upload_id}",
    response_model=Upload,
    operation_id="add_to_upload",
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
@_translated
async def add_to_upload(
    *,
    upload_id: str,
    request: Request,
    caller: CallerDep,
    parts: PartsDep,
    offset: Annotated[int, Header(alias=_OFFSET, ge=0)],
) -> Json:
    """Bring the next piece, of at most `chunk_bytes`; 409 `wrong-offset` says where to go on."""
    content = await request.body()
    return _shown(await parts.uploads.add(caller.scope, upload_id, offset, content))


@router.get("/uploads/{upload_id}", response_model=Upload, operation_id="upload")
@router.head("/uploads/{upload_id}", include_in_schema=False)
@_translated
async def upload(upload_id: str, caller: CallerDep, parts: PartsDep, response: Response) -> Json:
    """Say how far it has come."""
    found = await parts.uploads.look(caller.scope, upload_id)
    response.headers[_OFFSET] = str(found.offset)
    return _shown(found)


@router.post("/uploads/{upload_id}/complete", response_model=Upload, operation_id="complete_upload")
@_translated
async def complete_upload(upload_id: str, caller: CallerDep, parts: PartsDep, key: KeyDep) -> Json:
    """Check it, make it small, keep it; again is harmless."""
    del key
    return _shown(await parts.uploads.finish(caller.scope, upload_id))


@router.delete("/uploads/{upload_id}", status_code=204, operation_id="cancel_upload")
@_translated
async def cancel_upload(upload_id: str, caller: CallerDep, parts: PartsDep) -> None:
    """Drop it; what is complete ends by itself."""
    await parts.uploads.cancel(caller.scope, upload_id)


@_translated
async def sent_files(parts: Parts, scope: Scope, uploads: Sequence[str]) -> tuple[SentFile, ...]:
    """Give what these uploads have become, in their order; a problem where one is not ready."""
    found = await asyncio.gather(*(_sent_file(parts, scope, one) for one in uploads))
    return tuple(found)


async def _sent_file(parts: Parts, scope: Scope, upload_id: str) -> SentFile:
    try:
        taken = await parts.uploads.look(scope, upload_id)
    except NoSuchUpload as gone:
        raise UploadRefused("upload-gone", "Attach the file again.") from gone
    if taken.file is None:
        raise UploadRefused("not-uploaded", f"{taken.name} is still being uploaded.")
    return taken.file


def _shown(taken: UploadTaken) -> Json:
    return {
        "id": taken.id,
        "name": taken.name,
        "size": taken.size,
        "offset": taken.offset,
        "chunk_bytes": MOST_CHUNK_BYTES,
        "state": "open" if taken.file is None else "done",
        "expires_at": taken.expires_at,
        "file": None if taken.file is None else _file(taken.id, taken.file),
    }


def _file(upload_id: str, file: SentFile) -> Json:
    return {
        "id": upload_id,
        "name": file.name,
        "media_type": file.original.media_type,
        "size": file.original.size,
        "width": file.original.width,
        "height": file.original.height,
    }
