"""Rules of consent beyond the words: flagged and reviewed, by hand, and for all numbers."""

from typing import Any

import pytest

from schemas import partition_key
from schemas.base import MessageId
from schemas.consent import RecordScope, RevocationReviewed
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut, RecordOptOut
from schemas.queue import OptOutCustomer
from services.router.domain.phrases import MAX_LOOKED_AT, PHRASES, phrase_in
from services.router.domain.state import MAX_SUSPECTED, everywhere_key
from services.router.domain.words import keyword_of, normal
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    QUEUE_LINE,
    QUEUED,
    SAM,
    SUPPORT,
    conversation_with,
    extension,
    number,
    office,
    opted_out_there,
    opts_out_by_hand,
    replies,
    reviews,
    says,
    tenant,
    texts,
)
from tests.support.scenario import TENANT, Scenario, Told

EVERYWHERE = everywhere_key(TENANT, CUSTOMER)


@pytest.mark.parametrize("phrase", sorted({one for every in PHRASES.values() for one in every}))
def test_every_phrase_is_spelt_as_it_is_compared(phrase: str) -> None:
    assert normal(phrase) == phrase
    assert phrase_in(f"Hi, {phrase.upper()}!") == phrase


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("Please stop texting me", "stop texting"),
        ("DON'T TEXT me again!!", "dont text"),
        ("Can you take me off your list?", "take me off"),
        ("Arrêtez de m'écrire", "arretez de"),
        ("Ne m\u2019envoyez plus rien", "ne menvoyez plus"),
        ("Por favor, no me envíen más", "no me envien"),
    ],
)
def test_a_wish_in_free_words_is_flagged_and_nothing_is_refused(said: str, phrase: str) -> None:
    scenario = office().given(texts())

    received, suspected = scenario.when(texts(said)).facts

    assert suspected.phrase == phrase
    assert suspected.message_id == received.message_id
    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]


@pytest.mark.parametrize(
    "said", ["The bus stop is closed", "nonstop texting", "I'll text you", "", "x" * 5_000]
)
def test_other_texts_are_not_flagged(said: str) -> None:
    assert office().given(texts()).when(texts(said)).kinds == ["MessageReceived"]


