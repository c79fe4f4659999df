"""Dispatch's memory: its own events and those of others that it must know; it never refuses."""

from datetime import datetime
from typing import Any

import msgspec

from schemas.carrier import ReceiptArrived
from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
)
from schemas.delivery import (
    DeliveryChanged,
    DeliveryEvent,
    ReceiptRecorded,
    SendAnswered,
    SendPlanned,
    SendRefused,
)
from schemas.envelope import Envelope
from services.dispatch.domain import state as keys
from services.dispatch.domain.lattice import Report
from services.dispatch.domain.state import (
    Consent,
    Early,
    Line,
    Memory,
    Message,
    Provider,
    Sending,
    Waiter,
)

#: Reports without an id of ours that are kept per provider id; a carrier repeats a few states.
MAX_EARLY = 32

Parts = dict[str, msgspec.Struct]


def touched(envelope: Envelope[Any]) -> tuple[str, ...]:
    """Name the parts that an event changes."""
    event = envelope.data
    match event:
        case MessageSubmitted(via="sms") | MessageRetried():
            return (keys.message_key(event.message_id),)
        case CounterpartOptedOut() | CounterpartOptedIn():
            return (consent_of(event, envelope.tenant or ""),)
        case ReceiptArrived(message_id=None):
            return (keys.early_key(event.account, event.provider_message_id),)
        case (
            SendAnswered(provider_message_id=str() as provider_message_id)
            | ReceiptRecorded(provider_message_id=str() as provider_message_id)
        ):
            return (*_of_sending(event), keys.provider_key(event.account, provider_message_id))
        case SendPlanned() | SendRefused() | SendAnswered() | ReceiptRecorded() | DeliveryChanged():
            return _of_sending(event)
        case _:
            return ()


def consent_of(event: CounterpartOptedOut | CounterpartOptedIn, tenant: str) -> str:
    """Name the consent that was withdrawn or renewed: to one number, or to all of the tenant's."""
    if event.everywhere:
        return keys.everywhere_key(tenant, event.counterpart)
    return keys.consent_key(event.number, event.counterpart)


def _of_sending(event: DeliveryEvent) -> tuple[str, ...]:
    return (
        keys.sending_key(event.message_id, event.attempt, event.recipient),
        keys.line_key(event.conversation_id, event.recipient),
    )


def evolve(event: Envelope[Any], memory: Memory) -> Parts:
    """Give the new values of the parts that an event changes."""
    data = event.data
    match data:
        case MessageSubmitted():
            return {keys.message_key(data.message_id): _submitted(event)}
        case MessageRetried():
            return _retried(data, event.time, memory)
        case CounterpartOptedOut() | CounterpartOptedIn():
            opted_out = isinstance(data, CounterpartOptedOut)
            return {consent_of(data, event.tenant or ""): Consent(opted_out=opted_out)}
        case ReceiptArrived():
            return _early(data, memory)
        case _:
            return happened(data, memory)


def happened(event: DeliveryEvent, memory: Memory) -> Parts:
    """Remember one event of our own."""
    sending = memory.sending(event.message_id, event.attempt, event.recipient)
    line = memory.line(event.conversation_id, event.recipient)
    parts: Parts = {
        keys.sending_key(event.message_id, event.attempt, event.recipient): _sending(
            sending, event
        ),
        keys.line_key(event.conversation_id, event.recipient): _line(line, event),
    }
    if isinstance(event, SendAnswered | ReceiptRecorded) and event.provider_message_id is not None:
        parts[keys.provider_key(event.account, event.provider_message_id)] = Provider(
            message_id=event.message_id, attempt=event.attempt, recipient=event.recipient
        )
    return parts


def _submitted(event: Envelope[MessageSubmitted]) -> Message:
    data = event.data
    if data.number is None:
        raise AssertionError("a text leaves from a number")
    return Message(
        tenant=event.tenant or "",
        conversation_id=data.conversation_id,
        partition_key=event.partitionkey,
        number=data.number,
        recipients=data.recipients,
        accounts=data.accounts,
        text=data.outside_text or data.text,
        files=data.files,
        purpose=data.purpose,
        since=event.time,
        urgency=data.urgency,
        together=data.outside_text is None and len(data.recipients) > 1,
    )


def _retried(event: MessageRetried, at: datetime, memory: Memory) -> Parts:
    message = memory.message(event.message_id)
    if message is None:
        return {}
    again = msgspec.structs.replace(
        message,
        number=event.number,
        recipients=event.recipients,
        accounts=event.accounts,
        text=event.text,
        since=at,
        attempt=event.attempt,
    )
    return {keys.message_key(event.message_id): again}


def _early(event: ReceiptArrived, memory: Memory) -> Parts:
    kept = memory.early(event.account, event.provider_message_id).receipts
    if event.message_id is not None or event in kept:
        return {}
    early = Early(receipts=(*kept, event)[:MAX_EARLY])
    return {keys.early_key(event.account, event.provider_message_id): early}


def _sending(sending: Sending, event: DeliveryEvent) -> Sending:
    change = msgspec.structs.replace
    match event:
        case SendPlanned():
            return change(
                sending, account=event.account, planned=sending.planned + 1, retry_at=None
            )
        case SendAnswered():
            return change(
                sending,
                answered=event.tries,
                retry_at=event.retry_at,
                capped=event.capped_accounts,
                faulty=event.faulty_accounts,
            )
        case SendRefused():
            return change(sending, answered=sending.planned, retry_at=None)
        case DeliveryChanged():
            report = Report(event.status, event.failure_code, event.failure_text)
            return change(sending, report=report)
        case _:
            return sending


def _line(line: Line, event: DeliveryEvent) -> Line:
    """Line up with the plan; leave when it is known to have gone, or never to go."""
    waiter = Waiter(event.message_id, event.attempt)
    if isinstance(event, SendPlanned):
        return line if waiter in line.waiters else Line(waiters=(*line.waiters, waiter))
    if _goes_on(event):
        return line
    return Line(waiters=tuple(other for other in line.waiters if other != waiter))


def _goes_on(event: DeliveryEvent) -> bool:
    if isinstance(event, SendAnswered):
        return event.retry_at is not None
    return isinstance(event, ReceiptRecorded) and event.status is None
