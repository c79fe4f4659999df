"""What the router remembers of the guard's events; never refuses."""

from datetime import datetime

import msgspec

from schemas.guard import (
    GuardEvent,
    HeldTextApproved,
    HeldTextRejected,
    TextBlocked,
    TextHeld,
    TextPassed,
    TextReturned,
)
from services.kernel.handling import Part
from services.router.domain.state import World
from services.router.domain.tally import (
    Held,
    counts,
    held_key,
    paced,
    spend_key,
    tallied,
    unpaced,
    untallied,
)


def remembered(event: GuardEvent, world: World, at: datetime) -> dict[str, Part]:
    """Give the parts that an event of the guard leaves behind."""
    match event:
        case TextPassed():
            return _passed(event, world, at)
        case TextReturned():
            return _returned(event, world)
        case TextHeld(held=text):
            held = Held(text=text)
            return {held_key(world.tenant, text.wish_id): held, **_holding(world, 1)}
        case HeldTextApproved(wish_id=wish_id) | HeldTextRejected(wish_id=wish_id):
            return {held_key(world.tenant, wish_id): Held(text=None), **_holding(world, -1)}
        case TextBlocked():
            return {}


def _passed(event: TextPassed, world: World, at: datetime) -> dict[str, Part]:
    now = world.spend().now(at)
    paces = {
        key: paced(world.pace(key), count, now)
        for key, count in counts(event, world.tenant).items()
    }
    return {spend_key(world.tenant): tallied(event, world.spend(), at), **paces}


def _returned(event: TextReturned, world: World) -> dict[str, Part]:
    paces = {
        key: unpaced(world.pace(key), count, event.passed_at)
        for key, count in counts(event, world.tenant).items()
    }
    return {spend_key(world.tenant): untallied(event, world.spend()), **paces}


def _holding(world: World, change: int) -> dict[str, Part]:
    spend = world.spend()
    return {spend_key(world.tenant): msgspec.structs.replace(spend, held=spend.held + change)}
