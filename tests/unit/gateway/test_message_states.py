"""What people see of a message to several: it is as far as its least recipient."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.gateway.domain import views

PEOPLE = ("+14155550150", "+14155550151", "+14155550152")
STATES = ("failed", "undelivered", "unknown", "queued", "sent", "delivered")


def _shown(reports: dict[str, str], recipients: tuple[str, ...] = PEOPLE) -> dict[str, Any]:
    row = {
        "message_id": "m", "client_id": None, "conversation_id": "c", "position": 1, "at": None,
        "direction": "out", "author": None, "counterpart": None, "text": "Hi", "via": "sms",
        "attempt": 1, "recipients": list(recipients), "files": [], "stored": None,
        "deliveries": [
            {
                "attempt": 1, "recipient": who, "status": status, "failure_code": f"code-{who}",
                "failure_text": None,
            }
            for who, status in reports.items()
        ],
    }  # fmt: skip
    return views.message(row, views.People({}, lambda _: False))


@given(some.lists(some.sampled_from(STATES), min_size=3, max_size=3), some.permutations(PEOPLE))
def test_it_is_as_far_as_its_least_recipient_in_any_order(
    states: list[str], people: list[str]
) -> None:
    shown = _shown(dict(zip(people, states, strict=True)))

    assert shown["state"] == min(states, key=STATES.index)
    assert (shown["failure"] is not None) == (shown["state"] in {"failed", "undelivered"})


def test_while_somebody_is_not_heard_of_it_is_on_its_way() -> None:
    assert _shown({PEOPLE[0]: "delivered", PEOPLE[1]: "delivered"})["state"] == "queued"


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_the_failure_is_that_of_whom_it_did_not_reach(status: str) -> None:
    shown = _shown({PEOPLE[0]: "delivered", PEOPLE[1]: status, PEOPLE[2]: "delivered"})

    assert (shown["state"], shown["failure"]["code"]) == (status, f"code-{PEOPLE[1]}")
