"""The carrier accounts, as far as planning goes: what they take, and what their codes mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.carriers import encoding, mms
from services.carriers.mms import MmsLimits
from services.dispatch.domain.state import Held, Message


@dataclass(frozen=True, kw_only=True)
class Account:
    """A carrier account, as far as planning goes."""

    carrier: str
    #: Segments per second of one of our numbers.
    pace: Callable[[str], float]
    #: Of all numbers of the account together; None where the carrier names no limit.
    account_segments_per_second: float | None = None
    max_characters: int
    #: None where the carrier counts characters alone.
    max_segments: int | None = None
    #: Files of a message; 0 where it has no MMS.
    max_files: int = 0
    mms: MmsLimits = mms.USUAL
    #: People of one group message; 1 where the carrier has none.
    max_recipients: int = 1
    #: Whether the carrier drops a second call with the same key. What it said "not now" to may
    #: have gone all the same, so it is not offered to another account.
    idempotent: bool
    #: Whether the carrier can be asked what became of a text whose id we were never told.
    can_look_up: bool = False
    #: Whose midnight begins the day of its daily limits.
    time_zone: str = "UTC"
    #: A text that could not be handed over for this long is of no use any more.
    validity_seconds: int = 129_600
    #: Tells whether a code of this carrier means that the counterpart has opted out there.
    is_opt_out: Callable[[str], bool]


Accounts = Mapping[str, Account]


def fitting(message: Message, accounts: Accounts) -> list[str] | Held:
    """Name the accounts that take it as it is, or say why the first of them does not."""
    known = [name for name in message.accounts if name in accounts]
    judged = {name: _refusal(message, accounts[name]) for name in known}
    able = [name for name in known if judged[name] is None]
    return able or next((code for code in judged.values() if code), "no-account")


def _refusal(message: Message, account: Account) -> Held | None:
    if _is_too_long(message.text, account):
        return "too-long"
    files = [(file.original.media_type, file.original.size) for file in message.files]
    return mms.refusal(account.mms, account.max_files, files)


def _is_too_long(text: str, account: Account) -> bool:
    if len(text) > account.max_characters:
        return True
    return (
        account.max_segments is not None and encoding.measure(text).segments > account.max_segments
    )


def expires_at(message: Message, account: Account) -> datetime | None:
    """Say from when on a text is too old to be sent."""
    if message.since is None:
        return None
    return message.since + timedelta(seconds=account.validity_seconds)


def is_opt_out(account: str, code: str | None, accounts: Accounts) -> bool:
    """Tell whether a carrier's code says that the counterpart has opted out there."""
    return code is not None and account in accounts and accounts[account].is_opt_out(code)
