"""When a carrier that said "not now" is asked again: deterministic, spread, and not for ever."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.kernel import ids

#: Seconds before the second, third… call; after the last rung the text has failed.
RUNGS = (5, 15, 60, 300, 900, 1800, 3600)
#: A carrier may ask for more patience (Retry-After), but not for more than this.
MAX_WAIT_SECONDS = 86_400
#: Each wait is stretched by up to this share, so that what failed together does not return so.
SPREAD = 0.25
#: Calls on one account before the next account that may send for the number is tried.
TRIES_PER_ACCOUNT = 2
#: What waits for tomorrow does not all go at midnight, but over this long.
MORNING_SECONDS = 3600
_BUCKETS = 2**32


def next_try(
    message_id: str, recipient: str, tries: int, at: datetime, asked_seconds: int | None
) -> datetime | None:
    """Say when the next call is due after `tries` calls; None when there is none."""
    if tries > len(RUNGS):
        return None
    rung = RUNGS[tries - 1] * (1 + SPREAD * _share(message_id, recipient, str(tries)))
    asked = min(asked_seconds or 0, MAX_WAIT_SECONDS)
    return at + timedelta(seconds=max(rung, asked))


def next_account(message_id: str, recipient: str, tries: int, at: datetime) -> datetime | None:
    """Say when another account is called; None when there is no next call.

    It had no part in the refusal, so it is not made to wait by how often others were asked.
    """
    if tries > len(RUNGS):
        return None
    share = _share("account", message_id, recipient, str(tries))
    return at + timedelta(seconds=RUNGS[0] * (1 + SPREAD * share))


def next_day(
    message_id: str, recipient: str, tries: int, at: datetime, time_zone: str
) -> datetime | None:
    """Say when the account's next day has begun; None when there is no next call."""
    if tries > len(RUNGS):
        return None
    here = ZoneInfo(time_zone)
    tomorrow = at.astimezone(here).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), here).astimezone(at.tzinfo)
    return midnight + timedelta(
        seconds=MORNING_SECONDS * _share("day", message_id, recipient, str(tries))
    )


def _share(*parts: str) -> float:
    """Draw a number from 0 to 1 by the ids alone: the same text, the same wait, on any replica."""
    return int(ids.derive("ladder", *parts)[:8], 16) / _BUCKETS


def account_index(tries: int, accounts: int) -> int:
    """Choose the account of the call number `tries`: in order of preference, then round again."""
    return (tries - 1) // TRIES_PER_ACCOUNT % accounts
