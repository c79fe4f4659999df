"""When a file is fetched, tried again, kept or given up; pure."""

from datetime import timedelta
from typing import Literal

import msgspec

from schemas.base import ConversationId, MessageId, RemoteFile
from schemas.conversation import MessageReceived
from schemas.media import FileRefused, FileStored, RecordFetch

#: Waits before the second, third… try: carriers keep files for days, links may need a moment.
RETRY_LADDER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=12),
    timedelta(hours=24),
)
MAX_TRIES = len(RETRY_LADDER) + 1
#: More files than any carrier sends in one message (carriers.md §1); the rest is refused.
MAX_FILES = 20

Result = Literal["stored", "refused"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch, and on whose behalf. Part `wanted/<message>/<index>`, fed by conversations."""

    conversation_id: ConversationId
    message_id: MessageId
    index: int
    tenant: str
    partitionkey: str
    file: RemoteFile
    carrier: str
    account: str


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended. Part `settled/<message>/<index>`, fed by our own events."""

    result: Result


class Fetch(msgspec.Struct, frozen=True, kw_only=True):
    """The effect: fetch this file, `tries` counted from 1."""

    wanted: Wanted
    tries: int


def wanted(message: MessageReceived, tenant: str, partitionkey: str) -> tuple[Wanted, ...]:
    """Name every file of a message, in its order."""
    return tuple(
        Wanted(
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            index=index,
            tenant=tenant,
            partitionkey=partitionkey,
            file=file,
            carrier=message.carrier,
            account=message.account,
        )
        for index, file in enumerate(message.files)
    )


def settle(report: RecordFetch, known: Settled | None) -> FileStored | FileRefused | None:
    """Turn the fetch's report into the event that ends it; None while it goes on or is over."""
    if known is not None or next_wait(report) is not None:
        return None
    if report.original is not None:
        return FileStored(
            conversation_id=report.conversation_id,
            message_id=report.message_id,
            index=report.index,
            name=report.name or f"file-{report.index + 1}",
            original=report.original,
            thumbnail=report.thumbnail,
        )
    return FileRefused(
        conversation_id=report.conversation_id,
        message_id=report.message_id,
        index=report.index,
        code=report.code or "gone",
    )


def next_wait(report: RecordFetch) -> timedelta | None:
    """Give the wait before the next try, or None where the report is final."""
    if not report.retry or report.tries >= MAX_TRIES:
        return None
    return RETRY_LADDER[report.tries - 1]