def test_only_the_beginning_of_a_very_long_text_is_looked_through() -> None:
    assert phrase_in("a " * (MAX_LOOKED_AT // 2) + "stop texting") is None


@pytest.mark.parametrize("phrase", sorted({one for every in PHRASES.values() for one in every}))
def test_a_phrase_that_is_a_word_of_the_list_stops_by_itself(phrase: str) -> None:
    kinds = office().when(texts(phrase)).kinds

    expected = "RevocationSuspected" if keyword_of(phrase) is None else "CounterpartOptedOut"
    assert expected in kinds
    assert len({"RevocationSuspected", "CounterpartOptedOut"} & set(kinds)) == 1


def test_whoever_has_opted_out_is_not_flagged_again() -> None:
    scenario = office().given(texts("STOP"))

    assert scenario.when(texts("please stop texting me")).kinds == ["MessageReceived"]


def _flagged(scenario: Scenario, said: str = "please stop texting me", **where: Any) -> MessageId:  # noqa: ANN401 - texts' own
    told = scenario.when(texts(said, **where))
    return MessageId(told.facts[-1].message_id)


def test_a_confirmed_review_opts_out_and_says_who() -> None:
    scenario = office().given(texts())
    flagged = _flagged(scenario)

    told = scenario.when(reviews(ANA, flagged))

    reviewed, out = told.facts
    assert reviewed == RevocationReviewed(
        conversation_id=CHAT,
        message_id=flagged,
        number=DIRECT_LINE,
        counterpart=CUSTOMER,
        verdict="confirmed",
        by=ANA,
    )
    assert (out.source, out.by) == ("operator", ANA)
    assert told.answer == {"message_id": flagged, "verdict": "confirmed"}
    assert scenario.when(says(ANA)).refusal.code == "opted-out"


def test_a_dismissed_review_changes_nothing_else() -> None:
    scenario = office().given(texts())

    assert scenario.when(reviews(ANA, _flagged(scenario), "dismissed")).kinds == [
        "RevocationReviewed"
    ]
    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]


def test_a_review_is_made_once() -> None:
    scenario = office().given(texts())
    flagged = _flagged(scenario)
    scenario.given(reviews(BERT, flagged, "dismissed"))

    assert scenario.when(reviews(ANA, flagged)).refusal.code == "nothing-to-review"
    assert scenario.when(reviews(ANA, MessageId("other"))).refusal.code == "nothing-to-review"


def test_a_review_is_for_members_and_for_those_whose_role_it_is() -> None:
    scenario = office().given(texts())
    flagged = _flagged(scenario)

    assert scenario.when(reviews(CARO, flagged)).refusal.code == "not-your-task"
    scenario.given(extension(CARO, roles=("agent",)))
    assert scenario.when(reviews(CARO, flagged)).answer is not None


def test_a_confirmed_review_in_a_queue_closes_its_conversation() -> None:
    scenario = office().given(extension(SAM, roles=("supervisor",)), texts(number=QUEUE_LINE))
    flagged = _flagged(scenario, number=QUEUE_LINE)

    told = scenario.when(reviews(SAM, flagged, conversation_id=QUEUED))

    assert told.wishes == [OptOutCustomer(queue_id=SUPPORT, conversation_id=QUEUED)]


def test_a_confirmed_review_in_a_group_is_recorded_in_the_writers_own_partition() -> None:
    scenario = office().given(texts(others=[FRIEND]))
    flagged = _flagged(scenario, others=[FRIEND])
    group = conversation_with(CUSTOMER, FRIEND)

    told = scenario.when(reviews(ANA, flagged, conversation_id=group))

    assert told.kinds == ["RevocationReviewed"]
    (wish,) = told.commands
    assert wish.partitionkey == partition_key.for_consent(DIRECT_LINE, CUSTOMER)
    (out,) = scenario.when(wish).facts
    assert (out.source, out.by) == ("operator", ANA)


def test_a_conversation_remembers_so_many_suspicions_and_no_more() -> None:
    scenario = office().given(texts())
    flagged = [_flagged(scenario) for _ in range(MAX_SUSPECTED + 1)]

    assert scenario.when(reviews(ANA, flagged[0])).refusal.code == "nothing-to-review"
    assert scenario.when(reviews(ANA, flagged[1], "dismissed")).answer is not None


def test_an_opt_out_by_hand_is_recorded_with_who_and_why() -> None:
    scenario = office().given(extension(ANA, roles=("agent",)), texts())

    told = scenario.when(_by_hand(scenario))

    told.then(
        CounterpartOptedOut(
            number=DIRECT_LINE,
            counterpart=CUSTOMER,
            source="operator",
            word="told us on the phone",
            by=ANA,
        )
    )
    assert told.answer == {
        "number": DIRECT_LINE,
        "counterpart": CUSTOMER,
        "opted_out": True,
        "changed": True,
    }
    again = scenario.when(_by_hand(scenario))
    assert again.events == []
    assert again.answer is not None
    assert again.answer["changed"] is False


def _by_hand(scenario: Scenario, **what: Any) -> Any:  # noqa: ANN401 - the builder's own
    command = opts_out_by_hand(ANA, **what)
    return scenario.wrap(
        command, key=partition_key.for_consent(command.number, command.counterpart)
    )


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"number": "+14155559999"}, "unknown-number"),
        ({"counterpart": "hello"}, "bad-number"),
        ({"note": " "}, "empty-message"),
    ],
)
def test_an_opt_out_by_hand_is_refused_where_it_means_nothing(
    what: dict[str, Any], code: str
) -> None:
    scenario = office().given(extension(ANA, roles=("agent",)))

    assert scenario.when(_by_hand(scenario, **what)).refusal.code == code


def test_an_opt_out_by_hand_is_for_those_whose_role_it_is() -> None:
    scenario = office()

    assert scenario.when(_by_hand(scenario)).refusal.code == "not-your-task"


def test_nobody_opts_in_by_hand() -> None:
    scenario = office().given(extension(ANA, roles=("admin",)), texts("STOP"))
    _carry_on(scenario, scenario.when(_by_hand(scenario)))

    assert scenario.when(says(ANA)).refusal.code == "opted-out"


# For all of a tenant's numbers, where its setting says so.


def _wide() -> Scenario:
    return office().given(tenant(consent="tenant"), texts(), texts(number=QUEUE_LINE))


