"""Sending: at most once unless a person says so, and to nobody who said STOP (I9, I15)."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
)
from services.dispatch.adapters.consents import LATEST_SECONDS
from tests.checking.evidence import Anomaly, Evidence, Seen

#: The gate waits so long for the end of the log; a call on its way cannot be called back.
_GRACE_SECONDS = LATEST_SECONDS + 2.0
_CONFIRMS = "opt-out-confirmation"
Pair = tuple[str, str]


def at_most_once(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect one text on the phone for the first attempt, and one for each retry by a person."""
    allowed: Counter[tuple[str, str]] = Counter()
    for seen in evidence.events("conversation-events"):
        message = seen.envelope.data
        if isinstance(message, MessageSubmitted | MessageRetried):
            allowed.update((message.message_id, to) for to in message.recipients)
    sent: Counter[tuple[str, str]] = Counter(
        (entry.about["message_id"], entry.about["recipient"])
        for entry in evidence.history.of("text-out")
    )
    for text, count in sent.items():
        if count > allowed[text]:
            yield Anomaly("silent-resend", f"{text} went out {count} times, for {allowed[text]}")


def never_after_stop(evidence: Evidence) -> Iterator[Anomaly]:
    """Look at both gates: router's on the log, dispatch's at the carrier."""
    yield from _on_the_log(evidence)
    yield from _at_the_carrier(evidence)


def _on_the_log(evidence: Evidence) -> Iterator[Anomaly]:
    out: set[Pair] = set()
    for seen in evidence.events("conversation-events"):
        event = seen.envelope.data
        match event:
            case CounterpartOptedOut():
                out.add((event.number, event.counterpart))
            case CounterpartOptedIn():
                out.discard((event.number, event.counterpart))
            case MessageSubmitted() | MessageRetried():
                yield from _submitted_to(event, out, seen)


def _submitted_to(
    event: MessageSubmitted | MessageRetried, out: set[Pair], seen: Seen
) -> Iterator[Anomaly]:
    if isinstance(event, MessageSubmitted) and event.purpose == _CONFIRMS:
        return
    for to in event.recipients:
        if (event.number or "", to) in out:
            yield Anomaly("sent-after-stop", f"router let {seen.envelope.id} out to {to}")


def _at_the_carrier(evidence: Evidence) -> Iterator[Anomaly]:
    """Compare each call with what had been on the log for a while when it arrived."""
    confirms = {
        seen.envelope.data.message_id
        for seen in evidence.events("conversation-events")
        if isinstance(seen.envelope.data, MessageSubmitted)
        and seen.envelope.data.purpose == _CONFIRMS
    }
    words = _words(evidence)
    for entry in evidence.history.of("carrier-call"):
        about = entry.about
        if about["message_id"] in confirms:
            continue
        said = words.get((about["number"], about["recipient"]), ())
        before = [word for word in said if word[0] <= entry.at]
        if not before or not before[-1][1]:
            continue
        since = before[-1][0]
        if (
            entry.at - since > _GRACE_SECONDS + evidence.bounds.way
            and about.get("thawed", -1.0) < since
        ):
            yield Anomaly("sent-after-stop", f"{about['message_id']} at {entry.at}, out at {since}")


def _words(evidence: Evidence) -> dict[Pair, list[tuple[float, bool]]]:
    """Give every STOP (True) and START of each pair, and when it came onto the log."""
    found: dict[Pair, list[tuple[float, bool]]] = defaultdict(list)
    for seen in evidence.events("conversation-events"):
        event = seen.envelope.data
        if isinstance(event, CounterpartOptedOut | CounterpartOptedIn):
            at = evidence.seconds(seen.stamp)
            out = isinstance(event, CounterpartOptedOut)
            found[event.number, event.counterpart].append((at, out))
    return found
