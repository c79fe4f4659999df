"""Rules taken out one at a time, to see the simulator name what follows; the product is untouched.

Each is a rule that something else could seem to cover; none may be missed.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from schemas.delivery import SendPlanned
from services.carriers import listing
from services.dispatch.adapters.carrier_http import CarrierCalls
from services.dispatch.adapters.consents import LogConsents
from services.dispatch.domain import course, lookups, sending
from services.dispatch.ports import Leave
from services.ingest.adapters.spool import FileSpool
from services.kernel import outbox, statement
from services.kernel.deciding import Pass
from services.queue.domain import conversations, decide
from services.queue.domain.state import Claimed, Waiting
from services.router.domain.state import Conversation, World, conversation_key
from tests.simulation.fate import CALM, Odds
from tests.simulation.virtual import BEGINNING


@contextlib.contextmanager
def instead(owner: object, name: str, broken: object) -> Iterator[None]:
    """Put something broken in the place of a rule, for a while."""
    sound = getattr(owner, name)
    setattr(owner, name, broken)
    try:
        yield
    finally:
        setattr(owner, name, sound)


_USUAL = Odds()
#: Partitions change hands all the time, and hardly anything else happens: only the epoch tells an
#: owner from one who was, where the offset of one topic has not moved and another's has.
_STORM = replace(CALM, exile=0.6, rebalance=0.1, deaf=0.1)
#: Carriers that say little: answers get lost, and nothing is reported later.
_SILENT = replace(CALM, unanswered=0.2, unreported=0.9)


@dataclass(frozen=True)
class Sabotage:
    """A rule that is off, which of the checker's names may tell of it, and what last showed it."""

    off: Callable[[], contextlib.AbstractContextManager[None]]
    names: frozenset[str]
    odds: Odds = _USUAL
    #: Found once and kept, as the shortest run that shows it; where it no longer does, the test
    #: looks for another by itself.
    seed: int = 100
    bursts: int = 3


def _no(*conditions: str) -> str:
    text = statement._FENCE
    for condition in conditions:
        if condition not in text:
            raise LookupError(f"the fence has no {condition}")
        text = text.replace(condition, "")
    return text


_EPOCH, _OFFSET = "AND epoch = %(epoch)s", " AND next_offset = %(first)s"


def _no_fence() -> contextlib.AbstractContextManager[None]:
    return instead(statement, "_FENCE", _no(_EPOCH + _OFFSET))


def _no_epoch() -> contextlib.AbstractContextManager[None]:
    return instead(statement, "_FENCE", _no(_EPOCH))


def _no_dedupe() -> contextlib.AbstractContextManager[None]:
    return instead(Pass, "_seen", lambda _self, _envelope: None)


def _no_drain() -> contextlib.AbstractContextManager[None]:
    async def drain(*_: object) -> int:
        return 0

    return instead(outbox, "drain", drain)


def _no_stop() -> contextlib.AbstractContextManager[None]:
    return instead(World, "opted_out", lambda _self, _number, _counterpart: False)


@contextlib.contextmanager
def _no_last_gate() -> Iterator[None]:
    async def ask(*_: object) -> Leave:
        return Leave(held=False)

    with (
        instead(LogConsents, "ask", ask),
        instead(sending, "gate", lambda _leg, _memory: None),
    ):
        yield


def _blind_resend() -> contextlib.AbstractContextManager[None]:
    return instead(CarrierCalls, "interrupted", lambda _self, _id, _payload: None)


def _claims_of_others() -> contextlib.AbstractContextManager[None]:
    sound = conversations.claim

    def claim(command: Any, state: Any, place: Any, at: Any) -> Any:  # noqa: ANN401 - the rule's own
        if isinstance(place.stage, Claimed):
            place = msgspec.structs.replace(place, stage=Waiting(since=at))
        return sound(command, state, place, at)

    return instead(conversations, "claim", claim)


def _early_lapse() -> contextlib.AbstractContextManager[None]:
    def overdue(place: Any, at: Any) -> bool:  # noqa: ANN401 - the rule's own
        del at
        return isinstance(place.stage, Claimed) and place.stage.lapses_at is not None

    return instead(decide, "is_overdue", overdue)


def _any_tenant() -> contextlib.AbstractContextManager[None]:
    def conversation(self: World, id_: str) -> Conversation | None:
        found = self.parts.get(conversation_key(id_))
        return found if isinstance(found, Conversation) else None

    return instead(World, "conversation", conversation)


def _unsynced() -> contextlib.AbstractContextManager[None]:
    sound = FileSpool.append

    async def append(self: FileSpool, payload: bytes) -> None:
        self._kept_on = asyncio.ensure_future(sound(self, payload))  # type: ignore[attr-defined]  # planted

    return instead(FileSpool, "append", append)


def _no_line() -> contextlib.AbstractContextManager[None]:
    def plan(self: Any, leg: Any) -> None:  # noqa: ANN401 - the rule's own
        events = sending.plan(leg, self.memory, self._accounts)
        self._happen(events)
        if isinstance(events[0], SendPlanned):
            self.calls.append(leg)

    return instead(course.Course, "_plan", plan)


def _no_look_up() -> contextlib.AbstractContextManager[None]:
    return instead(lookups, "planned", lambda *_: iter(()))


def _any_words() -> contextlib.AbstractContextManager[None]:
    sound = listing._is_sought

    def is_sought(one: Any, sought: Any) -> bool:  # noqa: ANN401 - the rule's own
        return sound(one, replace(sought, text=one.body, since=BEGINNING))

    return instead(listing, "_is_sought", is_sought)


SABOTAGES: Mapping[str, Sabotage] = {
    "fence": Sabotage(
        _no_fence, frozenset({"duplicate-effect", "projection-divergence"}), seed=103
    ),
    "epoch": Sabotage(
        _no_epoch, frozenset({"duplicate-effect", "projection-divergence"}), _STORM, seed=104
    ),
    "dedupe": Sabotage(_no_dedupe, frozenset({"duplicate-effect", "order-break"})),
    "outbox drain": Sabotage(_no_drain, frozenset({"lost-write", "order-break"}), seed=102),
    "stop gate": Sabotage(_no_stop, frozenset({"sent-after-stop"})),
    "last gate": Sabotage(_no_last_gate, frozenset({"sent-after-stop"}), seed=102),
    "no blind resend": Sabotage(_blind_resend, frozenset({"silent-resend"}), seed=103),
    "one holder": Sabotage(_claims_of_others, frozenset({"double-holder"}), seed=102),
    "not before it is due": Sabotage(_early_lapse, frozenset({"early-timer"}), seed=102),
    "tenants apart": Sabotage(_any_tenant, frozenset({"cross-tenant"}), seed=105, bursts=6),
    "sync before yes": Sabotage(_unsynced, frozenset({"lost-write"}), bursts=20),
    "unknown is looked up": Sabotage(_no_look_up, frozenset({"stuck"}), _SILENT),
    "a text is known by its words and time": Sabotage(
        _any_words, frozenset({"wrong-text"}), _SILENT
    ),
    "one text in flight": Sabotage(_no_line, frozenset({"order-break"}), seed=103),
}
