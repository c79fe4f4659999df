"""What a kept request is, and what makes two reports of a carrier the same event; pure."""

from datetime import datetime
from typing import Literal, assert_never

import msgspec

from schemas.carrier import CarrierEvent, MessageArrived, OptOutArrived, ReceiptArrived
from schemas.partition_key import for_sms
from services.carriers.contract import Headers, Request

#: Headers that the spool does not keep: what proves a request is no one's business later.
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A verified request, whole, as the spool keeps it."""

    carrier: str
    account: str
    method: Literal["GET", "POST"]
    query: str
    headers: Headers
    body: bytes
    #: By our clock; the time of the events that follow.
    received_at: datetime
    #: Empty for a carrier's request. One that is parsed again says which events it still owes.
    only: tuple[str, ...] = ()

    @property
    def request(self) -> Request:
        return Request(method=self.method, query=self.query, headers=self.headers, body=self.body)


def keep(carrier: str, account: str, request: Request, received_at: datetime) -> Kept:
    """Make of a request what is kept of it."""
    return Kept(
        carrier=carrier,
        account=account,
        method=request.method,
        query=request.query,
        headers=tuple(pair for pair in request.headers if pair[0] not in _SECRET),
        body=request.body,
        received_at=received_at,
    )


def identity(event: CarrierEvent) -> tuple[str, ...]:
    """Name what a repeat repeats, at any distance: the event's id is derived from it.

    carriers.md §0.5: carrier, account, provider's id, recipient, kind; for a receipt its state too,
    and its code, since every report is kept.
    """
    whose = (event.carrier, event.account, provider_id(event))
    match event:
        case MessageArrived():
            return ("carrier-event", *whose, event.number, "message")
        case ReceiptArrived():
            said = (event.carrier_status, event.error_code or "")
            return ("carrier-event", *whose, event.counterpart, "receipt", *said)
        case OptOutArrived():
            return ("carrier-event", *whose, event.counterpart, "opt-out")
        case _:
            assert_never(event)


def provider_id(event: CarrierEvent) -> str:
    """Give the carrier's id of what it speaks of."""
    return event.provider_id if isinstance(event, OptOutArrived) else event.provider_message_id


def partition_key(event: CarrierEvent) -> str:
    """Give the conversation's key: everything about one conversation lands in one partition."""
    group = event.others if isinstance(event, MessageArrived) else ()
    return for_sms(event.number, (event.counterpart, *group))
