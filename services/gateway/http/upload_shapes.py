"""The bodies of uploads, as the OpenAPI document publishes them; on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.gateway.http.shapes import _Input, _Output


class UploadedFile(_Output):
    """What will be sent: a picture may have become smaller, and a HEIC a JPEG."""

    id: str
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None


class Upload(_Output):
    """A file on its way; complete, a message may carry it until `expires_at`."""

    id: str
    name: str
    size: int
    #: Bytes that are here; the next piece begins there.
    offset: int
    chunk_bytes: int
    state: Literal["open", "done"]
    expires_at: datetime
    file: UploadedFile | None


class NewUpload(_Input):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=0)]
    #: What the browser thinks it is; the bytes decide.
    media_type: Annotated[str | None, Field(max_length=200)] = None
