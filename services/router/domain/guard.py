"""Rules of the guard against abuse: where texts may go, how fast, how many in a day; pure.

One tenant's guard is one stream in one partition, so what is counted is exact: no limit is ever
exceeded, and nothing below it is refused. Time is data and may step back between two replicas of
the gateway; the guard's own clock is the latest time it has counted at, and never does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import phonenumbers

from schemas.base import ExtensionId
from schemas.guard import (
    ApproveHeldText,
    GuardedText,
    HeldTextApproved,
    HeldTextRejected,
    RejectHeldText,
    ReturnText,
    TextBlocked,
    TextHeld,
    TextPassed,
    TextReturned,
)
from schemas.limits import GuardOptions, GuardRule
from services.kernel.decider import Refused
from services.router.domain.refusals import (
    BadOption,
    CountryNotAllowed,
    DayUsedUp,
    NotHeld,
    NotYourTask,
    OptedOut,
    TooFast,
    TooFastToPrefix,
)
from services.router.domain.state import World
from services.router.domain.tally import (
    MAX_PACE,
    MAX_PACE_SECONDS,
    by_prefix,
    pace_of_prefix,
    pace_of_user,
)

MAX_DAILY_SEGMENTS = 10_000_000
MAX_COUNTRIES = 250
#: Texts of one tenant that may wait for approval; more are refused.
MAX_HELD = 1_000
#: Whose roles may approve and reject.
APPROVERS = frozenset({"admin", "office-manager", "operator"})

_PRICEY = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)
_NUMBERS_REMEMBERED = 50_000


@dataclass(frozen=True)
class Tripped:
    """A rule that says no, and how it says so."""

    rule: GuardRule
    refused: Refused


def check_options(options: GuardOptions) -> None:
    """Refuse limits that cannot be kept."""
    _check_range("per_user", options.per_user, 1, MAX_PACE)
    _check_range("per_user_seconds", options.per_user_seconds, 1, MAX_PACE_SECONDS)
    _check_range("per_prefix", options.per_prefix, 1, MAX_PACE)
    _check_range("per_prefix_seconds", options.per_prefix_seconds, 1, MAX_PACE_SECONDS)
    _check_range("daily_segments", options.daily_segments, 0, MAX_DAILY_SEGMENTS)
    _check_range("countries", len(options.countries), 0, MAX_COUNTRIES)


def _check_range(name: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise BadOption(option=name, least=least, most=most)


def is_on(world: World) -> bool:
    """Tell whether the tenant's texts pass through the guard."""
    return options_of(world).enabled


def options_of(world: World) -> GuardOptions:
    """Give the tenant's limits as they are now."""
    tenant = world.tenant_defined()
    return GuardOptions() if tenant is None else tenant.guard


def weigh(
    text: GuardedText, world: World, at: datetime
) -> tuple[TextPassed | TextBlocked | TextHeld, Refused | None]:
    """Let a text pass, hold it for an admin, or refuse it; the first rule that trips decides."""
    options = options_of(world)
    tripped = _trip(text, options, world, at) if options.enabled else None
    if tripped is None:
        return _passed(text), None
    reason = tripped.refused.sentence
    if tripped.rule in options.hold and world.spend().held < MAX_HELD:
        return TextHeld(rule=tripped.rule, reason=reason, held=text), None
    return _blocked(text, tripped, reason), tripped.refused


def approve(
    command: ApproveHeldText, world: World, at: datetime
) -> tuple[GuardedText, HeldTextApproved, TextPassed]:
    """Let a held text go: a person outranks pace and place, but neither STOP nor the day's cap."""
    text = _held(command.wish_id, command.by, world)
    for recipient in text.recipients:
        if world.opted_out(text.number, recipient):
            raise OptedOut(counterpart=recipient)
    options = options_of(world)
    if options.enabled:
        used_up = _day(text, options, world, world.spend().now(at))
        if used_up is not None:
            raise used_up.refused
    approved = HeldTextApproved(wish_id=command.wish_id, by=command.by)
    return text, approved, _passed(text, command.by)


