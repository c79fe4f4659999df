"""An operator's act is a fact before it is a deed, and only an operator's."""

import pytest

from schemas.base import ExtensionId
from schemas.directory import Role
from schemas.letter import LetterJudged, LetterPlace, Verdict
from schemas.operation import ActAsOperator, OperatorActed, OperatorAction
from tests.support.router_words import ANA, extension, office

LETTER = LetterPlace(service="queue", topic="queue-commands", partition=3, offset=41)


def acts(action: OperatorAction, letter: LetterPlace | None = None) -> ActAsOperator:
    return ActAsOperator(by=ANA, action=action, about="gateway_v2", note="why", letter=letter)


def test_what_an_operator_does_is_an_event_with_its_actor() -> None:
    """OPS-12."""
    scenario = office().given(extension(ANA, roles=("operator",)))
    told = scenario.when(acts("projections-switched"))

    assert told.facts == [
        OperatorActed(by=ANA, action="projections-switched", about="gateway_v2", note="why")
    ]
    assert told.events[0].subject == "operator/ana"
    assert told.commands == []
    again = scenario.when(acts("projections-switched"))
    assert again.facts == told.facts, "doing it again is another fact"


@pytest.mark.parametrize("role", ["user", "agent", "supervisor", "office-manager", "admin"])
def test_nobody_else_acts_as_an_operator(role: Role) -> None:
    """OPS-12."""
    scenario = office().given(extension(ANA, roles=(role,)))

    assert scenario.when(acts("replay-started")).refusal.code == "not-your-task"


def test_an_extension_that_nobody_defined_is_no_operator() -> None:
    stranger = ActAsOperator(by=ExtensionId("x"), action="replay-started", about="r")
    assert office().when(stranger).refusal.code == "not-your-task"


@pytest.mark.parametrize(
    ("action", "verdict"), [("letter-retried", "retry"), ("letter-set-aside", "set-aside")]
)
def test_a_word_about_a_dead_letter_goes_to_the_service_that_keeps_it(
    action: OperatorAction, verdict: Verdict
) -> None:
    """OPS-10."""
    scenario = office().given(extension(ANA, roles=("operator",)))
    told = scenario.when(acts(action, LETTER))

    (command,) = told.commands
    assert command.data == LetterJudged(letter=LETTER, verdict=verdict)
    assert (command.subject, command.partitionkey) == ("queue", "queue")


def test_a_letter_of_who_does_not_decide_is_judged_by_nobody() -> None:
    scenario = office().given(extension(ANA, roles=("operator",)))
    place = LetterPlace(service="gateway", topic="answers", partition=0, offset=1)

    assert scenario.when(acts("letter-retried", place)).commands == []
    assert scenario.when(acts("replay-started", LETTER)).commands == []
