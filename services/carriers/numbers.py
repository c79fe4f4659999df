"""Phone numbers as carriers write them, in our one spelling (carriers.md §0.8, §3)."""

import re

#: 3 to 8 bare digits; looked for first, since "51515" would pass for a number of some country.
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WITHOUT_PLUS = re.compile(r"[1-9][0-9]{8,14}")
#: One-way senders: 1 to 11 of these, at least one letter.
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
_DECORATION = re.compile(r"[\s().-]")
#: Twilio marks numbers that write by RCS; it is the same phone, and SMS reaches it.
_RCS = "rcs:"


class NoNumber(ValueError):
    """The text is no phone number, short code or sender name."""


def normalise(text: str) -> str:
    """Spell a number as E.164, a short code as bare digits, a sender name as it is."""
    given = text.strip().removeprefix(_RCS)
    bare = _DECORATION.sub("", given)
    if _SHORT_CODE.fullmatch(bare) or _E164.fullmatch(bare):
        return bare
    if _WITHOUT_PLUS.fullmatch(bare):
        return f"+{bare}"
    if _ALPHANUMERIC.fullmatch(given):
        return given
    raise NoNumber(f"{len(text)} characters")
