"""One pass over a batch: dense sequences, first answers repeated, holes named and never guessed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from schemas import catalog, codec
from schemas.answer import CommandAccepted, CommandRefused
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.batch import contiguous
from services.kernel.deciding import Bug, Knowledge, Pass
from services.kernel.handling import Outcome, Parts
from services.kernel.runtime import Record
from tests.support.claims import Board, Claims, HeldByAnother, claim

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
STREAM = ("queue-events", "q1")


def said(agent: str, id_: str | None = None, conversation: str = "c1") -> Envelope[Any]:
    data = claim("q1", conversation, agent)
    name = id_ or ids.new()
    return Envelope(
        id=name,
        type=catalog.wire_name(data),
        source="gateway",
        subject="q1",
        time=NOW,
        partitionkey="q1",
        tenant="t",
        correlation=name,
        data=data,
    )


def known() -> Knowledge:
    return Knowledge(parts={"queue/q1": None}, sequences={STREAM: 4})


def decided(*commands: Envelope[Any], knowledge: Knowledge | None = None) -> Pass:
    pass_ = Pass("queue", Claims(), knowledge or known())
    for command in commands:
        pass_.decide(command)
    return pass_


def published(pass_: Pass) -> list[Envelope[Any]]:
    return [codec.decode(out.value) for out in pass_.plan.outgoing]


def test_events_carry_on_the_sequence_of_their_stream_and_inherit_from_their_cause() -> None:
    command = said("ana")
    pass_ = decided(command, said("ben", conversation="c2"))
    events = [e for e in published(pass_) if e.sequence is not None]
    assert [e.sequence for e in events] == [5, 6]
    assert pass_.plan.sequences == {STREAM: 6}
    first = events[0]
    assert (first.time, first.causation, first.correlation) == (NOW, command.id, command.id)
    assert pass_.plan.parts == {"queue/q1": Board({"c1": ("ana", 1), "c2": ("ben", 1)})}


def test_deciding_again_makes_the_same_bytes() -> None:
    commands = [said("ana"), said("ben"), said("eva", conversation="c2")]
    assert decided(*commands).plan.outgoing == decided(*commands).plan.outgoing


def test_a_refusal_is_an_answer_to_who_asked_and_changes_nothing() -> None:
    pass_ = decided(said("ana"), said("ben"))
    answers = [e.data for e in published(pass_) if e.type.startswith("answer.")]
    assert [type(a) for a in answers] == [CommandAccepted, CommandRefused]
    assert answers[1] == CommandRefused(
        code="held-by-another", text="ana holds it", detail={"holder": "ana"}
    )


def test_our_own_timers_and_effects_are_not_answered() -> None:
    ours = msgspec.structs.replace(said("ben"), source="queue")
    assert len(published(decided(said("ana"), ours))) == 2


class _AcceptsAndSaysNo(Claims):
    """Lets an event happen and says no at once, as a guard does that notes what it refused."""

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        outcome = super().decide(envelope, parts)
        return Outcome(events=outcome.events, refusal=HeldByAnother(holder="ben"))


def test_a_no_with_consequences_answers_who_began_it_also_where_we_asked_ourselves() -> None:
    pass_ = Pass("queue", _AcceptsAndSaysNo(), known())
    pass_.decide(msgspec.structs.replace(said("ana"), source="queue", correlation="theirs"))

    event, answer = published(pass_)
    assert event.sequence == 5
    assert isinstance(answer.data, CommandRefused)
    assert (answer.data.code, answer.correlation) == ("held-by-another", "theirs")


def test_a_command_seen_again_repeats_its_first_answer_in_the_batch_and_after_it() -> None:
    command = said("ana")
    first = decided(command, command)
    assert [e.type.split(".")[0] for e in published(first)] == ["queue", "answer", "answer"]
    outcome = first.plan.outcomes[command.id]
    later = Knowledge(seen={command.id}, outcomes={command.id: outcome})
    again = decided(command, knowledge=later)
    assert again.plan.outgoing == first.plan.outgoing[1:2]
    assert not again.plan.parts


def test_what_is_not_loaded_is_named_and_the_pass_is_not_trusted() -> None:
    pass_ = decided(said("breaks"), knowledge=Knowledge())
    assert pass_.misses.parts == {"queue/q1"}
    later = decided(said("ana"), knowledge=Knowledge(parts={"queue/q1": None}))
    assert later.misses.sequences == {STREAM}


def test_a_handler_that_breaks_is_a_bug_and_leaves_nothing_behind() -> None:
    pass_ = Pass("queue", Claims(), known())
    with pytest.raises(Bug):
        pass_.decide(said("breaks"))
    assert not pass_.plan.outgoing
    assert not pass_.plan.outcomes


def _records(*offsets: int) -> list[Record]:
    return [Record("t", 0, offset, b"k", b"v", [], 0) for offset in offsets]


@pytest.mark.parametrize(
    ("offsets", "first", "run"),
    [
        ((5, 6, 7), 5, [5, 6, 7]),
        ((3, 4, 5, 6), 5, [5, 6]),
        ((5, 6, 8), 5, [5, 6]),
        ((7, 8), 5, []),
        ((1, 2), 5, []),
    ],
)
def test_stale_records_are_skipped_and_a_gap_ends_the_run(
    offsets: tuple[int, ...], first: int, run: list[int]
) -> None:
    assert [r.offset for r in contiguous(_records(*offsets), first)] == run
