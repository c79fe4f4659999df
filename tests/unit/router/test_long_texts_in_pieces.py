"""A long text that comes in pieces is one message: whole, or as far as it came."""

from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.carrier import TextPart
from schemas.conversation import CounterpartOptedOut, MessageReceived, MessageSubmitted
from schemas.pieces import JoinPieces, PieceReceived, PiecesJoined
from schemas.queue import QueueConversation
from services.router.domain.pieces import WAIT
from tests.support.router_words import CHAT, CUSTOMER, DIRECT_LINE, QUEUE_LINE, office, texts
from tests.support.scenario import START, Scenario, Told

WORDS = ("Is my ", "order ", "ready?")


def piece(
    scenario: Scenario,
    index: int,
    text: str,
    *,
    total: int = 3,
    reference: str = "7",
    line: object = DIRECT_LINE,
) -> Told:
    came = texts(text, number=line)  # type: ignore[arg-type]  # a number
    part = TextPart(reference=reference, index=index, total=total)
    name = f"SM-{reference}-{index}-{text}"
    data = msgspec.structs.replace(came.data, part=part, provider_message_id=name)
    return scenario.when(msgspec.structs.replace(came, data=data), START)


def shown(*all_told: Told) -> list[str]:
    return [
        fact.text for told in all_told for fact in told.facts if isinstance(fact, MessageReceived)
    ]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_a_text_is_shown_once_it_is_whole_whatever_came_first(order: tuple[int, ...]) -> None:
    scenario = office()

    told = [piece(scenario, index, WORDS[index - 1]) for index in order]

    assert [shown(one) for one in told] == [[], [], ["Is my order ready?"]]
    assert [len(one.timers) for one in told] == [1, 0, 0]
    assert told[2].timers == []
    assert scenario.refolded() == scenario.parts()


def test_what_has_waited_long_enough_is_shown_as_far_as_it_came() -> None:
    scenario = office()
    [timer] = piece(scenario, 1, WORDS[0]).timers
    piece(scenario, 3, WORDS[2])
    assert timer.due_at == START + WAIT

    told = _ring(scenario, timer.command.data)

    assert shown(told) == ["Is my ready?"]
    [noted] = [fact for fact in told.facts if isinstance(fact, PiecesJoined)]
    assert noted.missing == 1


def test_a_wait_that_is_over_after_the_text_was_shown_changes_nothing() -> None:
    scenario = office()
    [timer] = piece(scenario, 1, "a", total=2).timers
    piece(scenario, 2, "b", total=2)

    assert _ring(scenario, timer.command.data).is_quiet


def test_an_old_wait_does_not_show_a_later_text_of_the_same_reference() -> None:
    scenario = office()
    [old] = piece(scenario, 1, "a", total=2).timers
    piece(scenario, 2, "b", total=2)
    [new] = piece(scenario, 1, "c", total=2).timers

    assert _ring(scenario, old.command.data).is_quiet
    assert shown(_ring(scenario, new.command.data)) == ["c"]


def test_a_piece_that_comes_after_the_wait_is_not_lost() -> None:
    scenario = office()
    [timer] = piece(scenario, 1, "a", total=2).timers
    _ring(scenario, timer.command.data)

    [late] = piece(scenario, 2, "b", total=2).timers

    assert shown(_ring(scenario, late.command.data)) == ["b"]


def test_a_piece_that_does_not_fit_is_a_message_by_itself() -> None:
    scenario = office()
    piece(scenario, 1, "a")

    assert shown(piece(scenario, 1, "another")) == ["another"]
    assert shown(piece(scenario, 2, "of four", total=4)) == ["of four"]


def test_a_keyword_is_one_only_as_the_whole_text() -> None:
    scenario = office()

    told = [piece(scenario, 1, "STOP", total=2), piece(scenario, 2, " it please", total=2)]

    facts = [fact for one in told for fact in one.facts]
    assert not any(isinstance(fact, CounterpartOptedOut | MessageSubmitted) for fact in facts)
    assert shown(*told) == ["STOP it please"]


def test_a_customer_waits_in_the_queue_once_for_one_text() -> None:
    scenario = office()

    told = [piece(scenario, i, WORDS[i - 1], line=QUEUE_LINE) for i in (1, 2, 3)]

    wishes = [wish for one in told for wish in one.wishes if isinstance(wish, QueueConversation)]
    assert len(wishes) == 1


def test_what_has_come_is_noted_with_its_place() -> None:
    [noted] = piece(office(), 2, "order ").facts

    assert isinstance(noted, PieceReceived)
    assert (noted.conversation_id, noted.index, noted.total) == (CHAT, 2, 3)
    assert noted.counterpart == CUSTOMER


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3)), max_size=12))
def test_no_words_are_lost_or_shown_twice_in_any_order_and_number(
    came: list[tuple[str, int]],
) -> None:
    scenario = office()
    told = []
    for count, (reference, index) in enumerate(came):
        told.append(piece(scenario, index, f"<{count}>", reference=reference))
    for one in list(told):
        told += [_ring(scenario, timer.command.data) for timer in one.timers]

    said = "".join(shown(*told))
    assert all(said.count(f"<{count}>") == 1 for count in range(len(came)))
    assert scenario.refolded() == scenario.parts()


def _ring(scenario: Scenario, command: msgspec.Struct) -> Told:
    assert isinstance(command, JoinPieces)
    return scenario.when(scenario.wrap(command, source="router"), START + WAIT)
