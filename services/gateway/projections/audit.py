"""Who changed what and when: definitions, credentials, consent, held texts, operators' deeds.

What people set for themselves and what they say is no matter of administration.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.consent import RevocationReviewed
from schemas.conversation import CounterpartOptedOut
from schemas.directory import CredentialRecorded, Definition, QueueRemoved
from schemas.envelope import Envelope
from schemas.guard import HeldTextApproved, HeldTextRejected
from schemas.operation import OperatorActed
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

_Told = (
    Definition
    | QueueRemoved
    | CredentialRecorded
    | RevocationReviewed
    | HeldTextApproved
    | HeldTextRejected
    | OperatorActed
)


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn what somebody administered into an entry; an entry never changes."""
    data = envelope.data
    by_hand = isinstance(data, CounterpartOptedOut) and data.source == "operator"
    if isinstance(data, _Told) or by_hand:
        about = msgspec.to_builtins(data)
        yield row(
            envelope,
            "audit",
            change_id=envelope.id,
            at=envelope.time,
            changed_by=about.pop("by"),
            kind=envelope.type.rpartition(".v")[0],
            subject=envelope.subject,
            about=about,
        )
