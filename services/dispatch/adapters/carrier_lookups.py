"""Asks a carrier what became of a text whose outcome is unknown; it only ever reads there."""

from collections.abc import Mapping

import msgspec

from schemas.delivery import RecordLookUp
from services.carriers.contract import Account, Found, HttpResponse, LookedUp, Sought, look_up_of
from services.carriers.registry import CARRIERS
from services.dispatch.ports import LookUpNow
from services.kernel.addresses import NotAllowed
from services.kernel.handling import Addressed
from services.kernel.outbound import Outbound, TooBig, Unknown, Unreachable

#: How long a carrier may take to answer; the next look-up is due no sooner than this.
LOOK_UP_SECONDS = 15.0


class CarrierLookUps:
    """Performs `look-up`: one question, and a command only where the text was found."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        outbound: Outbound,
        *,
        look_up_seconds: float = LOOK_UP_SECONDS,
    ) -> None:
        self._accounts = accounts
        self._outbound = outbound
        self._seconds = look_up_seconds

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        """Ask once; what is not found stays unknown, and the next look-up asks again."""
        del effect_id
        wanted = msgspec.json.decode(payload, type=LookUpNow)
        account = self._accounts.get(wanted.about.account)
        if account is None:
            return ()
        found = await self._ask(wanted, account)
        return (_recorded(wanted, account, found),) if isinstance(found, Found) else ()

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        """Ask again: a question changes nothing."""
        del effect_id, payload
        return None

    async def _ask(self, wanted: LookUpNow, account: Account) -> LookedUp:
        look_up = look_up_of(CARRIERS[account.carrier])
        if look_up is None:
            return "not-now"
        sought = Sought(
            number=wanted.number,
            recipient=wanted.about.recipient,
            text=wanted.text,
            message_id=wanted.about.message_id,
            idempotency_key=wanted.idempotency_key,
            has_files=wanted.has_files,
            since=wanted.about.since,
            until=wanted.about.answered_at,
        )
        request = look_up.build(sought, account)
        if request is None:
            return "not-now"
        try:
            reply = await self._outbound.call(
                request.method,
                request.url,
                headers=request.headers,
                content=request.body,
                total_seconds=self._seconds,
            )
        except (Unreachable, NotAllowed, Unknown, TooBig):
            return "not-now"
        response = HttpResponse(status=reply.status, headers=reply.headers, body=reply.body)
        return look_up.read(response, sought)


def _recorded(wanted: LookUpNow, account: Account, found: Found) -> Addressed:
    about = wanted.about
    record = RecordLookUp(
        conversation_id=about.conversation_id,
        message_id=about.message_id,
        attempt=about.attempt,
        recipient=about.recipient,
        carrier=account.carrier,
        account=about.account,
        provider_message_id=found.provider_message_id,
        status=found.status,
        carrier_status=found.carrier_status,
        code=found.code,
        text=found.text,
    )
    return Addressed(
        subject=about.conversation_id,
        partitionkey=wanted.partition_key,
        tenant=wanted.tenant,
        data=record,
    )
