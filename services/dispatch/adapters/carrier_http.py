"""Calls a carrier once for one text, after asking the last gate, and tells what came of it.

A call that may have arrived is never repeated blindly (I9): only a carrier that knows our
idempotency key is asked again with the same key, and what is still open then is `unknown`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from schemas.delivery import LogSeen, RecordAnswer
from services.carriers.contract import (
    Account,
    Answer,
    Carrier,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
)
from services.carriers.registry import CARRIERS
from services.dispatch.adapters.media_links import MediaLinks
from services.dispatch.domain.sending import HELD_AT_GATE, TOO_OLD
from services.dispatch.ports import Consents, Leave, SendNow
from services.kernel.addresses import NotAllowed
from services.kernel.clock import Clock
from services.kernel.handling import Addressed
from services.kernel.outbound import Outbound, TooBig, Unknown, Unreachable

#: How long a carrier may take to answer; they take well under a second.
CALL_SECONDS = 15.0
#: Calls with one key to a carrier that drops the second of them.
MOST_CALLS = 3

_CLOCK = Clock()
#: Which headers a call has does not depend on its time.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_HELD = Answer(kind="permanent", code=HELD_AT_GATE)
_TOO_OLD = Answer(kind="permanent", code=TOO_OLD)
_LATE = Answer(kind="retry", code="gate-waits", text="Who has opted out could not be read in time.")
_NO_ACCOUNT = Answer(
    kind="permanent", code="no-account", text="No carrier account may send from this number."
)
_BLOCKED = Answer(
    kind="permanent", code="blocked-address", text="The carrier's address is not one that we call."
)
_NO_ORIGIN = Answer(
    kind="permanent",
    code="no-media-origin",
    text="No address is set up for carriers to fetch files.",
)
_NOT_SENT = Answer(kind="retry", code="not-reached", text="The carrier could not be reached.")
_OPEN = Answer(
    kind="unknown", code="no-answer", text="The carrier did not answer; the text may have gone."
)


class CarrierCalls:
    """Performs `send`: one text, one call."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        outbound: Outbound,
        consents: Consents,
        *,
        call_seconds: float = CALL_SECONDS,
        now: Callable[[], datetime] = _CLOCK.now,
        links: MediaLinks | None = None,
    ) -> None:
        self._accounts = accounts
        self._outbound = outbound
        self._consents = consents
        self._seconds = call_seconds
        self._now = now
        self._links = links

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        """Ask the gate once more, for a STOP may have come since the plan; then make the call."""
        del effect_id
        send = msgspec.json.decode(payload, type=SendNow)
        if send.expires_at is not None and self._now() >= send.expires_at:
            return (_recorded(send, _TOO_OLD),)
        if send.group:
            return await self._to_group(send)
        leave = await self._consents.ask(send)
        if leave.held is None:
            return (_recorded(send, _LATE),)
        if leave.held:
            return (_recorded(send, _HELD),)
        return (_recorded(send, await self._answer(send), leave.seen),)

    async def _to_group(self, send: SendNow) -> tuple[Addressed, ...]:
        """Ask for everybody; whoever is held is left out, and the others get it all the same."""
        leaves = {one: await self._consents.ask(_alone(send, one)) for one in send.group}
        if any(leave.held is None for leave in leaves.values()):
            return (_recorded(send, _LATE),)
        held = [_recorded(_alone(send, one), _HELD) for one in send.group if leaves[one].held]
        willing = tuple(one for one in send.group if not leaves[one].held)
        if not willing:
            return tuple(held)
        going = msgspec.structs.replace(send, recipient=willing[0], group=willing)
        answer = await self._answer(going)
        return (*held, _recorded(going, answer, seen_by(leaves[one] for one in willing)))

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        """Perform it again only where the carrier knows the key; else it may have gone."""
        del effect_id
        send = msgspec.json.decode(payload, type=SendNow)
        account = self._accounts.get(send.account)
        if account is not None and knows_keys(account):
            return None
        return (_recorded(send, _OPEN),)

    async def _answer(self, send: SendNow) -> Answer:
        account = self._accounts.get(send.account)
        if account is None:
            return _NO_ACCOUNT
        if send.files and self._links is None:
            return _NO_ORIGIN
        request = _request(send, account, self._now(), self._links)
        answer = await self._call(request, CARRIERS[account.carrier])
        return _again(answer, send.tries)

    async def _call(self, request: HttpRequest, carrier: Carrier) -> Answer:
        for _ in range(MOST_CALLS if _knows_keys(request) else 1):
            try:
                reply = await self._outbound.call(
                    request.method,
                    request.url,
                    headers=request.headers,
                    content=request.body,
                    total_seconds=self._seconds,
                )
            except Unreachable:
                return _NOT_SENT
            except NotAllowed:
                return _BLOCKED
            except (Unknown, TooBig):
                continue
            response = HttpResponse(status=reply.status, headers=reply.headers, body=reply.body)
            return carrier.read_answer(response)
        return _OPEN


def knows_keys(account: Account) -> bool:
    """Tell whether the account's carrier drops a second call with the same key."""
    probe = OutboundMessage(
        message_id="probe", idempotency_key="probe", number="+15550100", recipient="+15550199",
        text="probe", at=_ANY_TIME,
    )  # fmt: skip
    return _knows_keys(CARRIERS[account.carrier].build_send(probe, account))


def _knows_keys(request: HttpRequest) -> bool:
    return "idempotency-key" in {name.lower() for name in request.headers}


def _request(
    send: SendNow, account: Account, at: datetime, links: MediaLinks | None
) -> HttpRequest:
    message = OutboundMessage(
        message_id=send.message_id,
        idempotency_key=send.idempotency_key,
        number=send.number,
        recipient=send.recipient,
        text=send.text,
        recipients=send.group if len(send.group) > 1 else (),
        media_urls=() if links is None else tuple(links.link(file, at) for file in send.files),
        at=at,
    )
    return CARRIERS[account.carrier].build_send(message, account)


def seen_by(leaves: Iterable[Leave]) -> tuple[LogSeen, ...]:
    """Join what was known of everybody whom one call is for; of a place twice the nearer."""
    places: dict[int, int] = {}
    for seen in (seen for leave in leaves for seen in leave.seen):
        known = places.get(seen.partition, seen.next_offset)
        places[seen.partition] = min(known, seen.next_offset)
    return tuple(LogSeen(partition=at, next_offset=place) for at, place in sorted(places.items()))


def _alone(send: SendNow, recipient: str) -> SendNow:
    return msgspec.structs.replace(send, recipient=recipient, group=())


def _again(answer: Answer, tries: int) -> Answer:
    """Apply what a code says of its retries: once is enough."""
    if answer.kind != "retry":
        return answer
    if answer.once and tries > 1:
        return Answer(kind="permanent", code=answer.code, text=answer.text)
    return answer


def _recorded(send: SendNow, answer: Answer, seen: tuple[LogSeen, ...] = ()) -> Addressed:
    record = RecordAnswer(
        conversation_id=send.conversation_id,
        message_id=send.message_id,
        attempt=send.attempt,
        tries=send.tries,
        recipient=send.recipient,
        group=send.group,
        account=send.account,
        answer=answer.kind,
        provider_message_id=answer.provider_message_id,
        code=answer.code,
        text=answer.text,
        retry_after_seconds=answer.retry_after_seconds,
        daily_cap=answer.daily_cap,
        account_fault=answer.account_fault,
        turn_at=send.turn_at,
        gate=seen,
    )
    return Addressed(
        subject=send.conversation_id,
        partitionkey=send.partition_key,
        tenant=send.tenant,
        data=record,
    )
