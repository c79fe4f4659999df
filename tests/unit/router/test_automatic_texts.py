"""Q-11: what a queue says by itself passes the same gate as every text, and nobody is answered."""

import pytest

from schemas.conversation import SendAutomaticText
from schemas.directory import DefineTenant
from tests.support.guard_words import guarded, through
from tests.support.router_words import (
    CHAT,
    CUSTOMER,
    QUEUE_LINE,
    QUEUED,
    SUPPORT,
    TWILIO,
    number,
    office,
    tenant,
    texts,
    to_support,
)
from tests.support.scenario import Scenario, Told


def ask(scenario: Scenario, source: str = "queue", text: str = "Welcome") -> Told:
    said = SendAutomaticText(conversation_id=QUEUED, queue_id=SUPPORT, text=text)
    return scenario.when(scenario.wrap(said, source=source))


def waiting() -> Scenario:
    return office().given(texts(number=QUEUE_LINE))


def test_it_goes_out_from_the_queues_number_and_has_no_author() -> None:
    told = ask(waiting())

    [said] = told.facts
    assert told.kinds == ["MessageSubmitted"]
    assert (said.author, said.text, said.via, said.purpose) == (None, "Welcome", "sms", "message")
    assert (said.number, said.recipients, said.accounts) == (QUEUE_LINE, (CUSTOMER,), (TWILIO,))
    assert (said.queue_id, said.position) == (SUPPORT, 2)


def test_nobody_is_answered_whether_it_goes_out_or_not() -> None:
    assert ask(waiting()).answers == []
    assert ask(office()).answers == []


def test_nobody_is_texted_after_stop() -> None:
    stopped = waiting().given(texts("STOP", number=QUEUE_LINE))

    assert ask(stopped).is_quiet


@pytest.mark.parametrize(
    "change",
    [
        tenant(texting=False),
        number(QUEUE_LINE, route=to_support(), texting=False),
        number(QUEUE_LINE, route=to_support(), accounts=()),
    ],
)
def test_where_texting_is_off_it_is_off_for_queues_too(change: DefineTenant) -> None:
    assert ask(waiting().given(change)).is_quiet


def test_only_the_queue_may_ask_for_it() -> None:
    assert ask(waiting(), source="gateway").is_quiet


def test_it_passes_through_the_guard_where_there_is_one() -> None:
    scenario = guarded().given(texts(number=QUEUE_LINE))

    asked = ask(scenario)
    assert (asked.events, asked.kinds) == ([], [])
    passed = through(scenario, asked.commands[0])

    assert passed.kinds == ["MessageSubmitted"]
    assert passed.answers == []


def test_what_the_guard_refuses_is_written_down_and_answered_to_nobody() -> None:
    scenario = guarded(daily_segments=0).given(texts(number=QUEUE_LINE))

    weighed = scenario.when(ask(scenario).commands[0])

    assert weighed.kinds == ["TextBlocked"]
    assert weighed.facts[0].by == f"queue/{SUPPORT}"
    assert weighed.answers == []


def test_what_the_guard_holds_is_answered_to_nobody() -> None:
    scenario = guarded(daily_segments=0, hold=("daily-cap",)).given(texts(number=QUEUE_LINE))

    weighed = scenario.when(ask(scenario).commands[0])

    assert (weighed.kinds, weighed.answers) == (["TextHeld"], [])


def test_it_is_said_in_texts_only() -> None:
    scenario = office().given(texts())
    said = SendAutomaticText(conversation_id=CHAT, queue_id=SUPPORT, text=" ")

    assert scenario.when(scenario.wrap(said, source="queue")).is_quiet
