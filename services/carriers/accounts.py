"""carriers.toml becomes accounts: every mistake is named at once, no secret is ever shown.

A secret stands there as a reference, `{ env = "NAME" }` or `{ file = "/run/secrets/name" }`, or a
list of them while two are good (rotation). Whoever reads says how references are resolved and what
for: ingest resolves what verifies, dispatch what sends (security.md §1).
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from services.carriers import limits
from services.carriers.contract import Account, Carrier, Fields
from services.carriers.limits import Mistake
from services.carriers.registry import CARRIERS

Purpose = Literal["verify", "send"]
#: Gives the value of `{ env = … }` or `{ file = … }`; LookupError or OSError where there is none.
Resolve = Callable[[Mapping[str, str]], str]

#: Goes into addresses: without quoting, and long enough to be unguessable.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_GENERAL = frozenset(
    {"carrier", "public_base_url", "api_base_url", "insecure", "tolerance_seconds"}
    | {"segments_per_second", "number_segments_per_second", "time_zone", "validity_seconds"}
    | limits.KEYS
)
_VALIDITY_SECONDS, _MAX_VALIDITY_SECONDS = 129_600, 7 * 86_400
_MAX_TOLERANCE_SECONDS = 7 * 86_400
#: May stand above all accounts, for all of them.
_FOR_ALL = frozenset({"public_base_url"})


class BadAccounts(ValueError):
    """carriers.toml cannot be used; the text names every mistake."""


def read(text: str, purpose: Purpose, resolve: Resolve) -> Mapping[str, Account]:
    """Read all accounts by name; BadAccounts."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAccounts(str(error)) from error
    found: dict[str, Account] = {}
    mistakes: list[str] = []
    above = {key: value for key, value in content.items() if not isinstance(value, dict)}
    for_all = {key: value for key, value in above.items() if key in _FOR_ALL}
    if unknown := sorted(above.keys() - _FOR_ALL):
        mistakes.append(f"unknown {', '.join(unknown)}")
    for name, entry in content.items():
        if not isinstance(entry, dict):
            continue
        try:
            found[name] = _account(name, {**for_all, **entry}, purpose, resolve)
        except Mistake as mistake:
            mistakes.append(f"[{name}] {mistake}")
    if not found and not mistakes:
        mistakes.append("no accounts")
    if mistakes:
        raise BadAccounts("; ".join(mistakes))
    return found


def _account(name: str, entry: Mapping[str, Any], purpose: Purpose, resolve: Resolve) -> Account:
    carrier = CARRIERS.get(str(entry.get("carrier")))
    if carrier is None:
        raise Mistake(f"carrier is none of {', '.join(CARRIERS)}")
    if not _NAME.fullmatch(name):
        raise Mistake("a name is 1 to 128 letters, digits, - or _")
    _check_names(entry, carrier)
    insecure = entry.get("insecure", False) is True
    wanted = carrier.TO_VERIFY if purpose == "verify" else carrier.TO_SEND
    if insecure and any(
        key in entry for key in (*carrier.TO_VERIFY.required, *carrier.TO_VERIFY.instead)
    ):
        raise Mistake("insecure = true, although it has what proves its webhooks")
    return Account(
        name=name,
        carrier=str(entry["carrier"]),
        public_base_url=_url(entry, "public_base_url", None),
        api_base_url=_url(entry, "api_base_url", carrier.API_BASE_URL),
        values=_values(entry, wanted, resolve, lenient=insecure and purpose == "verify"),
        insecure=insecure,
        tolerance_seconds=_tolerance(entry, carrier),
        segments_per_second=limits.pace(entry, "segments_per_second"),
        number_segments_per_second=limits.pace(entry, "number_segments_per_second"),
        limits=limits.read(entry),
        time_zone=_time_zone(entry),
        validity_seconds=_validity(entry),
    )


def _time_zone(entry: Mapping[str, Any]) -> str:
    given = str(entry.get("time_zone", "UTC"))
    try:
        return ZoneInfo(given).key
    except (LookupError, ValueError, OSError) as error:
        raise Mistake(f"time_zone: {given} is none, like America/Chicago") from error


def _validity(entry: Mapping[str, Any]) -> int:
    given = entry.get("validity_seconds", _VALIDITY_SECONDS)
    if type(given) is not int or not 1 <= given <= _MAX_VALIDITY_SECONDS:
        raise Mistake(f"validity_seconds is no number from 1 to {_MAX_VALIDITY_SECONDS}")
    return given


def _tolerance(entry: Mapping[str, Any], carrier: Carrier) -> int | None:
    """Read how far a clock may be off; no use where no time is signed, so it is a mistake there."""
    given = entry.get("tolerance_seconds")
    if given is None:
        return None
    if carrier.TOLERANCE_SECONDS is None:
        raise Mistake("tolerance_seconds, although this carrier signs no time")
    if type(given) is not int or not 0 <= given <= _MAX_TOLERANCE_SECONDS:
        raise Mistake(f"tolerance_seconds is no number from 0 to {_MAX_TOLERANCE_SECONDS}")
    return given


def _check_names(entry: Mapping[str, Any], carrier: Carrier) -> None:
    """A misspelt field is a mistake, not a default."""
    known = set(_GENERAL)
    for fields in (carrier.TO_VERIFY, carrier.TO_SEND):
        known |= {*fields.every}
    if unknown := sorted(entry.keys() - known):
        raise Mistake(f"unknown {', '.join(unknown)}")


def _url(entry: Mapping[str, Any], key: str, default: str | None) -> str:
    given = str(entry.get(key, default or "")).rstrip("/")
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise Mistake(f"{key} is no address like https://texts.example.com")
    return given


def _values(
    entry: Mapping[str, Any], wanted: Fields, resolve: Resolve, *, lenient: bool
) -> dict[str, tuple[str, ...]]:
    missing = [key for key in wanted.required if key not in entry]
    makes_do = bool(wanted.instead) and all(key in entry for key in wanted.instead)
    if missing and not (lenient or makes_do):
        instead = f" (or {', '.join(wanted.instead)})" if wanted.instead else ""
        raise Mistake(f"missing {', '.join(missing)}{instead}")
    return {
        key: tuple(_value(key, item, resolve) for item in _listed(entry[key]))
        for key in wanted.every
        if key in entry
    }


def _listed(given: object) -> Iterable[object]:
    return given if isinstance(given, list) and given else [given]


def _value(key: str, given: object, resolve: Resolve) -> str:
    if isinstance(given, str):
        value = given
    elif isinstance(given, dict) and len(given) == 1 and given.keys() <= {"env", "file"}:
        try:
            value = resolve(given)
        except (LookupError, OSError) as error:
            raise Mistake(f"{key}: {given} is not there") from error
    else:
        raise Mistake(f'{key} is neither text nor {{ env = "…" }} nor {{ file = "…" }}')
    if not value:
        raise Mistake(f"{key} is empty")
    return value
