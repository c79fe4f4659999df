"""Look-ups: an unknown outcome is asked for, and what is found is that text's own (F28, I9)."""

from collections.abc import Iterator

import msgspec

from schemas.delivery import LookUpSend, ReceiptRecorded, RecordLookUp, SendAnswered
from services.carriers.contract import look_up_of
from services.carriers.registry import CARRIERS
from services.dispatch.domain.state import Sending
from tests.checking.evidence import Anomaly, Evidence

Text = tuple[str, str]


def of_that_text(evidence: Evidence) -> Iterator[Anomaly]:
    """Compare the id that a look-up gave with the one under which the carrier took the text."""
    taken = _taken(evidence)
    for seen in evidence.events("delivery-events"):
        event = seen.envelope.data
        if isinstance(event, ReceiptRecorded) and event.provider_message_id is not None:
            theirs = taken.get(event.provider_message_id)
            if theirs != (event.message_id, event.recipient):
                yield Anomaly("wrong-text", f"{event.message_id} was taken for {theirs}")


def what_is_found_is_known(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect no text unknown that was never asked for, or that a look-up has found.

    A text that never arrived may be answered for by its twin of the same words: that is no find.
    """
    asked: set[Text] = set()
    found: set[Text] = set()
    taken = _taken(evidence)
    for seen in evidence.firsts("delivery-commands"):
        command = seen.envelope.data
        if isinstance(command, LookUpSend):
            asked.add((command.message_id, command.recipient))
        elif isinstance(command, RecordLookUp) and command.status is not None:
            one = (command.message_id, command.recipient)
            if taken.get(command.provider_message_id, one) == one:
                found.add(one)
    for text in sorted(set(_unanswered(evidence)) & set(_unknown(evidence))):
        if text not in asked and text not in evidence.to_look_up:
            yield Anomaly("stuck", f"{text} is unknown, and the carrier was never asked")
        elif text in found:
            yield Anomaly("stuck", f"{text} is unknown, although a look-up has found it")


def _taken(evidence: Evidence) -> dict[str, Text]:
    """Name the text that each carrier's id stands for, by the carrier's own book."""
    return {
        entry.about["id"]: (entry.about["message_id"], entry.about["recipient"])
        for entry in evidence.history.of("text-out")
    }


def _unanswered(evidence: Evidence) -> Iterator[Text]:
    """Name the texts whose answer got lost at a carrier that can be asked."""
    for seen in evidence.events("delivery-events"):
        event = seen.envelope.data
        if not isinstance(event, SendAnswered) or event.answer != "unknown":
            continue
        if event.carrier in CARRIERS and look_up_of(CARRIERS[event.carrier]) is not None:
            yield event.message_id, event.recipient


def _unknown(evidence: Evidence) -> Iterator[Text]:
    for key, value in evidence.parts["dispatch"].items():
        kind, *rest = key.split("/")
        if kind == "sending":
            message_id, _, recipient = rest
            if msgspec.json.decode(value, type=Sending).report.status == "unknown":
                yield message_id, recipient
