"""What look-ups could get wrong, planted in the evidence of a sound run."""

from dataclasses import replace

import msgspec

from schemas import codec
from schemas.delivery import (
    LookUpSend,
    ReceiptRecorded,
    RecordAnswer,
    RecordLookUp,
    SendAnswered,
)
from services.dispatch.domain.lattice import Report
from services.dispatch.domain.state import Sending, sending_key
from services.kernel import ids
from tests.checking.evidence import Evidence
from tests.simulation.planting import appended, first
from tests.simulation.virtual import BEGINNING


def mistaken(evidence: Evidence) -> Evidence:
    """A look-up gives one text the id of another."""
    at, record = first(evidence, "delivery-events", ReceiptRecorded)
    told = codec.decode(record.value or b"")
    ids_ = [entry.about["id"] for entry in evidence.history.of("text-out")
            if entry.about["message_id"] != told.data.message_id]  # fmt: skip
    other = msgspec.structs.replace(told.data, provider_message_id=ids_[0])
    return appended(evidence, at, record, id=ids.derive("mistaken"), data=other)


def left_unknown(evidence: Evidence) -> Evidence:
    """A look-up found a text that is shown as unknown all the same."""
    at, record = first(evidence, "delivery-commands", RecordAnswer)
    event = codec.decode(first(evidence, "delivery-events", SendAnswered)[1].value or b"").data
    names = ("conversation_id", "message_id", "attempt", "recipient", "account")
    about = {name: getattr(event, name) for name in names}
    now = BEGINNING
    asked = LookUpSend(**about, since=now, answered_at=now)
    found = RecordLookUp(
        **about, carrier="twilio", provider_message_id="x", status="sent", carrier_status="sent"
    )
    left = appended(
        never_asked(evidence), at, record, id=ids.derive("asked"),
        type="delivery.look-up-send.v1", data=asked,
    )  # fmt: skip
    return appended(
        left, at, record, id=ids.derive("found"), type="delivery.record-look-up.v1", data=found
    )


def never_asked(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "delivery-events", SendAnswered)
    told = codec.decode(record.value or b"")
    silence = msgspec.structs.replace(told.data, answer="unknown", carrier="twilio")
    key = sending_key(told.data.message_id, told.data.attempt, told.data.recipient)
    unknown = msgspec.json.encode(Sending(report=Report("unknown"))).decode()
    parts = {**evidence.parts, "dispatch": {**evidence.parts["dispatch"], key: unknown}}
    left = appended(evidence, at, record, id=ids.derive("silence"), data=silence)
    return replace(left, parts=parts)