def reject(command: RejectHeldText, world: World) -> HeldTextRejected:
    """Never send it."""
    _held(command.wish_id, command.by, world)
    return HeldTextRejected(wish_id=command.wish_id, by=command.by)


def give_back(command: ReturnText) -> TextReturned:
    """Count no longer what passed and was not said."""
    return TextReturned(
        wish_id=command.wish_id,
        conversation_id=command.conversation_id,
        by=command.by,
        number=command.number,
        recipients=command.recipients,
        segments=command.segments,
        passed_at=command.passed_at,
    )


def _held(wish_id: str, by: ExtensionId, world: World) -> GuardedText:
    person = world.extension(by)
    if person is None or not APPROVERS & set(person.roles):
        raise NotYourTask
    text = world.held(wish_id)
    if text is None:
        raise NotHeld
    return text


def _passed(text: GuardedText, approved_by: ExtensionId | None = None) -> TextPassed:
    return TextPassed(
        wish_id=text.wish_id,
        conversation_id=text.conversation_id,
        by=text.by,
        number=text.number,
        recipients=text.recipients,
        segments=text.segments,
        approved_by=approved_by,
    )


def _blocked(text: GuardedText, tripped: Tripped, reason: str) -> TextBlocked:
    return TextBlocked(
        wish_id=text.wish_id,
        conversation_id=text.conversation_id,
        by=text.by,
        number=text.number,
        recipients=text.recipients,
        segments=text.segments,
        rule=tripped.rule,
        code=tripped.refused.code,
        reason=reason,
    )


def _trip(text: GuardedText, options: GuardOptions, world: World, at: datetime) -> Tripped | None:
    now = world.spend().now(at)
    return (
        _country(text, options)
        or _user(text, options, world, now)
        or _prefix(text, options, world, now)
        or _day(text, options, world, now)
    )


def _country(text: GuardedText, options: GuardOptions) -> Tripped | None:
    allowed: set[str | None] = {*options.countries} or {country_of(text.number)}
    for recipient in text.recipients:
        country = country_of(recipient)
        if country is None or country not in allowed:
            refused = CountryNotAllowed(counterpart=recipient, country=country)
            return Tripped("country", refused)
    return None


@lru_cache(_NUMBERS_REMEMBERED)
def country_of(number: str) -> str | None:
    """Name a number's country by ISO code; None for short codes, premium and shared-cost numbers.

    A number that fits no plan (a new range) belongs to the main country of its calling code.
    """
    if not number.startswith("+"):
        return None
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(parsed) in _PRICEY:
        return None
    return phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )


def _user(text: GuardedText, options: GuardOptions, world: World, now: datetime) -> Tripped | None:
    most, seconds = options.per_user, options.per_user_seconds
    key = pace_of_user(world.tenant, text.by)
    if most is None or _room(world, key, seconds, now, most) >= len(text.recipients):
        return None
    return Tripped("user-pace", TooFast(most=most, seconds=seconds))


def _prefix(
    text: GuardedText, options: GuardOptions, world: World, now: datetime
) -> Tripped | None:
    most, seconds = options.per_prefix, options.per_prefix_seconds
    if most is None:
        return None
    for prefix, count in by_prefix(text.recipients).items():
        if _room(world, pace_of_prefix(world.tenant, prefix), seconds, now, most) < count:
            refused = TooFastToPrefix(most=most, seconds=seconds, prefix=prefix)
            return Tripped("prefix-pace", refused)
    return None


def _room(world: World, key: str, seconds: int, now: datetime, most: int) -> int:
    return most - world.pace(key).within(now - timedelta(seconds=seconds))


def _day(text: GuardedText, options: GuardOptions, world: World, now: datetime) -> Tripped | None:
    most = options.daily_segments
    if most is None or world.spend().on(now.date()) + text.segments <= most:
        return None
    return Tripped("daily-cap", DayUsedUp(most=most))
