"""Whose receipt is it: by the carrier's id for ever, or by our own id that it hands back."""

from dataclasses import dataclass

import msgspec

from schemas.base import MessageId
from schemas.carrier import ReceiptArrived
from schemas.delivery import RecordReceipt
from services.dispatch.domain.state import Memory, Message, Provider


@dataclass(frozen=True)
class Whose:
    """The text that a receipt speaks of."""

    message: Message
    provider: Provider

    def command(self, receipt: ReceiptArrived) -> RecordReceipt:
        """Say it again in the words of the conversation."""
        return RecordReceipt(
            conversation_id=self.message.conversation_id,
            message_id=self.provider.message_id,
            attempt=self.provider.attempt,
            recipient=self.provider.recipient,
            carrier=receipt.carrier,
            account=receipt.account,
            status=receipt.status,
            carrier_status=receipt.carrier_status,
            code=receipt.error_code,
            text=receipt.error_text,
            reported_at=receipt.reported_at,
        )


def whose(receipt: ReceiptArrived, memory: Memory) -> Whose | None:
    """Find the text; None while nothing of ours is known by these ids.

    Our own id must fit when it comes back: an account speaks only of what it was given to send.
    """
    known = memory.provider(receipt.account, receipt.provider_message_id)
    if known is None and receipt.message_id is not None:
        known = _by_our_id(receipt, receipt.message_id, memory)
    message = None if known is None else memory.message(known.message_id)
    if known is None or message is None:
        return None
    if receipt.counterpart in message.recipients:
        # one call for several has one id: who it is about is said by the report
        known = msgspec.structs.replace(known, recipient=receipt.counterpart)
    return Whose(message, known)


def _by_our_id(receipt: ReceiptArrived, message_id: MessageId, memory: Memory) -> Provider | None:
    message = memory.message(message_id)
    if message is None or receipt.account not in message.accounts:
        return None
    if receipt.counterpart not in message.recipients:
        return None
    return Provider(message_id=message_id, attempt=message.attempt, recipient=receipt.counterpart)
