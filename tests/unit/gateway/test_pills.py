"""The words of portal.md §8.11 and DESIGN.md §7, to the letter."""

import pytest

from services.gateway.domain.pills import duration, text

PEOPLE = {"a": "Alice", "d": "Dana", "s": "Sam", "q2": "Sales"}


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("waiting", {}, "Waiting in Support"),
        ("renamed", {"by": "a", "name": "Ops"}, "Alice renamed the group to Ops"),
        ("added", {"by": "a", "who": "d"}, "Alice added Dana"),
        ("removed", {"by": "s", "who": "+14155550150"}, "Sam removed +14155550150"),
        ("left", {"by": "d"}, "Dana left"),
        ("claimed", {"agent": "a"}, "Claimed by Alice"),
        ("released", {"agent": "a", "by": "a"}, "Released by Alice"),
        ("released", {"agent": "a"}, "Released by Alice"),
        ("released", {"agent": "a", "by": "s"}, "Released by Sam (supervisor)"),
        ("transferred", {"agent": "a", "to_agent": "d"}, "Transferred from Alice to Dana"),
        ("transferred", {"agent": "a", "to_queue": "q2"}, "Transferred from Alice to Sales"),
        (
            "lapsed",
            {"agent": "a", "seconds": 900},
            "Claim lapsed: no reply from Alice in 15 minutes",
        ),
        ("escalated", {"seconds": 301}, "Waiting more than 5 minutes"),
        ("closed-agent", {"agent": "a", "by": "a"}, "Closed by Alice"),
        ("closed-supervisor", {"agent": "a", "by": "s"}, "Closed by Sam (supervisor)"),
        ("closed-supervisor", {"by": "s"}, "Closed by Sam (supervisor)"),
        ("closed-inactivity", {"seconds": 86_400}, "Closed automatically after 24 hours"),
        ("closed-opt-out", {}, "Closed: customer opted out"),
        ("reopened", {}, "Reopened: customer replied"),
        (
            "overflowed",
            {"to_queue": "q2", "seconds": 600},
            "Moved from Support to Sales: waited 10 minutes",
        ),
        ("note", {"by": "a"}, "Note by Alice"),
        (
            "revocation-suspected",
            {"phrase": "stop texting"},
            "May be a request to stop texts (\u201cstop texting\u201d): please review",
        ),
        ("revocation-confirmed", {"agent": "a"}, "Opted out: Alice confirmed the request"),
        ("revocation-dismissed", {"agent": "a"}, "Not a request to stop: Alice has read it"),
    ],
)
def test_a_pill_says_what_happened(kind: str, about: dict[str, object], words: str) -> None:
    assert text(kind, about, PEOPLE, "Support") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (90, "1 minute"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
    ],
)
def test_a_duration_is_spelled_by_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    assert duration(seconds) == words
