"""Rules of consent: recorded always, answered once, and nobody is texted after STOP."""

from datetime import timedelta

import pytest

from schemas import partition_key
from schemas.base import Number
from schemas.carrier import ConsentKeyword
from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageSubmitted,
    RecordOptOut,
)
from schemas.queue import OptOutCustomer, QueueConversation
from services.router.domain.consent import HELP_AGAIN_AFTER
from services.router.domain.words import ANSWERS, HELP, MAX_WORD, START, STOP, Language, keyword_of
from tests.support import scenario as stage
from tests.support.router_words import (
    ANA,
    BERT,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    QUEUE_LINE,
    QUEUED,
    SUPPORT,
    TWILIO,
    conversation_with,
    number,
    office,
    opt_out_told,
    opted_out_there,
    replies,
    says,
    starts_sms,
    texts,
)


@pytest.mark.parametrize("word", sorted(set().union(*STOP.values())))
def test_every_stop_word_stops(word: str) -> None:
    assert "CounterpartOptedOut" in office().when(texts(word)).kinds


@pytest.mark.parametrize("word", sorted(set().union(*START.values())))
def test_every_start_word_starts_again(word: str) -> None:
    scenario = office().given(texts("STOP"))

    assert "CounterpartOptedIn" in scenario.when(texts(word)).kinds


@pytest.mark.parametrize("word", sorted(set().union(*HELP.values())))
def test_every_help_word_is_answered(word: str) -> None:
    assert office().when(texts(word)).facts[-1].purpose == "help"


@pytest.mark.parametrize(
    "said",
    ["STOP", " Stop. ", "¡Alto!", "ARRÊT", "opt-out", "Opt  out!", "stop\n", "«stop»", "stop 🛑"],
)
def test_a_word_is_known_in_any_dress(said: str) -> None:
    keyword = keyword_of(said)

    assert keyword is not None
    assert keyword.meaning == "stop"


@pytest.mark.parametrize(
    "said",
    [
        "please stop",
        "stop it",
        "stopping",
        "",
        "!!!",
        "non-stop",
        "the end",
        "stop" + "!" * MAX_WORD,
    ],
)
def test_only_the_whole_message_is_a_word(said: str) -> None:
    assert keyword_of(said) is None
    assert "CounterpartOptedOut" not in office().when(texts(said)).kinds


def test_a_stop_is_shown_recorded_and_confirmed_once() -> None:
    told = office().given(texts()).when(texts("Stop."))

    received, out, confirmation = told.facts
    assert (received.text, received.position) == ("Stop.", 2)
    assert out == CounterpartOptedOut(
        number=DIRECT_LINE, counterpart=CUSTOMER, source="text", word="Stop."
    )
    assert confirmation == MessageSubmitted(
        conversation_id=CHAT,
        message_id=confirmation.message_id,
        position=3,
        author=None,
        via="sms",
        purpose="opt-out-confirmation",
        number=DIRECT_LINE,
        recipients=(CUSTOMER,),
        accounts=(TWILIO,),
        text=ANSWERS["stop"]["en"].format(name="Acme"),
        members=(ANA, BERT),
    )
    assert confirmation.message_id != received.message_id
    assert told.events[1].subject == f"consent/{DIRECT_LINE}/{CUSTOMER}"
    assert told.events[1].partitionkey == told.events[0].partitionkey


@pytest.mark.parametrize(("said", "language"), [("arrêt", "fr"), ("baja", "es")])
def test_an_answer_is_in_the_language_of_the_word(said: str, language: Language) -> None:
    answer = office().when(texts(said)).facts[-1]

    assert answer.text == ANSWERS["stop"][language].format(name="Acme")


def test_after_a_stop_nothing_is_sent_until_a_start() -> None:
    scenario = office().given(texts("STOP"))

    refusal = scenario.when(says(ANA)).refusal
    assert refusal.code == "opted-out"
    assert refusal.detail == {"counterpart": CUSTOMER}

    scenario.given(texts("START"))
    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]