def _carry_on(scenario: Scenario, told: Told) -> list[Told]:
    """Let what the router asks of itself come back to it."""
    own = [one for one in told.commands if isinstance(one.data, RecordScope | RecordOptOut)]
    return [scenario.when(one) for one in own]


def test_a_stop_binds_every_number_of_a_tenant_that_wants_it_so() -> None:
    scenario = _wide()

    told = scenario.when(texts("STOP", number=QUEUE_LINE))
    assert told.wishes[-1] == RecordScope(
        number=QUEUE_LINE, counterpart=CUSTOMER, opted_out=True, source="text", word="STOP"
    )
    assert told.commands[-1].partitionkey == EVERYWHERE
    (recorded,) = _carry_on(scenario, told)

    (out,) = recorded.facts
    assert out.everywhere
    assert recorded.events[0].subject == recorded.events[0].partitionkey == EVERYWHERE
    assert scenario.when(says(ANA)).refusal.code == "opted-out"
    assert scenario.when(says(ANA, "Hi", conversation_with(FRIEND))).refusal.code != "opted-out"


def test_a_start_frees_every_number_but_those_that_were_told_to_stop() -> None:
    scenario = _wide()
    _carry_on(scenario, scenario.when(texts("STOP", number=QUEUE_LINE)))

    told = scenario.when(texts("START"))
    assert told.facts[-1].purpose == "opt-in-confirmation"
    (freed,) = _carry_on(scenario, told)

    freed.then(
        CounterpartOptedIn(
            number=DIRECT_LINE, counterpart=CUSTOMER, source="text", word="START", everywhere=True
        )
    )
    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]
    assert scenario.when(replies(scenario, ANA)).refusal.code == "opted-out"


def test_stop_and_start_in_quick_succession_arrive_in_their_order() -> None:
    scenario = _wide()
    stop = scenario.when(texts("STOP"))
    start = scenario.when(texts("START"))
    stop_again = scenario.when(texts("STOP"))

    for told in (stop, start, stop_again):
        _carry_on(scenario, told)

    assert scenario.when(replies(scenario, ANA)).refusal.code == "opted-out"


def test_what_binds_everywhere_is_recorded_once() -> None:
    scenario = _wide()
    told = scenario.when(texts("STOP"))
    _carry_on(scenario, told)

    (again,) = _carry_on(scenario, scenario.when(texts("STOP")))
    assert again.is_quiet


def test_what_a_carrier_knew_and_what_was_noted_bind_everywhere_too() -> None:
    scenario = _wide().given(extension(ANA, roles=("agent",)))

    (by_carrier,) = _carry_on(scenario, scenario.when(opted_out_there(scenario, QUEUE_LINE)))
    assert by_carrier.facts[0].everywhere

    scenario = _wide().given(extension(ANA, roles=("agent",)))
    (noted,) = _carry_on(scenario, scenario.when(_by_hand(scenario)))
    assert noted.facts[0].by == ANA


def test_a_stop_in_a_group_binds_everywhere_once_it_is_recorded() -> None:
    scenario = _wide()
    (recorded,) = _carry_on(scenario, scenario.when(texts("STOP", others=[FRIEND])))

    assert [type(one) for one in recorded.wishes] == [RecordScope]


def test_a_stop_said_under_the_setting_holds_after_it_is_turned_off() -> None:
    scenario = _wide()
    _carry_on(scenario, scenario.when(texts("STOP", number=QUEUE_LINE)))
    scenario.given(tenant(), number(accounts=("other",)))

    assert scenario.when(says(ANA)).refusal.code == "opted-out"
    _carry_on(scenario, scenario.when(texts("START")))
    assert scenario.when(says(ANA)).kinds == ["MessageSubmitted"]


def test_what_was_flagged_reviewed_and_spread_refolds_to_the_same_parts() -> None:
    scenario = _wide().given(extension(ANA, roles=("agent",)))
    flagged = _flagged(scenario)
    _carry_on(scenario, scenario.when(reviews(ANA, flagged)))
    _carry_on(scenario, scenario.when(texts("START", number=QUEUE_LINE)))
    _carry_on(scenario, scenario.when(_by_hand(scenario)))

    assert scenario.refolded() == scenario.parts()
    everywhere = [one for one in scenario.log if one.subject == EVERYWHERE]
    assert [one.sequence for one in everywhere] == [1, 2, 3]
    assert {one.partitionkey for one in everywhere} == {EVERYWHERE}
