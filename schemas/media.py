"""`media-events` and `media-commands`: files copied in, or refused; the events are media's.

Subject is the conversation, key its partition key. A file is named by its message and its index.
Who needs an object of the bucket is told under the object: subject `object/<key>`, key `<key>`.
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


class SentFile(Value, frozen=True, kw_only=True):
    """A file of ours that a message carries: uploaded, checked and made small before."""

    name: PersonalText
    original: StoredObject
    thumbnail: StoredObject | None = None


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


class FilesForgotten(Event, frozen=True, kw_only=True):
    """A message's files are gone for everybody; their objects go with their last message."""

    conversation_id: ConversationId
    message_id: MessageId
    #: The files that it had, by index.
    indexes: tuple[int, ...]


class ObjectHeld(Event, frozen=True, kw_only=True):
    """Somebody needs an object of the bucket from now on."""

    key: str
    #: `message/<id>` or `upload/<id>`.
    holder: str


class ObjectReleased(Event, frozen=True, kw_only=True):
    """They need it no more. With `last` nobody does, and its bytes are removed."""

    key: str
    holder: str
    last: bool


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


class ForgetFiles(Command, frozen=True, kw_only=True):
    """The message is deleted: let go of its files."""

    conversation_id: ConversationId
    message_id: MessageId


class HoldObject(Command, frozen=True, kw_only=True):
    """Keep this object for me, however often I say so."""

    key: str
    holder: str


class ReleaseObject(Command, frozen=True, kw_only=True):
    """I need it no more."""

    key: str
    holder: str


class SweepObject(Command, frozen=True, kw_only=True):
    """It was written too lately to be removed when nobody held it: look again."""

    key: str


MediaEvent = FileStored | FileRefused | FilesForgotten | ObjectHeld | ObjectReleased
MediaCommand = RecordFetch | ForgetFiles | HoldObject | ReleaseObject | SweepObject
