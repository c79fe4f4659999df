"""The checker: reads what a run left behind, and names every anomaly in the vocabulary of the rig.

Safety holds at any moment, amid any faults; liveness once they have stopped for a while.
"""

from collections.abc import Callable, Iterator

from tests.checking.checks import (
    claims,
    effects,
    feeds,
    lookups,
    loss,
    offers,
    order,
    sending,
    tenants,
    timing,
    wishes,
)
from tests.checking.evidence import Anomaly, Evidence

Check = Callable[[Evidence], Iterator[Anomaly]]

#: Every name that a check may give, with what it means.
NAMES = {
    "lost-write": "accepted, and gone: not on the log, not decided, not answered, or not shown",
    "duplicate-effect": "one cause had its effect twice, or had two different ones",
    "aborted-read": "the log or a read model has what nobody sent, or what was refused",
    "order-break": "a stream, a conversation or a customer's phone saw another order",
    "double-holder": "two agents held one conversation, or acted on a claim that was over",
    "early-timer": "something happened before its time",
    "late-timer": "something that was due did not happen in time although nothing hindered it",
    "projection-divergence": "state or read model differ from the fold of the log",
    "gap-after-resume": "a screen was not told something, or was told twice, or in another order",
    "silent-resend": "a text went out twice that no person had sent twice",
    "wrong-text": "what a carrier knows of one text was taken for another's",
    "sent-after-stop": "somebody was texted who had said STOP",
    "cross-tenant": "an organisation saw or moved what is another's",
    "stuck": "work that nothing hindered did not come to its end",
    "missed-mark": "a pass mark of the fault table was not met",
    "broken": "a process ended by an error that nobody expects, or set a sound record aside",
}
SAFETY: tuple[Check, ...] = (
    loss.on_the_log,
    effects.one_effect,
    order.streams,
    order.messages,
    order.phones,
    claims.one_holder,
    offers.one_asked,
    timing.never_early,
    sending.at_most_once,
    sending.never_after_stop,
    lookups.of_that_text,
    tenants.apart,
    loss.nothing_broke,
    effects.read_model_is_its_fold,
    feeds.dense,
    wishes.refused_is_refused,
    wishes.one_winner,
    loss.marks_met,
)
LIVENESS: tuple[Check, ...] = (
    loss.everything_decided,
    loss.everything_shown,
    wishes.granted_is_kept,
    feeds.complete,
    timing.never_late,
    lookups.what_is_found_is_known,
    effects.state_is_the_fold,
    effects.everything_settled,
)


def check(evidence: Evidence) -> list[Anomaly]:
    """Run every check that applies."""
    checks = SAFETY if evidence.settled_at is None else (*SAFETY, *LIVENESS)
    found = [anomaly for one in checks for anomaly in one(evidence)]
    unknown = {anomaly.name for anomaly in found} - NAMES.keys()
    if unknown:
        raise LookupError(f"anomalies without a meaning: {unknown}")
    return found
