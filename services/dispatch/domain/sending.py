"""Rules of one text to one person: the gate, the account, the answer, and what people then see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.base import Counterpart, MessageId
from schemas.delivery import (
    DeliveryChanged,
    DeliveryEvent,
    ReceiptRecorded,
    RecordAnswer,
    RecordLookUp,
    RecordReceipt,
    SendAnswered,
    SendPlanned,
    SendRefused,
)
from services.carriers import encoding
from services.dispatch.domain.accounts import Accounts, fitting, is_opt_out
from services.dispatch.domain.failover import Next, choose, next_call
from services.dispatch.domain.lattice import Report, join
from services.dispatch.domain.state import Held, Memory, Message, Provider, Sending, Waiter

#: The code of an answer that is ours, not a carrier's: the gate said no right before the call.
HELD_AT_GATE = "held-at-gate"
#: Likewise: it had waited too long when its turn came.
TOO_OLD = "too-old"
#: Texts that may wait behind one another for one person (a limit on what a burst may pile up).
MAX_WAITING = 200

WORDS: Mapping[str, str] = {
    "opted-out": "This person has opted out of texts from this number.",
    "no-account": "No carrier account may send from this number.",
    "too-long": "The text is longer than the carrier takes.",
    "no-mms": "No carrier of this number takes files.",
    "too-many-files": "These are more files than the carrier takes in one message.",
    "files-too-big": "The files are larger than the carrier takes.",
    "type-not-allowed": "The carrier does not take files of this kind.",
    "too-old": "It could not be sent in time, so it was not sent at all.",
    "too-many-waiting": "Too many texts are already waiting to go to this number.",
}
_SILENT_CARRIER = "The carrier did not accept the text."
_UNDELIVERED = "The carrier could not deliver the text."


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One message on its way to one person."""

    message_id: MessageId
    message: Message
    attempt: int
    recipient: Counterpart


def plan(leg: Leg, memory: Memory, accounts: Accounts) -> list[DeliveryEvent]:
    """Decide by which account the next call goes, or hold the text back."""
    held = gate(leg, memory) or _overfull(leg, memory)
    if held is not None:
        return hold_back(leg, held)
    sending = memory.sending(leg.message_id, leg.attempt, leg.recipient)
    able = fitting(leg.message, accounts)
    if not isinstance(able, list):
        return hold_back(leg, able)
    chosen = choose(able, accounts, sending)
    measured = encoding.measure(leg.message.text)
    return [
        SendPlanned(
            conversation_id=leg.message.conversation_id,
            message_id=leg.message_id,
            attempt=leg.attempt,
            recipient=leg.recipient,
            number=leg.message.number,
            account=chosen,
            encoding=measured.encoding,
            segments=measured.segments,
        )
    ]


def gate(leg: Leg, memory: Memory) -> Held | None:
    """Ask the last gate: nobody is texted after STOP, but for the one confirmation (I15)."""
    return "opted-out" if memory.has_opted_out(leg.message, leg.recipient) else None


def _overfull(leg: Leg, memory: Memory) -> Held | None:
    waiting = memory.line(leg.message.conversation_id, leg.recipient).waiters
    is_in = Waiter(leg.message_id, leg.attempt) in waiting
    return None if is_in or len(waiting) < MAX_WAITING else "too-many-waiting"


def hold_back(leg: Leg, code: Held) -> list[DeliveryEvent]:
    """Send nothing, and say why."""
    refused = SendRefused(
        conversation_id=leg.message.conversation_id,
        message_id=leg.message_id,
        attempt=leg.attempt,
        recipient=leg.recipient,
        code=code,
    )
    return [refused, _changed(leg, Report("failed", code, WORDS[code]))]


def carry_over(leg: Leg, before: Report) -> list[DeliveryEvent]:
    """Show under the new attempt what the earlier one achieved: it is not sent again (I9)."""
    return [_changed(leg, before)]


def answer(
    command: RecordAnswer, leg: Leg, memory: Memory, accounts: Accounts, at: datetime
) -> list[DeliveryEvent]:
    """Take what the carrier said to one call; an answer to another call changes nothing."""
    sending = memory.sending(leg.message_id, leg.attempt, leg.recipient)
    if command.tries <= sending.answered or command.tries > sending.planned:
        return []
    if command.code == HELD_AT_GATE:
        return hold_back(leg, "opted-out")
    if command.code == TOO_OLD:
        return hold_back(leg, "too-old")
    answered = _answered(command, leg, sending, accounts, at)
    events: list[DeliveryEvent] = [answered]
    reports = [sending.report, _meaning(answered, accounts)]
    for receipt in _early(command, leg, memory, of_all=not command.group):
        events.append(receipt)
        reports.append(_report(receipt, accounts))
    return [*events, *_news(leg, sending.report, join(*reports))]


