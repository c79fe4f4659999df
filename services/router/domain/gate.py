"""What may be said at all, by whom, from which number, to whom (DESIGN.md §6)."""

from collections.abc import Iterable, Sequence

from schemas.base import Counterpart, ExtensionId, Number
from schemas.directory import NumberDefined
from services.router.domain.refusals import (
    ChatOff,
    EmptyMessage,
    NoAccount,
    NotYourNumber,
    OptedOut,
    TextingOff,
    TollFreeOneRecipient,
    TooLong,
    UnknownExtension,
    UnknownNumber,
)
from services.router.domain.state import World

#: The most that any of our carriers takes in one text (carriers.md §1).
MAX_CHARACTERS = 1600


def check_text(text: str, *, alone: bool = True) -> None:
    """Refuse what is empty or too long to be sent by any carrier; chat has the same limit.

    Text that is not `alone` goes with files, and may be empty.
    """
    if alone and not text.strip():
        raise EmptyMessage
    if len(text) > MAX_CHARACTERS:
        raise TooLong(most=MAX_CHARACTERS, length=len(text))


def check_person(by: ExtensionId, world: World) -> None:
    """Refuse whoever is no extension of the tenant."""
    if world.extension(by) is None:
        raise UnknownExtension(extension=by)


def check_chat(people: Iterable[ExtensionId], world: World) -> None:
    """Refuse whoever is no extension of the tenant, or has chat turned off."""
    for one in people:
        known = world.extension(one)
        if known is None:
            raise UnknownExtension(extension=one)
        if not known.chat:
            raise ChatOff(what=known.name)


def check_texting(number: Number, by: ExtensionId, world: World) -> NumberDefined:
    """Refuse unless texting is on for the tenant, the number and the author; give the number."""
    tenant, ours, author = world.tenant_defined(), world.number(number), world.extension(by)
    if tenant is None or ours is None:
        raise UnknownNumber(number=number)
    if author is None:
        raise UnknownExtension(extension=by)
    if not tenant.texting:
        raise TextingOff(what=tenant.name)
    if not ours.texting:
        raise TextingOff(what=number)
    if not author.texting:
        raise TextingOff(what=author.name)
    return ours


def check_caller(ours: NumberDefined, by: ExtensionId) -> None:
    """Refuse whoever may not use the number as caller ID."""
    if by not in ours.callers:
        raise NotYourNumber(number=ours.number)


def check_recipients(ours: NumberDefined, counterparts: Sequence[Counterpart]) -> None:
    """Refuse several recipients from a toll-free number."""
    if ours.toll_free and len(counterparts) > 1:
        raise TollFreeOneRecipient


def check_can_leave(ours: NumberDefined, counterparts: Sequence[Counterpart], world: World) -> None:
    """Refuse what no carrier could take, and whatever goes to somebody who said STOP."""
    check_recipients(ours, counterparts)
    if not ours.accounts:
        raise NoAccount(number=ours.number)
    for counterpart in counterparts:
        if world.opted_out(ours.number, counterpart):
            raise OptedOut(counterpart=counterpart)