def test_a_stop_binds_every_way_of_texting_that_person_from_that_number() -> None:
    scenario = office().given(texts(number=QUEUE_LINE), texts("STOP", number=QUEUE_LINE))

    assert scenario.when(replies(scenario, ANA)).refusal.code == "opted-out"


def test_a_stop_is_said_to_one_number() -> None:
    scenario = office().given(texts("STOP", number=QUEUE_LINE), texts())

    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]


def test_a_stopped_person_may_be_looked_at_but_not_texted() -> None:
    scenario = office().given(texts("STOP"))

    assert scenario.when(starts_sms(ANA, CUSTOMER)).answer == {"conversation_id": CHAT}


def test_a_second_stop_is_shown_and_neither_recorded_nor_answered() -> None:
    scenario = office().given(texts("STOP"))

    assert scenario.when(texts("STOP")).kinds == ["MessageReceived"]


def test_a_start_is_recorded_and_confirmed_once() -> None:
    scenario = office().given(texts("STOP"))

    received, back, confirmation = scenario.when(texts("start")).facts

    assert back == CounterpartOptedIn(
        number=DIRECT_LINE, counterpart=CUSTOMER, source="text", word="start"
    )
    assert confirmation.purpose == "opt-in-confirmation"
    assert confirmation.position == received.position + 1
    assert scenario.when(texts("start")).kinds == ["MessageReceived"]


def test_a_yes_in_passing_is_only_a_yes() -> None:
    assert office().given(texts()).when(texts("Yes!")).kinds == ["MessageReceived"]


@pytest.mark.parametrize(
    ("word", "event"), [("stop", CounterpartOptedOut), ("start", CounterpartOptedIn)]
)
def test_what_the_carrier_has_answered_is_recorded_and_not_answered_again(
    word: ConsentKeyword, event: type
) -> None:
    scenario = office().given(texts("STOP") if word == "start" else texts())

    told = scenario.when(texts(word, handled=word))

    assert [type(fact) for fact in told.facts[1:]] == [event]
    assert told.facts[1].source == "carrier"


def test_what_the_carrier_takes_for_a_word_is_one_whatever_it_says() -> None:
    told = office().given(texts()).when(texts("leave me alone", handled="stop"))

    assert told.kinds == ["MessageReceived", "CounterpartOptedOut"]


def test_help_is_answered_once_a_day() -> None:
    scenario = office()
    first = scenario.when(texts("HELP"), stage.START)
    early = scenario.when(texts("help"), stage.START + HELP_AGAIN_AFTER - timedelta(seconds=1))
    later = scenario.when(texts("help"), stage.START + HELP_AGAIN_AFTER)

    assert first.facts[-1].purpose == "help"
    assert early.kinds == ["MessageReceived"]
    assert later.facts[-1].purpose == "help"


def test_help_is_not_answered_beside_the_carrier_nor_after_a_stop() -> None:
    scenario = office().given(texts())

    assert scenario.when(texts("help", handled="help")).kinds == ["MessageReceived"]
    scenario.given(texts("STOP"))
    assert scenario.when(texts("help")).kinds == ["MessageReceived"]


def test_a_number_that_cannot_send_confirms_nothing_and_records_all_the_same() -> None:
    scenario = office().given(number(accounts=()), texts())

    assert scenario.when(texts("STOP")).kinds == ["MessageReceived", "CounterpartOptedOut"]


def test_a_stop_closes_the_queues_conversation_instead_of_queueing_it() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))
    closing = OptOutCustomer(queue_id=SUPPORT, conversation_id=QUEUED)

    assert scenario.when(texts("STOP", number=QUEUE_LINE)).wishes == [closing]
    assert scenario.when(texts("STOP", number=QUEUE_LINE)).wishes == [closing]


