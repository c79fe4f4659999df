"""`media-events` and `media-commands`: files copied in, or refused. Written by media alone.

Subject is the conversation, key its partition key. A file is named by its message and its index.
"""

from schemas.base import Command, ConversationId, Event, MessageId, PersonalText, Value


class StoredObject(Value, frozen=True, kw_only=True):
    """An object in the media bucket."""

    #: `<tenant>/<sha256>`: equal bytes are stored once a tenant.
    key: str
    #: What *we* sniffed; never the carrier's claim (security.md §5).
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


class FileStored(Event, frozen=True, kw_only=True):
    """A file of a message is ours now, safe to show by its type."""

    conversation_id: ConversationId
    message_id: MessageId
    index: int
    name: PersonalText
    original: StoredObject
    #: A re-encoded image of at most 640 px, for images that we can decode.
    thumbnail: StoredObject | None = None


class FileRefused(Event, frozen=True, kw_only=True):
    """A file of a message could not be had; the text stands without it."""

    conversation_id: ConversationId
    message_id: MessageId
    index: int
    #: Stable: `blocked-address`, `too-big`, `too-many-files`, `type-not-allowed`, `gone`,
    #: `timeout`, `too-many-redirects`.
    code: str


class RecordFetch(Command, frozen=True, kw_only=True):
    """The fetch effect reports: the stored file, or a refusal's code, or `retry` with its code."""

    conversation_id: ConversationId
    message_id: MessageId
    index: int
    tries: int
    name: PersonalText | None = None
    original: StoredObject | None = None
    thumbnail: StoredObject | None = None
    code: str | None = None
    retry: bool = False


MediaEvent = FileStored | FileRefused
MediaCommand = RecordFetch
