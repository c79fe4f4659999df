"""The checker of the run of all carriers sees each kind of breach: planted, then found."""

from typing import Any

import pytest

from schemas.base import ConversationId, MessageId
from schemas.conversation import MessageSubmitted
from tests.support.lines import LINES, owner
from tests.support.lines_checker import (
    Seen,
    check_nothing_is_lost_or_invented,
    check_order,
    check_receipts,
    check_sent_once,
    check_tenants,
)

LINE = LINES[0]
CUSTOMER = LINE.customers[0]
IN, OUT = LINE.says(CUSTOMER, 0), LINE.answers(CUSTOMER, 0)


def _journal() -> list[dict[str, Any]]:
    text = {"kind": "text", "number": LINE.number}
    return [
        {**text, "direction": "in", "id": "i1", "text": IN},
        {"kind": "message", "id": "i1", "result": "answered", "status": 200},
        {**text, "direction": "out", "id": "o1", "text": OUT},
        *(
            {"kind": "receipt", "id": "o1", "state": state, "result": "answered", "status": 200}
            for state in ("delivered", "sent")
        ),
    ]


def _seen() -> Seen:
    seen = Seen()
    seen.arrived["i1"].add("e1")
    seen.texts["i1"] = IN
    seen.said["c"] = [(1, "in", IN), (2, "out", OUT)]
    seen.sequences["conversation-events", "c"] = [0, 1, 2]
    seen.submitted["m1"] = MessageSubmitted(
        conversation_id=ConversationId("c"),
        message_id=MessageId("m1"),
        position=2,
        author=owner(LINE.tenant),
        via="sms",
        text=OUT,
        members=(),
    )
    seen.states["m1"] = "delivered"
    for line in LINES:
        seen.tenants[line.number].add(line.tenant)
    return seen


def _check(seen: Seen, journal: list[dict[str, Any]]) -> None:
    check_nothing_is_lost_or_invented(seen, journal)
    check_order(seen)
    check_tenants(seen)
    check_sent_once(seen, journal)
    check_receipts(seen, journal)


def test_a_run_without_a_breach_passes() -> None:
    _check(_seen(), _journal())


def _never_taken(_seen: Seen, journal: list[dict[str, Any]]) -> None:
    journal[1]["status"] = 503


def _lost(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    del seen.texts["i1"]


def _changed(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.texts["i1"] = "something else"


def _invented(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.texts["i2"] = "nobody wrote it"


def _two_events(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.arrived["i1"].add("e2")


def _two_effects(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.said["c"].append((3, "in", IN))


def _out_of_order(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.said["c"].reverse()


def _gap(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.sequences["conversation-events", "c"].remove(1)


def _other_tenant(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.tenants[LINE.number].add("south")


def _sent_twice(_seen: Seen, journal: list[dict[str, Any]]) -> None:
    journal.append({**journal[2], "id": "o2"})


def _never_said(_seen: Seen, journal: list[dict[str, Any]]) -> None:
    journal.append({**journal[2], "id": "o2", "text": "out of nowhere"})


def _worse_end(seen: Seen, _journal: list[dict[str, Any]]) -> None:
    seen.states["m1"] = "sent"


@pytest.mark.parametrize(
    "breach",
    [
        _never_taken,
        _lost,
        _changed,
        _invented,
        _two_events,
        _two_effects,
        _out_of_order,
        _gap,
        _other_tenant,
        _sent_twice,
        _never_said,
        _worse_end,
    ],
)
def test_a_breach_is_found(breach: Any) -> None:  # noqa: ANN401 - one of the functions above
    seen, journal = _seen(), _journal()
    breach(seen, journal)

    with pytest.raises(AssertionError):
        _check(seen, journal)
