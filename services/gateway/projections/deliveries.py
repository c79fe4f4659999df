"""How far each text came, and which of its files are ours."""

from collections.abc import Iterator
from typing import Any

from schemas.delivery import DeliveryChanged, SendRefused
from schemas.envelope import Envelope
from schemas.media import FileRefused, FilesForgotten, FileStored
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

_HELD_BACK = "It was held back before it reached a carrier."


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a change of delivery, or a file's end, into its row."""
    match envelope.data:
        case DeliveryChanged() as event:
            yield _delivery(envelope, event, event.status, event.failure_code, event.failure_text)
        case SendRefused() as event:
            yield _delivery(envelope, event, "failed", event.code, _HELD_BACK)
        case FileStored() as event:
            yield _stored(envelope, event)
        case FileRefused() as event:
            yield _file(envelope, event.index, state="refused", code=event.code)
        case FilesForgotten() as event:
            for index in event.indexes:
                yield _file(envelope, index, state="refused", code="deleted")


def _delivery(
    envelope: Envelope[Any],
    event: DeliveryChanged | SendRefused,
    status: str,
    code: str | None,
    text: str | None,
) -> Row:
    return row(
        envelope,
        "delivery",
        message_id=event.message_id,
        recipient=event.recipient,
        attempt=event.attempt,
        status=status,
        failure_code=code,
        failure_text=text,
    )


def _stored(envelope: Envelope[Any], event: FileStored) -> Row:
    file, small = event.original, event.thumbnail
    return _file(
        envelope,
        event.index,
        state="stored",
        name=event.name,
        media_type=file.media_type,
        size=file.size,
        width=file.width,
        height=file.height,
        object_key=file.key,
        thumb_key=small.key if small else None,
        thumb_type=small.media_type if small else None,
    )


_NOTHING: dict[str, object] = dict.fromkeys(
    (
        "name",
        "media_type",
        "size",
        "width",
        "height",
        "object_key",
        "thumb_key",
        "thumb_type",
        "code",
    )
)


def _file(envelope: Envelope[Any], index: int, **values: object) -> Row:
    return row(
        envelope,
        "media_file",
        message_id=envelope.data.message_id,
        file_index=index,
        **{**_NOTHING, **values},
    )
