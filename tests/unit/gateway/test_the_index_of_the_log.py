"""What the operators' index keeps of a record, and in which order it meets them."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import UniqueViolation

from schemas import codec
from schemas.base import ExtensionId, QueueId
from schemas.queue import AgentLoggedIn, ClaimLapsed, ConversationClaimed
from services.gateway.adapters.log_index import LogIndex
from services.gateway.adapters.merging import Merging
from services.gateway.domain.log_facts import fact_of, masked, types
from services.kernel.runtime import Record, TopicPartition
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning
from tests.support.waiting import eventually

_A, _B = TopicPartition("queue-events", 0), TopicPartition("queue-commands", 0)


def _record(value: bytes, topic: str = "queue-events", offset: int = 7) -> Record:
    return Record(topic, 3, offset, None, value, [], 0)


@pytest.mark.parametrize("error", [LookupError, UniqueViolation])
async def test_a_topic_that_is_missing_or_made_anew_ends_no_gateway(
    error: type[Exception],
) -> None:
    def connection() -> None:
        raise error

    index = LogIndex(cast("Any", SimpleNamespace(connection=connection)), "")
    task = asyncio.create_task(index.run())
    await eventually(lambda: index._away.away)
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})


def _logged_in(who: ExtensionId) -> AgentLoggedIn:
    return AgentLoggedIn(queue_id=QueueId("q"), agent_id=who)


def test_a_fact_says_where_a_record_is_and_what_it_follows_from() -> None:
    told, *_ = [
        one for one in a_busy_morning("m").told if isinstance(one.data, ConversationClaimed)
    ]
    fact = fact_of(_record(codec.encode(told)))
    assert fact is not None
    assert (fact.topic, fact.partition, fact.offset) == ("queue-events", 3, 7)
    assert (fact.id, fact.type, fact.subject) == (told.id, told.type, told.subject)
    assert (fact.actor, fact.correlation) == (told.data.agent_id, told.correlation)
    assert not fact.command


def test_no_fact_holds_anything_that_is_personal() -> None:
    """Neither what people wrote nor an outside number: it could not be erased there."""
    for told in a_busy_morning("m").told:
        fact = fact_of(_record(codec.encode(told)))
        assert fact is not None
        assert CUSTOMER not in repr(fact)
        assert getattr(told.data, "text", None) is None or told.data.text not in repr(fact)


def test_a_number_of_ours_stays_and_a_counterparts_is_masked_everywhere_alike() -> None:
    assert masked("number/+14155550100") == "number/+14155550100"
    assert masked("+14155550100|+14155550199") == "…0100|…0199"
    assert masked("consent/t/everywhere/+14155550199") == "consent/t/everywhere/…0199"


def test_whom_it_happened_to_did_not_do_it() -> None:
    story, who = Story("m"), ExtensionId("m-alice")
    came = story.tell("q", "q", _logged_in(who))
    template = msgspec.json.decode(codec.encode(came))
    lapsed = {**template, "type": "queue.claim-lapsed.v1"}
    assert "agent_id" in ClaimLapsed.__struct_fields__
    by_hand, by_clock = (fact_of(_record(msgspec.json.encode(one))) for one in (template, lapsed))
    assert by_hand is not None
    assert by_clock is not None
    assert (by_hand.actor, by_clock.actor) == (who, None)


def test_a_type_of_a_newer_writer_is_kept_and_bytes_that_are_no_envelope_are_not() -> None:
    told, *_ = [
        one for one in a_busy_morning("m").told if isinstance(one.data, ConversationClaimed)
    ]
    newer = codec.encode(told).replace(b"conversation-claimed.v1", b"conversation-claimed.v9")
    fact = fact_of(_record(newer))
    assert fact is not None
    assert fact.type == "queue.conversation-claimed.v9"
    assert [fact_of(_record(value)) for value in (b"", b"\xff", b"{}", b"[1]")] == [None] * 4


def test_a_nul_is_nothing_that_jams_the_index() -> None:
    story = Story("m")
    told = story.tell("q\x00", "q", _logged_in(ExtensionId("al\x00ice")))
    fact = fact_of(_record(codec.encode(told)))
    assert fact is not None
    assert (fact.subject, fact.actor) == ("q\ufffd", "al\ufffdice")


def test_every_type_of_events_and_commands_can_be_asked_for_and_no_signal() -> None:
    assert "queue.conversation-claimed.v1" in types()
    assert "queue.claim-conversation.v1" in types()
    assert not any(one.startswith(("signal.", "answer.")) for one in types())


def _at(place: TopicPartition, offset: int, timestamp: int) -> Record:
    return Record(place.topic, place.partition, offset, None, b"", [], timestamp)


def test_what_is_younger_waits_for_what_is_known_to_come() -> None:
    merging = Merging({_A: 0, _B: 0}, {_A: 1, _B: 1})
    merging.add(_A, [_at(_A, 0, 20)], 1)
    assert merging.take(9) == []
    assert (merging.wanted, merging.behind) == (frozenset({_B}), 2)
    merging.add(_B, [_at(_B, 0, 10)], 1)
    assert [one.timestamp for one in merging.take(9)] == [10, 20]
    assert (merging.wanted, merging.behind) == (frozenset(), 0)


@given(
    st.lists(st.lists(st.integers(0, 50), max_size=12), min_size=1, max_size=4),
    st.data(),
)
def test_however_they_are_fetched_everything_comes_once_and_by_time(
    stamps: list[list[int]], data: st.DataObject
) -> None:
    log = {
        TopicPartition("t", number): [
            Record("t", number, offset, None, b"", [], stamp)
            for offset, stamp in enumerate(sorted(of_one))
        ]
        for number, of_one in enumerate(stamps)
    }
    merging = Merging(dict.fromkeys(log, 0), {at: len(records) for at, records in log.items()})
    given_, read = list[Record](), dict.fromkeys(log, 0)
    while merging.behind:
        for at in merging.wanted:
            most = data.draw(st.integers(1, 5))
            merging.add(at, log[at][read[at] : read[at] + most], len(log[at]))
            read[at] = min(read[at] + most, len(log[at]))
        given_ += merging.take(data.draw(st.integers(1, 3)))
    assert sorted(given_) == sorted(one for records in log.values() for one in records)
    assert [one.timestamp for one in given_] == sorted(one.timestamp for one in given_)
