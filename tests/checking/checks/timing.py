"""Timers: never early, by their own date and by true time; never late once nothing hinders (I6)."""

from collections.abc import Iterator
from datetime import datetime

from schemas.queue import (
    ClaimLapsed,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationReopened,
    FollowUpArrived,
)
from tests.checking.evidence import Anomaly, Evidence, Seen

_Owes = ConversationClaimed | FollowUpArrived | ConversationReopened


def never_early(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect no timer's command, and none of its consequences, before the time that was set."""
    due = {rung.id: rung.due_at for rung in evidence.timers}
    for topic in evidence.command_topics:
        for seen in evidence.all(topic):
            when = due.get(seen.envelope.id)
            if when is not None and _is_early(evidence, seen, when):
                yield Anomaly("early-timer", f"{seen.envelope.type} {seen.envelope.id}: {when}")
    yield from _early_consequences(evidence)


def _is_early(evidence: Evidence, seen: Seen, due: datetime) -> bool:
    by_true_time = seen.stamp / 1000 + evidence.bounds.step < due.timestamp()
    return seen.envelope.time < due or by_true_time


def _early_consequences(evidence: Evidence) -> Iterator[Anomaly]:
    """Fold what the queue promised: when a claim lapses, when an answered conversation closes."""
    lapses: dict[tuple[str, str], datetime | None] = {}
    closes: dict[tuple[str, str], datetime | None] = {}
    for seen in evidence.events("queue-events"):
        event = seen.envelope.data
        place = (event.queue_id, getattr(event, "conversation_id", ""))
        promised: datetime | None = None
        match event:
            case ConversationClaimed() | FollowUpArrived() | ConversationReopened():
                lapses[place] = event.lapses_at
            case ClaimRenewed():
                lapses[place], closes[place] = None, event.closes_at
            case ClaimLapsed():
                promised = lapses.get(place)
            case ConversationClosed(reason="inactivity"):
                promised = closes.get(place)
            case _:
                continue
        ends = isinstance(event, ClaimLapsed | ConversationClosed)
        if (
            ends
            and event_reason(event)
            and (promised is None or _is_early(evidence, seen, promised))
        ):
            yield Anomaly("early-timer", f"{seen.envelope.type} of {place}: promised {promised}")


def event_reason(event: ClaimLapsed | ConversationClosed) -> bool:
    """Tell whether time alone brought this about."""
    return isinstance(event, ClaimLapsed) or event.reason == "inactivity"


def never_late(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect every timer that was due to be fired; and at once, where it came due in peace."""
    sent: dict[str, float] = {}
    for topic in evidence.command_topics:
        for seen in evidence.all(topic):
            sent.setdefault(seen.envelope.id, seen.stamp / 1000)
    bounds, began = evidence.bounds, evidence.began.timestamp()
    settled, end = began + (evidence.settled_at or 0), began + evidence.ended_at
    for rung in evidence.timers:
        due = rung.due_at.timestamp()
        if due > end - bounds.late - 2 * bounds.step:
            continue
        at = sent.get(rung.id)
        if at is None or not rung.fired:
            yield Anomaly("late-timer", f"{rung.service} {rung.id} was due {rung.due_at}")
        elif due > settled and at > due + bounds.late + bounds.step:
            yield Anomaly("late-timer", f"{rung.service} {rung.id}: {at - due:.1f} s late")
