"""The checker of I15 over the log: no text is said, and none leaves, after a STOP without a START.

Two rules, neither of which needs a clock:

- router's: in the partition of a pair, which holds its STOPs and its texts in one order, no text is
  submitted after a STOP; of Tandem's own texts only the one confirmation is.
- dispatch's: each answer of a carrier says how far the last gate had read conversation-events when
  it let the call go; a STOP before that place must have held it.

A call without that evidence (made before this was recorded, or cut short by a crash) to somebody
who ever said STOP is counted as unproven, not as a breach.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
)
from schemas.delivery import SendAnswered, SendPlanned
from schemas.envelope import Envelope
from services.kernel.runtime import Record

Rule = Literal["said-after-stop", "sent-after-stop", "confirmed-twice"]
#: The answer of a gate that let nothing go, for it could not read the log in time.
_NO_CALL = "gate-waits"
#: Breaches that are remembered; a log with more is broken beyond listing.
MAX_BREACHES = 1_000


class Breach(NamedTuple):
    """One text that should not have been."""

    rule: Rule
    #: The event that shows it, and the STOP that forbade it.
    event_id: str
    stop_id: str
    message_id: str


class Said(NamedTuple):
    """A STOP or START at its place in its partition."""

    offset: int
    stop_id: str | None


@dataclass
class Consent:
    """All that was said about one consent, in the order of its partition."""

    partition: int
    said: list[Said] = field(default_factory=list)
    confirmed: bool = False

    def stop_before(self, offset: int) -> str | None:
        """Give the STOP that was in force before a place."""
        index = bisect_left(self.said, offset, key=lambda one: one.offset)
        return self.said[index - 1].stop_id if index else None


class ConsentChecker:
    """Takes conversation-events, then delivery-events, each partition in its order."""

    def __init__(self) -> None:
        self.breaches: list[Breach] = []
        self.stops = self.texts = self.calls = self.unproven = 0
        self._consents: dict[str, Consent] = {}
        #: Tandem's own texts, by their purpose.
        self._own: dict[str, str] = {}
        #: Calls in flight: whose number.
        self._numbers: dict[tuple[str, int, str], str] = {}

    def conversation(self, record: Record, envelope: Envelope[Any]) -> None:
        """Take one of conversation-events."""
        match envelope.data:
            case CounterpartOptedOut() | CounterpartOptedIn():
                self._consent(record, envelope)
            case MessageSubmitted(via="sms") | MessageRetried():
                self._text(record, envelope)
            case _:
                return

    def delivery(self, envelope: Envelope[Any]) -> None:
        """Take one of delivery-events."""
        match envelope.data:
            case SendPlanned() as plan:
                leg = (plan.message_id, plan.attempt, plan.recipient)
                self._numbers[leg] = plan.number
            case SendAnswered() as answered:
                self._call(envelope, answered)
            case _:
                return

    def _consent(self, record: Record, envelope: Envelope[Any]) -> None:
        event = envelope.data
        out = isinstance(event, CounterpartOptedOut)
        tenant = envelope.tenant or ""
        key = (
            _everywhere(tenant, event.counterpart)
            if event.everywhere
            else _here(event.number, event.counterpart)
        )
        consent = self._consents.setdefault(key, Consent(record.partition))
        consent.said.append(Said(record.offset, envelope.id if out else None))
        consent.confirmed = False
        self.stops += out

    def _text(self, record: Record, envelope: Envelope[Any]) -> None:
        event = envelope.data
        self.texts += 1
        purpose = getattr(event, "purpose", "message")
        if purpose != "message":
            self._own[event.message_id] = purpose
        for recipient in event.recipients:
            consent = self._consents.get(_here(event.number or "", recipient))
            if consent is None or consent.partition != record.partition:
                continue  # a group's partition has no order with the pair's: the gate judges it
            stop = consent.stop_before(record.offset)
            if stop is not None:
                self._said(envelope, purpose, consent, stop)

    def _said(self, envelope: Envelope[Any], purpose: str, consent: Consent, stop: str) -> None:
        if purpose != "opt-out-confirmation":
            self._breach("said-after-stop", envelope, stop)
        elif consent.confirmed:
            self._breach("confirmed-twice", envelope, stop)
        consent.confirmed = True

    def _call(self, envelope: Envelope[Any], answered: SendAnswered) -> None:
        leg = (answered.message_id, answered.attempt, answered.recipient)
        number = self._numbers.get(leg)
        if answered.retry_at is None:
            self._numbers.pop(leg, None)
        if number is None or answered.code == _NO_CALL:
            return
        self.calls += 1
        places = {seen.partition: seen.next_offset for seen in answered.gate}
        for consent in self._binding(envelope.tenant or "", number, answered):
            place = places.get(consent.partition)
            if place is None:
                self.unproven += 1
            elif (stop := consent.stop_before(place)) is not None:
                self._breach("sent-after-stop", envelope, stop)

    def _binding(self, tenant: str, number: str, answered: SendAnswered) -> Iterator[Consent]:
        purpose = self._own.get(answered.message_id, "message")
        keys = [_here(number, answered.recipient), _everywhere(tenant, answered.recipient)]
        kept = {"opt-out-confirmation": 0, "opt-in-confirmation": 1}.get(purpose, len(keys))
        for key in keys[:kept]:
            if key in self._consents:
                yield self._consents[key]

    def _breach(self, rule: Rule, envelope: Envelope[Any], stop: str) -> None:
        if len(self.breaches) < MAX_BREACHES:
            self.breaches.append(Breach(rule, envelope.id, stop, envelope.data.message_id))


def _here(number: str, counterpart: str) -> str:
    return f"{number}|{counterpart}"


def _everywhere(tenant: str, counterpart: str) -> str:
    return f"{tenant}|*|{counterpart}"
