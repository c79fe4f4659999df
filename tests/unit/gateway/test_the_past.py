"""The past as pure functions: folding, what somebody knew, and what differs between two states."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversation import ConversationRead
from schemas.deletion import MessageDeleted
from services.gateway.domain import comparing, joined, past, witness
from services.gateway.domain.folded import Folded, Placed, as_of
from services.gateway.domain.naming import NOBODY
from services.gateway.domain.rows import Row, storable
from services.gateway.domain.views import Json, People
from services.gateway.projections import project
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning

_STORY = a_busy_morning("acme")
_NAME = _STORY.conversation_id(CUSTOMER)


def _placed(story: Story) -> list[Placed]:
    """Place the rows of a story: every event is the next position."""
    return [
        Placed(position, storable(row))
        for position, envelope in enumerate(story.told, 1)
        for row in project(envelope)
    ]


_ROWS = _placed(_STORY)
_LAST = len(_STORY.told)


def _people(folded: Folded) -> People:
    rows = {one["extension_id"]: one for one in folded.every("person")}
    return People(rows, lambda _: False)


def _panes(rows: Iterable[Placed], position: int) -> tuple[Json | None, Json | None]:
    folded = as_of(rows, position)
    outside: dict[str, tuple[str, ...]] = {_NAME: (CUSTOMER,)}
    people = _people(folded)
    return (
        past.queue(folded, _STORY.queue_id, outside, people),
        past.conversation(folded, _NAME, people),
    )


@given(st.permutations(_ROWS), st.integers(0, _LAST))
def test_rows_may_come_in_any_order(rows: list[Placed], position: int) -> None:
    """OPS-4: topics are read one after the other, the past is the same."""
    assert _panes(rows, position) == _panes(_ROWS, position)


@given(st.integers(0, _LAST), st.integers(0, _LAST))
def test_folding_on_is_folding_from_the_beginning(first: int, second: int) -> None:
    early, late = sorted((first, second))
    folded = as_of(_ROWS, early)

    folded.put(one.row for one in _ROWS if early < one.position <= late)

    assert joined.facts(folded, _NAME) == joined.facts(as_of(_ROWS, late), _NAME)


@given(st.integers(0, _LAST), st.integers(0, _LAST))
def test_what_one_way_adds_the_other_way_removes(first: int, second: int) -> None:
    """OPS-7: nothing differs from itself, and a difference read backwards is the opposite."""
    for place, compare in enumerate((comparing.queue, comparing.conversation)):
        then, now = _panes(_ROWS, first)[place], _panes(_ROWS, second)[place]
        forth, back = compare(then, now), compare(now, then)

        opposite = {"added": "removed", "removed": "added", "changed": "changed"}
        assert compare(then, then) == []
        assert {(one["thing"], one["id"], opposite[one["kind"]]) for one in forth} == {
            (one["thing"], one["id"], one["kind"]) for one in back
        }


def test_before_anything_happened_there_is_nothing_to_show() -> None:
    assert _panes(_ROWS, 0) == (None, None)


def test_what_is_deleted_later_is_not_said_earlier() -> None:
    """Given a message that is deleted for everybody; at any position before, its place is left."""
    story = Story("acme")
    story.starts_sms()
    story.receives(1, "my card is 4711")
    story.stores_file(1)
    story.converses(
        MessageDeleted(
            conversation_id=_NAME,
            message_id=story.message_id(1),
            position=1,
            by=story.person("alice"),
        )
    )

    def shown(position: int) -> list[Any]:
        folded = as_of(_placed(story), position)
        pane = past.conversation(folded, _NAME, _people(folded))
        assert pane is not None
        assert "4711" not in str(pane)
        assert "chair" not in str(pane)
        return [(one["position"], one["erased"], one["text"]) for one in pane["items"]]

    assert shown(3) == [(1, True, "")]
    assert shown(4) == []


def test_files_of_the_past_have_no_address() -> None:
    _, pane = _panes(_ROWS, _LAST)

    assert pane is not None
    files = [file for one in pane["items"] if one["type"] == "message" for file in one["files"]]
    assert files
    assert {file["url"] for file in files} == {None}


def _written(*acts: str) -> witness.Known:
    """Let alice do this, and then write; give what she knew."""
    story = Story("acme")
    story.starts_sms()
    position = 0
    for act in acts:
        if act == "customer":
            position += 1
            story.receives(position)
        elif act == "alice":
            position += 1
            story.replies(position, "alice")
        elif act == "claims":
            story.claimed("alice")
        else:
            who, up_to = act.split()
            mark = ConversationRead(conversation_id=_NAME, by=story.person(who), up_to=int(up_to))
            story.converses(mark)
    story.replies(position + 1, "alice")
    placed = _placed(story)
    sent = witness.sent_at(placed, story.message_id(position + 1))
    assert sent == len(story.told)
    return witness.known_at(placed, story.person("alice"), sent)


@pytest.mark.parametrize(
    ("acts", "known"),
    [
        ((), (1, "nothing")),
        (("customer",), (2, "nothing")),
        (("customer", "claims"), (3, "claimed")),
        (("customer", "claims", "customer"), (3, "claimed")),
        (("customer", "customer", "alice 1"), (2, "read")),
        (("customer", "customer", "alice 2"), (3, "read")),
        (("customer", "bert 1"), (3, "nothing")),
        (("customer", "alice", "customer"), (3, "wrote")),
        (("customer", "alice", "customer", "alice 3"), (4, "read")),
    ],
)
def test_who_writes_knew_what_they_had_read_claimed_or_written(
    acts: tuple[str, ...], known: tuple[int, str]
) -> None:
    """OPS-6: given these acts, in this order, after a conversation began at position 1."""
    assert _written(*acts) == known


def test_a_list_of_the_past_holds_what_was_the_viewers_then() -> None:
    """OPS-6: alice's list has the conversation from her claim on, with what she had not read."""
    claims = [
        place
        for place, one in enumerate(_STORY.told, 1)
        if one.type == "queue.conversation-claimed.v1"
    ]
    alice = _STORY.person("alice")

    def listed(position: int) -> list[Json]:
        folded = as_of(_ROWS, position)
        return past.listed(folded, alice, [_NAME], _people(folded), NOBODY)

    assert listed(claims[0] - 1) == []
    (entry,) = listed(claims[0])
    assert (entry["unread"], entry["preview"]["by"]) == (1, "them")
    assert listed(claims[1]) == []


def test_an_older_row_changes_nothing() -> None:
    newer, older = (
        Row("shut_mark", "acme", sequence, {"conversation_id": "c", "extension_id": "e", "shut": s})
        for sequence, s in ((2, True), (1, False))
    )

    folded = Folded([newer, older])

    assert folded.one("shut_mark", "c", "e") == {
        "tenant": "acme",
        "sequence": 2,
        "conversation_id": "c",
        "extension_id": "e",
        "shut": True,
    }
