"""What operators are shown of a record, how causes are put together, and who owned what."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codec
from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.catalog import ENTRIES
from schemas.queue import ConversationClaimed
from services.gateway.domain.causes import tree
from services.gateway.domain.ownership import MOST_NAMED, Owners
from services.gateway.domain.personal import HIDDEN, is_personal, without
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning

WRITTEN = "what somebody wrote"


def _data(story: Story) -> list[tuple[str, msgspec.Raw]]:
    return [(told.type, msgspec.json.decode(codec.encode(told))["data"]) for told in story.told]


def test_ops_2_of_every_record_everything_that_is_marked_is_hidden() -> None:
    """OPS-2: whatever the type, and wherever in it; what is not marked stays."""
    for type_, data in _data(a_busy_morning("m")):
        shown = msgspec.json.encode(without(data, type_, HIDDEN)).decode()
        assert CUSTOMER not in shown, type_
        assert "my order" not in shown, type_
        if not is_personal(type_):
            assert msgspec.json.decode(shown) == data, type_


def test_what_is_marked_deep_inside_is_hidden_too_and_nothing_stays_nothing() -> None:
    arrived = {
        "carrier": "x",
        "counterpart": CUSTOMER,
        "others": [CUSTOMER],
        "text": WRITTEN,
        "files": [{"url": "http://x/1", "size": 3}],
    }
    shown = without(arrived, "carrier.message-arrived.v1", HIDDEN)
    assert shown == {
        "carrier": "x",
        "counterpart": HIDDEN,
        "others": [HIDDEN],
        "text": HIDDEN,
        "files": [{"url": HIDDEN, "size": 3}],
    }
    claimed = without({"note": None, "epoch": 2}, "queue.conversation-claimed.v1", HIDDEN)
    assert claimed == {"note": None, "epoch": 2}


@pytest.mark.parametrize(
    "type_", ["queue.conversation-claimed.v9", "queue.conversation-claimed.v1"]
)
def test_of_what_this_version_does_not_know_every_text_may_be_personal(type_: str) -> None:
    newer = {"reason": [{"said": WRITTEN}], "count": 3}
    assert without(newer, type_, HIDDEN) == {"reason": [{"said": HIDDEN}], "count": 3}


def test_every_type_says_whether_it_can_hold_anything_personal() -> None:
    assert is_personal("conversation.message-received.v1")
    assert is_personal("no-such.thing.v1")
    assert not is_personal("queue.agent-logged-in.v1")
    assert {is_personal(type_) for type_ in ENTRIES} == {True, False}


def _row(position: int, id_: str, causation: str | None) -> dict[str, object]:
    return {
        "position": position,
        "id": id_,
        "causation": causation,
        "type": "queue.conversation-queued.v1",
        "at": None,
        "subject": "q",
        "actor": None,
        "actor_name": None,
    }


def _lines(rows: list[dict[str, object]], grafts: dict[str, str]) -> list[tuple[int, int | None]]:
    return [(one["position"], one["parent"]) for one in tree(rows, grafts, {}, {})]


def test_ops_3_a_tree_is_read_from_its_beginning_each_thing_below_its_cause() -> None:
    """OPS-3: depth first, older ones first; what is caused by something unknown stands on top."""
    rows = [_row(4, "d", "b"), _row(1, "a", None), _row(2, "b", "a"), _row(3, "c", "gone")]
    assert _lines(rows, {}) == [(1, None), (2, 1), (4, 2), (3, None)]
    assert _lines(rows, {"c": "d"}) == [(1, None), (2, 1), (4, 2), (3, 4)]


@given(st.integers(2, 400))
def test_a_chain_of_any_length_is_a_tree(length: int) -> None:
    rows = [_row(n, str(n), str(n - 1)) for n in range(1, length)]
    assert _lines(rows, {}) == [(n, n - 1 if n > 1 else None) for n in range(1, length)]


def _fold(story: Story) -> Owners:
    owners = Owners()
    for offset, told in enumerate(story.told):
        owners.take(told.data, 0, offset)
    return owners


def test_ops_11_a_day_at_a_queue_has_no_second_owner() -> None:
    """OPS-11: claims, releases, transfers, closing, reopening, as deciders tell of them."""
    assert _fold(a_busy_morning("m")).twice() == set()
    assert _fold(a_busy_morning("m")).named() == []


def test_ops_11_a_claim_that_nothing_ended_is_a_second_owner() -> None:
    """OPS-11: whoever claims it, and under whatever epoch."""
    story = Story("m")
    story.starts_sms()
    story.waits()
    story.claimed("alice")
    assert _fold(story).twice() == set()
    story.claimed("bert", epoch=2)
    assert _fold(story).twice() == {story.conversation_id()}
    assert [one.offset for one in _fold(story).named()] == [len(story.told) - 1]
    story.released("bert", epoch=2)
    assert _fold(story).twice() == {story.conversation_id()}


def test_ops_11_two_queues_that_hold_one_conversation_are_two_owners() -> None:
    """OPS-11: as long as both do."""
    story = Story("m")
    story.starts_sms()
    story.waits()
    story.claimed("alice")
    theirs = msgspec.structs.replace(story.told[-1].data, queue_id=QueueId("sales"))
    owners = _fold(story)
    owners.take(theirs, 1, 7)
    assert owners.twice() == {story.conversation_id()}
    assert [(one.partition, one.offset) for one in owners.named()] == [(1, 7)]
    story.released("alice")
    owners.take(story.told[-1].data, 0, 9)
    assert owners.twice() == set()


def test_of_many_only_the_first_are_named_and_all_are_counted() -> None:
    owners, story = Owners(), Story("m")
    for number in range(MOST_NAMED + 5):
        for agent in ("alice", "bert"):
            claimed = ConversationClaimed(
                queue_id=story.queue_id,
                conversation_id=ConversationId(f"c{number}"),
                agent_id=ExtensionId(agent),
                epoch=1,
                queued_at=story.at,
                lapses_at=None,
            )
            owners.take(claimed, 0, number)
    assert len(owners.twice()) == MOST_NAMED + 5
    assert len(owners.named()) == MOST_NAMED
