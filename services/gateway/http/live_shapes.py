"""Bodies of what a client is told beside the conversations themselves: limits, and who has read."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Output(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Limits(_Output):
    """Numbers that a client must not hardcode; bytes with MB = 1,000,000."""

    text_characters: int
    page_items: int
    file_bytes: int
    message_bytes: int
    files: int
    image_bytes: int
    #: Of a picture before it is made small.
    picture_bytes: int
    #: Of one piece of an upload.
    chunk_bytes: int
    #: Endings of names, lower case, without the dot.
    file_types: list[str]
    open_conversations: int
    #: Typing is said on the first key, and again so often.
    typing_again_seconds: int
    #: Without a key for so long it is over.
    typing_idle_seconds: int
    #: Whoever sees it forgets it so long after it was said last.
    typing_shown_seconds: int


class Reader(_Output):
    """How far a member of a chat has read; who wrote has read what stood above."""

    person_id: str
    name: str
    position: int
    at: datetime


class Unread(_Output):
    #: Conversations with something unread in them.
    total: int
    #: Messages in them, but in those whose notifications are off; and how many these are.
    missed: int
    missed_in: int
