"""By which account the next call goes, and when: what one cannot send another one may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.delivery import RecordAnswer
from services.dispatch.domain.accounts import Accounts, expires_at, fitting
from services.dispatch.domain.ladder import account_index, next_account, next_day, next_try
from services.dispatch.domain.state import Message, Sending


@dataclass(frozen=True)
class Next:
    """When the next call is due, None for never, and by which accounts it does not go."""

    at: datetime | None = None
    capped: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()


def choose(able: Sequence[str], accounts: Accounts, sending: Sending) -> str:
    """Give the account of the next call; what may have gone stays where its key is known."""
    barred = {*sending.capped, *sending.faulty}
    left = [name for name in able if name not in barred] or list(able)
    if sending.account in left and accounts[sending.account].idempotent:
        return sending.account
    return left[account_index(sending.planned + 1, len(left))]


def next_call(
    command: RecordAnswer, message: Message, sending: Sending, accounts: Accounts, at: datetime
) -> Next:
    """Say when to ask again, if the text is still of use then.

    A group's people wait for the same moment: it is drawn by the command's recipient.
    """
    text, tries = (command.message_id, command.recipient), command.tries
    account = accounts.get(command.account)
    capped, faulty = sending.capped, sending.faulty
    due_at: datetime | None
    if account is None or not (command.daily_cap or command.account_fault):
        due_at = next_try(*text, tries, at, command.retry_after_seconds)
    else:
        if command.daily_cap:
            capped = (*capped, command.account)
        else:
            faulty = (*faulty, command.account)
        if _another(command, message, Sending(capped=capped, faulty=faulty), accounts):
            due_at = next_account(*text, tries, at)
        elif capped:
            due_at, capped = next_day(*text, tries, at, accounts[capped[0]].time_zone), ()
        else:
            due_at = None
    ends_at = None if account is None else expires_at(message, account)
    if due_at is None or (ends_at and due_at >= ends_at):
        return Next()
    return Next(due_at, capped, faulty)


def _another(command: RecordAnswer, message: Message, sending: Sending, accounts: Accounts) -> bool:
    """Tell whether an account is left that may be called.

    None where this carrier was called before and drops what has the same key: it may have it.
    """
    barred = {*sending.capped, *sending.faulty}
    if accounts[command.account].idempotent and command.tries > len(barred):
        return False
    able = fitting(message, accounts)
    return isinstance(able, list) and any(name not in barred for name in able)
