"""Screens: whoever comes back with a place is told everything after it, dense and in order (I8)."""

from collections.abc import Iterator

from tests.checking.evidence import Anomaly, Evidence, Trace

_NAME = "gap-after-resume"


def dense(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect each socket to go on where it wished to, and to skip and repeat nothing."""
    for trace in evidence.traces:
        for visit in trace.visits:
            wanted = list(range(visit.after + 1, visit.after + 1 + len(visit.sequences)))
            if visit.sequences != wanted:
                yield Anomaly(_NAME, f"{_name(trace)} after {visit.after}: {visit.sequences}")


def complete(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect the last socket to have been told all there is."""
    for trace in evidence.traces:
        if trace.head is None or not trace.visits:
            continue
        last = trace.visits[-1]
        place = last.sequences[-1] if last.sequences else last.after
        if place < trace.head:
            yield Anomaly(_NAME, f"{_name(trace)} is at {place} of {trace.head}")


def _name(trace: Trace) -> str:
    return f"{trace.viewer} in feed {trace.feed_id}"
