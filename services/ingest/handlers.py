"""A kept request in, records out: events for the log, or the request itself for the operator."""

from collections.abc import Mapping, Sequence

import msgspec

from schemas.carrier import CarrierEvent
from schemas.catalog import topic_of, wire_name
from schemas.codec import TooLarge
from schemas.envelope import Envelope
from services.carriers.contract import Account, Unparseable
from services.carriers.registry import CARRIERS
from services.ingest.domain import Kept, identity, partition_key
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


def translate(payload: bytes, accounts: Mapping[str, Account]) -> Sequence[Outgoing]:
    """Say what a spooled request becomes on the log; never raises, and loses nothing.

    What a body says is published in its order; a body that is not wholly understood goes to the
    dead letters as well, for `tandem reparse`.
    """
    try:
        kept = _KEPT.decode(payload)
    except msgspec.DecodeError as error:
        return (_unreadable(payload, error),)
    try:
        return _records(_events(kept, accounts), kept)
    except Unparseable as trouble:
        return (*_records(trouble.events, kept), letter(kept, "unparseable", trouble.reason))
    except TooLarge as error:
        return (letter(kept, "too-large", str(error)),)
    except Exception as error:  # noqa: BLE001 - a parser's bug delays its own request, no other
        return (letter(kept, "bug", type(error).__name__),)


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


def _records(events: Sequence[CarrierEvent], kept: Kept) -> list[Outgoing]:
    return [outgoing(topic_of(event), _envelope(event, kept)) for event in events]


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
