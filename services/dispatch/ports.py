"""What dispatch needs from outside, in its own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from schemas.base import ConversationId, Counterpart, MessageId, MessagePurpose, Number
from schemas.delivery import LogSeen, LookUpSend
from schemas.media import SentFile


class SendNow(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one call to a carrier needs, and where its answer belongs."""

    tenant: str
    conversation_id: ConversationId
    partition_key: str
    message_id: MessageId
    attempt: int
    tries: int
    recipient: Counterpart
    #: Everybody whom this one call is for, `recipient` among them, where it is a group message.
    group: tuple[Counterpart, ...] = ()
    number: Number
    account: str
    text: str
    files: tuple[SentFile, ...] = ()
    purpose: MessagePurpose
    idempotency_key: str
    #: When its turn came: no text that came before it in the line was still to be called.
    turn_at: datetime | None = None
    #: Too late from then on: it is not sent any more.
    expires_at: datetime | None = None


class LookUpNow(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one look-up at a carrier needs."""

    tenant: str
    partition_key: str
    number: Number
    text: str
    has_files: bool = False
    #: The call's own, as the carrier was given it.
    idempotency_key: str = ""
    about: LookUpSend


@dataclass(frozen=True)
class Leave:
    """What the last gate says of one call."""

    #: True: they said STOP. None: what was said last could not be read in time.
    held: bool | None
    #: How far the log had been read for this; empty where no leave was needed.
    seen: tuple[LogSeen, ...] = ()


class Consents(Protocol):
    """Who has said STOP, as the log has it this very moment."""

    async def ask(self, send: SendNow) -> Leave:
        """Tell whether this text may go: every STOP that was on the log when asked is known."""
        ...
