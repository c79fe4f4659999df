"""A kept request in, records out: events for the log, or the request itself for the operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from schemas.catalog import topic_of, wire_name
from schemas.codec import TooLarge
from schemas.envelope import Envelope
from services.carriers.contract import Account, Unparseable
from services.carriers.registry import CARRIERS
from services.ingest.domain import Kept, identity, partition_key, provider_id
from services.kernel import ids
from services.kernel.deciding import Outgoing, outgoing
from services.kernel.traceparent import root

DEAD_TOPIC = "carrier-events-dead"
_SOURCE = "ingest"
_MAX_ERROR = 500
_KEPT = msgspec.msgpack.Decoder(Kept)
_SPELL = msgspec.msgpack.Encoder()


def spell(kept: Kept) -> bytes:
    """Spell a request for the spool."""
    return _SPELL.encode(kept)


@dataclass(frozen=True)
class Outcome:
    """What the parser makes of a request, and what it could not read of it."""

    envelopes: tuple[Envelope[CarrierEvent], ...] = ()
    #: A dead letter's reason and error.
    trouble: tuple[str, str] | None = None


def read(payload: bytes) -> Kept:
    """Read what `spell` has spelled; msgspec.DecodeError."""
    return _KEPT.decode(payload)


def outcome(kept: Kept, accounts: Mapping[str, Account]) -> Outcome:
    """Say what a request means; never raises."""
    try:
        return Outcome(_envelopes(_events(kept, accounts), kept))
    except Unparseable as trouble:
        return Outcome(_envelopes(trouble.events, kept), ("unparseable", trouble.reason))
    except Exception as error:  # noqa: BLE001 - a parser's bug delays its own request, no other
        return Outcome(trouble=("bug", type(error).__name__))


def translate(payload: bytes, accounts: Mapping[str, Account]) -> Sequence[Outgoing]:
    """Say what a spooled request becomes on the log; never raises, and loses nothing.

    What a body says is published in its order; a body that is not wholly understood goes to the
    dead letters as well, for `tandem reparse`. One that is parsed again gives what it still owes:
    the rest of it, and its letter, are where they belong.
    """
    try:
        kept = read(payload)
    except msgspec.DecodeError as error:
        return (_unreadable(payload, error),)
    found = outcome(kept, accounts)
    try:
        if kept.only:
            return _records([one for one in found.envelopes if one.id in kept.only])
        records = _records(found.envelopes)
    except TooLarge as error:
        return (letter(kept, "too-large", str(error)),)
    return (*records, letter(kept, *found.trouble)) if found.trouble else records


def names(found: Outcome) -> frozenset[str]:
    """Give all ids under which an operator may look for the request."""
    return frozenset(name for envelope in found.envelopes for name in _names(envelope))


def _names(envelope: Envelope[CarrierEvent]) -> tuple[str, ...]:
    event = envelope.data
    if isinstance(event, MessageArrived):
        # the router derives the message's id so
        message_id = ids.derive(envelope.id, "message")
    else:
        message_id = (event.message_id if isinstance(event, ReceiptArrived) else None) or ""
    return (envelope.id, provider_id(event), *filter(None, (message_id,)))


def letter(kept: Kept, reason: str, error: str) -> Outgoing:
    """Spell a dead letter: the raw body, what else the carrier sent, and why."""
    why = {
        "tandem-reason": reason,
        "tandem-error": error[:_MAX_ERROR],
        "tandem-time": kept.received_at.isoformat(),
        "tandem-carrier": kept.carrier,
        "tandem-account": kept.account,
        "tandem-method": kept.method,
        "tandem-query": kept.query,
        "content-type": dict(kept.headers).get("content-type", ""),
    }
    headers = [(name, text.encode()) for name, text in why.items()]
    return Outgoing(DEAD_TOPIC, f"{kept.carrier}/{kept.account}".encode(), kept.body, headers)


def _events(kept: Kept, accounts: Mapping[str, Account]) -> Sequence[CarrierEvent]:
    account = accounts.get(kept.account)
    if account is None or account.carrier != kept.carrier:
        raise Unparseable("its account is no longer in carriers.toml")
    return CARRIERS[kept.carrier].parse(kept.request, account)


def _records(envelopes: Sequence[Envelope[CarrierEvent]]) -> list[Outgoing]:
    return [outgoing(topic_of(envelope.data), envelope) for envelope in envelopes]


def _envelopes(events: Sequence[CarrierEvent], kept: Kept) -> tuple[Envelope[CarrierEvent], ...]:
    return tuple(_envelope(event, kept) for event in events)


def _envelope(event: CarrierEvent, kept: Kept) -> Envelope[CarrierEvent]:
    """Wrap an event: a request of a carrier is where a correlation begins."""
    id_, key = ids.derive(*identity(event)), partition_key(event)
    return Envelope(
        id=id_,
        type=wire_name(event),
        source=_SOURCE,
        subject=key,
        time=kept.received_at,
        partitionkey=key,
        correlation=id_,
        traceparent=root(id_),
        data=event,
    )


def _unreadable(payload: bytes, error: msgspec.DecodeError) -> Outgoing:
    """A payload of a version that kept requests differently: to the operator, as it is."""
    headers = [("tandem-reason", b"spool"), ("tandem-error", str(error)[:_MAX_ERROR].encode())]
    return Outgoing(DEAD_TOPIC, b"spool", payload, headers)
