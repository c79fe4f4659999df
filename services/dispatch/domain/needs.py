"""Which parts a record is decided over: its message, its legs, and who waits behind them."""

from collections.abc import Iterator
from typing import Any

from schemas.carrier import ReceiptArrived
from schemas.conversation import MessageRetried, MessageSubmitted
from schemas.delivery import LookUpSend, RecordAnswer, RecordLookUp, RecordReceipt, RetrySend
from services.dispatch.domain import state as keys
from services.dispatch.domain.state import Memory


def of(data: Any, memory: Memory, tenant: str) -> Iterator[str]:  # noqa: ANN401 - any record of three topics
    """Name the parts; asked again with what is loaded, for a message names its line."""
    match data:
        case MessageSubmitted(via="sms") | MessageRetried():
            yield keys.message_key(data.message_id)
            attempt = data.attempt if isinstance(data, MessageRetried) else 1
            for recipient in data.recipients:
                yield keys.consent_key(data.number or "", recipient)
                yield keys.everywhere_key(tenant, recipient)
                yield keys.line_key(data.conversation_id, recipient)
                yield keys.sending_key(data.message_id, attempt, recipient)
                yield keys.sending_key(data.message_id, attempt - 1, recipient)
        case ReceiptArrived():
            yield from _of_receipt(data, memory)
        case RecordAnswer() | RecordReceipt() | RetrySend():
            if isinstance(data, RecordAnswer) and data.provider_message_id is not None:
                yield keys.early_key(data.account, data.provider_message_id)
            group = () if isinstance(data, RecordReceipt) else data.group
            for recipient in group or (data.recipient,):
                yield from _of_leg(data.message_id, data.attempt, recipient, memory)
        case LookUpSend() | RecordLookUp():
            yield from _of_look_up(data, memory)
        case _:
            return


def _of_receipt(receipt: ReceiptArrived, memory: Memory) -> Iterator[str]:
    yield keys.provider_key(receipt.account, receipt.provider_message_id)
    known = memory.provider(receipt.account, receipt.provider_message_id)
    if known is not None:
        for recipient in (known.recipient, receipt.counterpart):
            yield from _of_leg(known.message_id, known.attempt, recipient, memory)
    elif receipt.message_id is not None:
        message = memory.message(receipt.message_id)
        attempt = 1 if message is None else message.attempt
        yield from _of_leg(receipt.message_id, attempt, receipt.counterpart, memory)


def _of_look_up(data: LookUpSend | RecordLookUp, memory: Memory) -> Iterator[str]:
    if isinstance(data, RecordLookUp):
        yield keys.provider_key(data.account, data.provider_message_id)
        yield keys.early_key(data.account, data.provider_message_id)
    yield from _of_leg(data.message_id, data.attempt, data.recipient, memory)


def _of_leg(message_id: str, attempt: int, recipient: str, memory: Memory) -> Iterator[str]:
    yield keys.message_key(message_id)
    message = memory.message(message_id)
    if message is None:
        return
    yield keys.consent_key(message.number, recipient)
    yield keys.everywhere_key(message.tenant, recipient)
    yield keys.line_key(message.conversation_id, recipient)
    for each in message.recipients:
        yield keys.sending_key(message_id, attempt, each)
        yield keys.sending_key(message_id, message.attempt, each)
    for waiter in memory.line(message.conversation_id, recipient).waiters:
        yield keys.message_key(waiter.message_id)
        yield keys.sending_key(waiter.message_id, waiter.attempt, recipient)
