"""Every report about a text, as it came: who, when, which account, and the carrier's own words."""

from collections.abc import Iterator
from typing import Any

from schemas.delivery import ReceiptRecorded, SendAnswered, SendPlanned, SendRefused
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

_Report = SendPlanned | SendRefused | SendAnswered | ReceiptRecorded


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a report into its row; nothing that was kept is ever changed."""
    match envelope.data:
        case SendPlanned(account=account) as event:
            yield _report(envelope, event, kind="plan", state="planned", account=account)
        case SendRefused(code=code) as event:
            yield _report(envelope, event, kind="gate", state="held", code=code)
        case SendAnswered() as event:
            yield _report(
                envelope,
                event,
                kind="answer",
                state=event.answer,
                carrier=event.carrier,
                account=event.account,
                tries=event.tries,
                code=event.code,
                said=event.text,
                provider_message_id=event.provider_message_id,
                retry_at=event.retry_at,
            )
        case ReceiptRecorded() as event:
            yield _report(
                envelope,
                event,
                kind="receipt",
                state=event.status,
                carrier=event.carrier,
                account=event.account,
                code=event.code,
                said=event.text or event.carrier_status,
                reported_at=event.reported_at,
            )


_NOTHING: dict[str, object] = {
    "carrier": "",
    "account": "",
    "tries": None,
    "code": None,
    "said": None,
    "provider_message_id": None,
    "retry_at": None,
    "reported_at": None,
}


def _report(envelope: Envelope[Any], event: _Report, **values: object) -> Row:
    return row(
        envelope,
        "delivery_report",
        report_id=envelope.id,
        at=envelope.time,
        conversation_id=event.conversation_id,
        message_id=event.message_id,
        recipient=event.recipient,
        attempt=event.attempt,
        **{**_NOTHING, **values},
    )