def _answered(
    command: RecordAnswer, leg: Leg, sending: Sending, accounts: Accounts, at: datetime
) -> SendAnswered:
    following = Next()
    again = command.answer == "retry" or command.account_fault
    if again and sending.report.status == "pending":
        following = next_call(command, leg.message, sending, accounts, at)
    account = accounts.get(command.account)
    return SendAnswered(
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        attempt=command.attempt,
        tries=command.tries,
        recipient=leg.recipient,
        carrier="" if account is None else account.carrier,
        account=command.account,
        answer=command.answer,
        provider_message_id=command.provider_message_id,
        code=command.code,
        text=command.text,
        retry_at=following.at,
        capped_accounts=following.capped,
        faulty_accounts=following.faulty,
        gate=command.gate,
    )


def _meaning(answered: SendAnswered, accounts: Accounts) -> Report:
    """Say what an answer is worth in the lattice; the last rung's "not now" is a no."""
    if answered.answer in ("accepted", "unknown"):
        return Report("accepted" if answered.answer == "accepted" else "unknown")
    if answered.retry_at is not None:
        return Report()
    if is_opt_out(answered.account, answered.code, accounts):
        return Report("failed", "opted-out", WORDS["opted-out"])
    return Report("failed", answered.code, answered.text or _SILENT_CARRIER)


def _early(
    command: RecordAnswer | RecordLookUp, leg: Leg, memory: Memory, *, of_all: bool
) -> list[ReceiptRecorded]:
    if command.provider_message_id is None:
        return []
    early = memory.early(command.account, command.provider_message_id)
    return [
        ReceiptRecorded(
            conversation_id=leg.message.conversation_id,
            message_id=leg.message_id,
            attempt=leg.attempt,
            recipient=leg.recipient,
            carrier=receipt.carrier,
            account=receipt.account,
            status=receipt.status,
            carrier_status=receipt.carrier_status,
            code=receipt.error_code,
            text=receipt.error_text,
            reported_at=receipt.reported_at,
        )
        for receipt in early.receipts
        if of_all or receipt.counterpart == leg.recipient
    ]


def _recorded(
    command: RecordReceipt | RecordLookUp,
    leg: Leg,
    *,
    reported_at: datetime | None = None,
    provider_message_id: str | None = None,
) -> ReceiptRecorded:
    return ReceiptRecorded(
        conversation_id=leg.message.conversation_id,
        message_id=leg.message_id,
        attempt=leg.attempt,
        recipient=leg.recipient,
        carrier=command.carrier,
        account=command.account,
        status=command.status,
        carrier_status=command.carrier_status,
        code=command.code,
        text=command.text,
        reported_at=reported_at,
        provider_message_id=provider_message_id,
    )


def receipt(
    command: RecordReceipt, leg: Leg, memory: Memory, accounts: Accounts
) -> list[DeliveryEvent]:
    """Keep a carrier's report, and show what all of them say together."""
    recorded = _recorded(command, leg, reported_at=command.reported_at)
    before = memory.sending(leg.message_id, leg.attempt, leg.recipient).report
    return [recorded, *_news(leg, before, join(before, _report(recorded, accounts)))]


def looked_up(
    command: RecordLookUp, leg: Leg, memory: Memory, accounts: Accounts
) -> list[DeliveryEvent]:
    """Take what a look-up found like a receipt; what is known as another text's is not this one."""
    known = memory.provider(command.account, command.provider_message_id)
    ours = Provider(message_id=leg.message_id, attempt=leg.attempt, recipient=leg.recipient)
    if known not in (None, ours):
        return []
    recorded = _recorded(command, leg, provider_message_id=command.provider_message_id)
    all_of_it = [recorded, *_early(command, leg, memory, of_all=True)]
    before = memory.sending(leg.message_id, leg.attempt, leg.recipient).report
    reports = [_report(one, accounts) for one in all_of_it]
    return [*all_of_it, *_news(leg, before, join(before, *reports))]


def _report(recorded: ReceiptRecorded, accounts: Accounts) -> Report:
    match recorded.status:
        case None:
            return Report()
        case "failed" | "undelivered":
            if is_opt_out(recorded.account, recorded.code, accounts):
                return Report(recorded.status, "opted-out", WORDS["opted-out"])
            return Report(recorded.status, recorded.code, recorded.text or _UNDELIVERED)
        case _:
            return Report(recorded.status)


def _news(leg: Leg, before: Report, after: Report) -> list[DeliveryEvent]:
    return [] if after == before else [_changed(leg, after)]


def _changed(leg: Leg, report: Report) -> DeliveryChanged:
    return DeliveryChanged(
        conversation_id=leg.message.conversation_id,
        message_id=leg.message_id,
        attempt=leg.attempt,
        recipient=leg.recipient,
        status=report.status,
        failure_code=report.code,
        failure_text=report.text,
    )
