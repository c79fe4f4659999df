"""What dispatch needs from outside, in its own words."""

from typing import Protocol

import msgspec

from schemas.base import ConversationId, Counterpart, MessageId, MessagePurpose, Number


class SendNow(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one call to a carrier needs, and where its answer belongs."""

    tenant: str
    conversation_id: ConversationId
    partition_key: str
    message_id: MessageId
    attempt: int
    tries: int
    recipient: Counterpart
    number: Number
    account: str
    text: str
    purpose: MessagePurpose
    idempotency_key: str


class Consents(Protocol):
    """Who has said STOP, as it is known this very moment."""

    async def has_opted_out(self, number: str, counterpart: str) -> bool:
        """Tell whether nothing may be sent to them now."""
        ...
