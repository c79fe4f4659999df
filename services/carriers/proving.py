"""What the verifiers share: how old a signed time may be, and what says so."""

from datetime import datetime

from services.carriers.contract import Account, Unverified


def check_age(signed_at: float, now: datetime, account: Account, usual: int) -> None:
    """Return if a signed time (seconds of Unix) is near ours; Unverified. 0 seconds: not judged.

    `usual` is the carrier's tolerance, which the account's own overrules.
    """
    given = account.tolerance_seconds
    tolerance = usual if given is None else given
    if tolerance and abs(now.timestamp() - signed_at) > tolerance:
        raise Unverified("too-old-or-too-new")
