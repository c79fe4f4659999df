"""The bodies of scheduled messages, on the ground of `shapes`."""

from datetime import datetime
from typing import Literal

from services.gateway.http.shapes import Failure, Person, _Output


class ScheduledMessage(_Output):
    """What its author planned to say; nobody else sees it but an admin, who may cancel it."""

    type: Literal["scheduled"]
    id: str
    client_id: str
    conversation_id: str
    at: datetime
    author: Person
    #: Empty where it is `hidden`: an admin who has no part in the conversation.
    text: str
    hidden: bool
    send_at: datetime
    state: Literal["waiting", "sent", "cancelled", "refused"]
    #: Its time has come, and the guard lets it wait for an admin: why.
    held: str | None
    #: Once it was sent.
    message_id: str | None
    #: Why it was refused when its time had come.
    failure: Failure | None
    #: Who cancelled it.
    by: Person | None
    ended_at: datetime | None


class ScheduledMessages(_Output):
    """What waits, and what was refused when its time had come, by time."""

    items: list[ScheduledMessage]
