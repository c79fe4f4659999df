"""Who sees a conversation, and who may write in it."""

from types import MappingProxyType

import pytest

from services.gateway.domain.audience import concerned, listers, live, may_read, sending

_FACTS = MappingProxyType(
    {
        "kind": "sms",
        "members": [],
        "route_queue": "q",
        "state": "waiting",
        "holder": None,
        "agents": ["ana", "bert"],
        "supervisors": ["sam"],
        "mentioned": [],
        "opted_out": False,
        "system_texting": True,
        "number_texting": True,
        "toll_free": False,
        "callers": [],
    }
)
WAITING = _FACTS
CLAIMED = {**_FACTS, "state": "claimed", "holder": "ana"}
CLOSED = {**_FACTS, "state": "closed"}
PRIVATE = {**_FACTS, "route_queue": None, "state": None, "members": ["ana"], "callers": ["ana"]}


def test_a_waiting_conversation_is_in_nobodys_list_and_told_to_all_who_may_take_it() -> None:
    assert listers(WAITING) == ()
    assert live(WAITING) == ("ana", "bert", "sam")


def test_a_claimed_conversation_is_the_holders_alone() -> None:
    assert listers(CLAIMED) == live(CLAIMED) == ("ana",)
    assert [one for one in ("ana", "bert", "sam", "eve") if may_read(CLAIMED, one)] == [
        "ana",
        "sam",
    ]


@pytest.mark.parametrize("facts", [WAITING, CLOSED])
def test_agents_read_the_history_of_what_nobody_holds(facts: dict[str, object]) -> None:
    assert [one for one in ("ana", "bert", "sam", "eve") if may_read(facts, one)] == [
        "ana",
        "bert",
        "sam",
    ]


def test_whoever_a_note_has_called_in_may_read_but_not_write() -> None:
    called = {**CLAIMED, "mentioned": ["bert"]}

    assert may_read(called, "bert")
    assert not sending(called, "bert", "x")["allowed"]
    assert live(called) == ("ana",)
    assert concerned(called, {"by": "ana"}) == ("ana", "bert")
    assert not may_read({**PRIVATE, "mentioned": ["bert"]}, "bert")


def test_a_private_conversation_is_its_members_alone_even_if_a_queue_held_it_before() -> None:
    left = {**PRIVATE, "state": "waiting"}

    assert [one for one in ("ana", "bert", "sam") if may_read(left, one)] == ["ana"]


@pytest.mark.parametrize(
    ("facts", "viewer", "code"),
    [
        (CLAIMED, "ana", None),
        (CLAIMED, "bert", "held-by-another"),
        (WAITING, "ana", "not-claimed"),
        ({**CLAIMED, "opted_out": True}, "ana", "opted-out"),
        ({**CLAIMED, "system_texting": False}, "ana", "system-off"),
        ({**CLAIMED, "number_texting": False}, "ana", "number-off"),
        (PRIVATE, "ana", None),
        ({**PRIVATE, "callers": []}, "ana", "not-your-number"),
        ({**PRIVATE, "kind": "direct", "callers": []}, "ana", None),
    ],
)
def test_who_may_not_write_is_told_why(
    facts: dict[str, object], viewer: str, code: str | None
) -> None:
    said = sending(facts, viewer, "Bob")

    assert (said["allowed"], said["code"]) == (code is None, code)
    assert bool(said["text"]) == (code is not None)


@pytest.mark.parametrize(
    ("facts", "files"),
    [
        (PRIVATE, True),
        ({**PRIVATE, "toll_free": True}, False),
        ({**PRIVATE, "toll_free": None}, True),
    ],
)
def test_a_toll_free_number_sends_no_files(facts: dict[str, object], *, files: bool) -> None:
    assert sending(facts, "ana", "Bob")["files"] is files
