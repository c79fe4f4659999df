"""Which calls of a decision are one: a group message goes out once, to everybody, or to each alone.

It is one only where nobody is left out but who may not have it: a text that some have had already,
or that is not everybody's turn yet, goes to each person by themselves.
"""

from collections.abc import Iterable, Iterator, Sequence

from services.dispatch.domain.accounts import Accounts
from services.dispatch.domain.lattice import has_failed
from services.dispatch.domain.sending import Leg
from services.dispatch.domain.state import Memory

Call = tuple[Leg, ...]


def calls(legs: Sequence[Leg], memory: Memory, accounts: Accounts) -> Iterator[Call]:
    """Give the legs of each call; most calls have one."""
    by_message: dict[tuple[str, int], list[Leg]] = {}
    for leg in legs:
        by_message.setdefault((leg.message_id, leg.attempt), []).append(leg)
    for some in by_message.values():
        if _is_one(some, memory, accounts):
            yield tuple(some)
        else:
            yield from ((leg,) for leg in some)


def _is_one(legs: Sequence[Leg], memory: Memory, accounts: Accounts) -> bool:
    first = legs[0]
    if not first.message.together or len(legs) == 1:
        return False
    chosen = {memory.sending(leg.message_id, leg.attempt, leg.recipient).account for leg in legs}
    most = min(accounts[name].max_recipients for name in chosen)
    return len(chosen) == 1 and len(legs) <= most and _meant(first, memory) <= _people(legs)


def _meant(leg: Leg, memory: Memory) -> set[str]:
    """Name everybody whom it is for but those to whom it must not or cannot go."""
    return {
        recipient
        for recipient in leg.message.recipients
        if not has_failed(memory.sending(leg.message_id, leg.attempt, recipient).report.status)
    }


def _people(legs: Iterable[Leg]) -> set[str]:
    return {leg.recipient for leg in legs}
