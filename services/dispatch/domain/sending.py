"""Rules of one text to one person: the gate, the account, the answer, and what people then see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.base import Counterpart, MessageId
from schemas.delivery import (
    DeliveryChanged,
    DeliveryEvent,
    ReceiptRecorded,
    RecordAnswer,
    RecordReceipt,
    SendAnswered,
    SendPlanned,
    SendRefused,
)
from services.carriers import encoding, mms
from services.dispatch.domain.ladder import account_index, next_day, next_try
from services.dispatch.domain.lattice import Report, join
from services.dispatch.domain.state import Held, Memory, Message, Sending, Waiter

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
class Account:
    """A carrier account, as far as planning goes."""

    carrier: str
    #: Of one number.
    segments_per_second: float
    #: Of all numbers of the account together; None where the carrier names no limit.
    account_segments_per_second: float | None = None
    max_characters: int
    #: None where the carrier counts characters alone.
    max_segments: int | None = None
    #: Files of a message; 0 where it has no MMS.
    max_files: int = 0
    #: People of one group message; 1 where the carrier has none.
    max_recipients: int = 1
    #: Whether the carrier drops a second call with the same key. What it said "not now" to may
    #: have gone all the same, so it is not offered to another account.
    idempotent: bool
    #: Whose midnight begins the day of its daily limits.
    time_zone: str = "UTC"
    #: A text that could not be handed over for this long is of no use any more.
    validity_seconds: int = 129_600
    #: Tells whether a code of this carrier means that the counterpart has opted out there.
    is_opt_out: Callable[[str], bool]


Accounts = Mapping[str, Account]


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
    fitting = _fitting(leg.message, accounts)
    if not isinstance(fitting, list):
        return hold_back(leg, fitting)
    chosen = _choose(fitting, accounts, sending)
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


def _fitting(message: Message, accounts: Accounts) -> list[str] | Held:
    """Name the accounts that take it as it is, or say why the first of them does not."""
    known = [name for name in message.accounts if name in accounts]
    judged = {name: _refusal(message, accounts[name]) for name in known}
    fitting = [name for name in known if judged[name] is None]
    return fitting or next((code for code in judged.values() if code), "no-account")


def _refusal(message: Message, account: Account) -> Held | None:
    if _is_too_long(message.text, account):
        return "too-long"
    files = [(file.original.media_type, file.original.size) for file in message.files]
    return mms.refusal(account.carrier, account.max_files, files)


def _is_too_long(text: str, account: Account) -> bool:
    if len(text) > account.max_characters:
        return True
    return (
        account.max_segments is not None and encoding.measure(text).segments > account.max_segments
    )


def _choose(fitting: list[str], accounts: Accounts, sending: Sending) -> str:
    if sending.account in fitting and accounts[sending.account].idempotent:
        return sending.account
    return fitting[account_index(sending.planned + 1, len(fitting))]


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
    for receipt in _early(command, leg, memory):
        events.append(receipt)
        reports.append(_report(receipt, accounts))
    return [*events, *_news(leg, sending.report, join(*reports))]


def _answered(
    command: RecordAnswer, leg: Leg, sending: Sending, accounts: Accounts, at: datetime
) -> SendAnswered:
    retry_at = None
    if command.answer == "retry" and sending.report.status == "pending":
        retry_at = _next_call(command, leg, accounts, at)
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
        retry_at=retry_at,
        gate=command.gate,
    )


def _next_call(
    command: RecordAnswer, leg: Leg, accounts: Accounts, at: datetime
) -> datetime | None:
    """Say when to ask again, if the text is still of use then.

    By the command's recipient: all of a group wait for the same moment.
    """
    text, tries = (leg.message_id, command.recipient), command.tries
    account = accounts.get(command.account)
    if command.daily_cap and account is not None:
        due_at = next_day(*text, tries, at, account.time_zone)
    else:
        due_at = next_try(*text, tries, at, command.retry_after_seconds)
    ends_at = None if account is None else expires_at(leg.message, account)
    return None if due_at and ends_at and due_at >= ends_at else due_at


def expires_at(message: Message, account: Account) -> datetime | None:
    """Say from when on a text is too old to be sent."""
    if message.since is None:
        return None
    return message.since + timedelta(seconds=account.validity_seconds)


def _meaning(answered: SendAnswered, accounts: Accounts) -> Report:
    """Say what an answer is worth in the lattice; the last rung's "not now" is a no."""
    if answered.answer in ("accepted", "unknown"):
        return Report("accepted" if answered.answer == "accepted" else "unknown")
    if answered.answer == "retry" and answered.retry_at is not None:
        return Report()
    if is_opt_out(answered.account, answered.code, accounts):
        return Report("failed", "opted-out", WORDS["opted-out"])
    return Report("failed", answered.code, answered.text or _SILENT_CARRIER)


def is_opt_out(account: str, code: str | None, accounts: Accounts) -> bool:
    """Tell whether a carrier's code says that the counterpart has opted out there."""
    return code is not None and account in accounts and accounts[account].is_opt_out(code)


def _early(command: RecordAnswer, leg: Leg, memory: Memory) -> list[ReceiptRecorded]:
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
        if not command.group or receipt.counterpart == leg.recipient
    ]


def receipt(
    command: RecordReceipt, leg: Leg, memory: Memory, accounts: Accounts
) -> list[DeliveryEvent]:
    """Keep a carrier's report, and show what all of them say together."""
    recorded = ReceiptRecorded(
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
        reported_at=command.reported_at,
    )
    before = memory.sending(leg.message_id, leg.attempt, leg.recipient).report
    return [recorded, *_news(leg, before, join(before, _report(recorded, accounts)))]


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