@pytest.mark.parametrize("word", ["START", "HELP"])
def test_other_words_wait_for_an_agent_as_any_text_does(word: str) -> None:
    scenario = office().given(texts("STOP", number=QUEUE_LINE))

    told = scenario.when(texts(word, number=QUEUE_LINE))

    assert [type(wish) for wish in told.wishes] == [QueueConversation]


def test_an_opt_out_that_the_carrier_tells_us_is_recorded_once_and_answered_by_nobody() -> None:
    scenario = office().given(texts())

    told = scenario.when(opt_out_told())

    assert told.kinds == ["CounterpartOptedOut"]
    assert (told.facts[0].source, told.facts[0].word) == ("carrier", "keyword_stop")
    assert told.answers == told.wishes == []
    assert scenario.when(says(ANA)).refusal.code == "opted-out"
    assert scenario.when(opt_out_told(provider_id="again")).events == []
    assert "CounterpartOptedIn" in scenario.when(texts("START")).kinds
    assert scenario.refolded() == scenario.parts()


def test_an_opt_out_from_a_number_that_is_nobodys_changes_nothing() -> None:
    assert office().when(opt_out_told(number=Number("+15550000"))).is_quiet


def test_a_stop_in_a_group_is_recorded_for_that_person_in_their_own_partition() -> None:
    scenario = office().given(texts(others=[FRIEND]))

    told = scenario.when(texts("STOP", others=[FRIEND]))

    assert told.kinds == ["MessageReceived"]
    assert told.wishes == [
        RecordOptOut(number=DIRECT_LINE, counterpart=CUSTOMER, code="stop-in-group", source="text")
    ]
    assert told.commands[0].partitionkey == partition_key.for_consent(DIRECT_LINE, CUSTOMER)

    recorded = scenario.when(told.commands[0])
    assert recorded.kinds == ["CounterpartOptedOut"]
    refusal = scenario.when(says(ANA, "Hi", conversation_with(CUSTOMER, FRIEND))).refusal
    assert refusal.detail == {"counterpart": CUSTOMER}


def test_a_stop_in_a_queues_group_still_waits_for_an_agent() -> None:
    told = office().when(texts("STOP", number=QUEUE_LINE, others=[FRIEND]))

    assert [type(wish) for wish in told.wishes] == [QueueConversation, RecordOptOut]


@pytest.mark.parametrize("word", ["START", "HELP"])
def test_other_words_in_a_group_are_only_words(word: str) -> None:
    scenario = office().given(texts("STOP"), texts(others=[FRIEND]))

    told = scenario.when(texts(word, others=[FRIEND]))

    assert told.kinds == ["MessageReceived"]
    assert told.commands == []


def test_an_opt_out_that_the_carrier_knew_is_recorded_without_an_answer() -> None:
    scenario = office().given(texts())

    told = scenario.when(opted_out_there(scenario))

    told.then(
        CounterpartOptedOut(
            number=DIRECT_LINE, counterpart=CUSTOMER, source="carrier", word="21610"
        )
    )
    assert told.answers == []
    assert told.commands == []
    assert scenario.when(opted_out_there(scenario)).is_quiet


def test_an_opt_out_that_the_carrier_knew_closes_the_queues_conversation() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    told = scenario.when(opted_out_there(scenario, QUEUE_LINE))

    assert told.wishes == [OptOutCustomer(queue_id=SUPPORT, conversation_id=QUEUED)]
    assert scenario.when(opted_out_there(scenario, QUEUE_LINE)).is_quiet


def test_an_opt_out_that_comes_to_another_partition_is_passed_on() -> None:
    scenario = office().given(texts(others=[FRIEND]))
    group_key = partition_key.for_sms(DIRECT_LINE, (CUSTOMER, FRIEND))

    told = scenario.when(opted_out_there(scenario, key=group_key))

    assert told.events == []
    assert scenario.when(told.commands[0]).kinds == ["CounterpartOptedOut"]


def test_an_opt_out_from_a_number_that_is_not_ours_is_nothing() -> None:
    scenario = office()

    assert scenario.when(opted_out_there(scenario, Number("+14155559999"))).is_quiet
