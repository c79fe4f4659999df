"""Consent: how it stands, its history, and what free text may have meant."""

from collections.abc import Iterator
from typing import Any

from schemas.consent import RevocationReviewed, RevocationSuspected
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a word of consent, a suspicion or a review into its rows."""
    match envelope.data:
        case CounterpartOptedOut() | CounterpartOptedIn() as event:
            yield _standing(envelope, event)
            yield _change(envelope, event)
        case RevocationSuspected() as event:
            yield _suspicion(envelope, event)
            yield _pill(envelope, event, "revocation-suspected", phrase=event.phrase)
        case RevocationReviewed() as event:
            yield row(
                envelope,
                "review",
                message_id=event.message_id,
                verdict=event.verdict,
                reviewed_by=event.by,
                reviewed_at=envelope.time,
            )
            yield _pill(envelope, event, f"revocation-{event.verdict}", agent=event.by)


def _standing(envelope: Envelope[Any], event: CounterpartOptedOut | CounterpartOptedIn) -> Row:
    opted_out = isinstance(event, CounterpartOptedOut)
    if event.everywhere:
        return row(
            envelope,
            "consent_everywhere",
            consent_id=envelope.subject,
            counterpart=event.counterpart,
            opted_out=opted_out,
        )
    return row(
        envelope,
        "consent",
        number=event.number,
        counterpart=event.counterpart,
        opted_out=opted_out,
    )


def _change(envelope: Envelope[Any], event: CounterpartOptedOut | CounterpartOptedIn) -> Row:
    return row(
        envelope,
        "consent_change",
        change_id=envelope.id,
        number=event.number,
        counterpart=event.counterpart,
        at=envelope.time,
        opted_out=isinstance(event, CounterpartOptedOut),
        everywhere=event.everywhere,
        source=event.source,
        word=event.word,
        recorded_by=event.by if isinstance(event, CounterpartOptedOut) else None,
    )


def _suspicion(envelope: Envelope[Any], event: RevocationSuspected) -> Row:
    return row(
        envelope,
        "suspicion",
        message_id=event.message_id,
        conversation_id=event.conversation_id,
        number=event.number,
        counterpart=event.counterpart,
        phrase=event.phrase,
        at=envelope.time,
    )


def _pill(
    envelope: Envelope[Any],
    event: RevocationSuspected | RevocationReviewed,
    kind: str,
    **about: object,
) -> Row:
    return row(
        envelope,
        "pill",
        pill_id=envelope.id,
        conversation_id=event.conversation_id,
        queue_id=event.queue_id or "",
        at=envelope.time,
        kind=kind,
        about=about,
        note=None,
    )
