"""Rules of opening a conversation."""

import msgspec
import pytest

from schemas import partition_key
from schemas.base import ExtensionId, Number
from schemas.conversation import ConversationRouted, ConversationStarted, StartConversation
from services.router.domain.directory import MAX_PEOPLE
from services.router.domain.starting import MAX_COUNTERPARTS
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
    TOLL_FREE,
    closes,
    conversation_with,
    extension,
    number,
    office,
    says,
    starts_direct,
    starts_group,
    starts_sms,
    tenant,
    texts,
)

NOBODY = ExtensionId("nobody")


def test_two_people_have_one_direct_conversation_whoever_opens_it() -> None:
    scenario = office()

    first = scenario.when(starts_direct(BERT, ANA))
    second = scenario.when(starts_direct(ANA, BERT))

    assert first.answer is not None
    id_ = first.answer["conversation_id"]
    first.then(
        ConversationStarted(
            conversation_id=id_, kind="direct", members=(ANA, BERT), started_by=BERT
        )
    )
    assert first.events[0].partitionkey == first.events[0].subject == id_
    assert second.is_quiet
    assert second.answer == first.answer


def test_every_group_is_a_new_one_with_its_name() -> None:
    scenario = office()

    first, second = (scenario.when(starts_group(ANA, BERT, CARO)) for _ in range(2))

    assert first.facts[0].members == (ANA, BERT, CARO)
    assert first.facts[0].name == "Launch"
    assert first.answer != second.answer


def test_the_same_wish_for_a_group_makes_one_group() -> None:
    scenario = office()
    wish = scenario.wrap(starts_group(ANA, BERT), id_="once")

    first, second = scenario.when(wish), scenario.when(wish)

    assert first.answer == second.answer
    assert second.is_quiet


def test_a_caller_texts_somebody_new() -> None:
    told = office().when(starts_sms(CARO, CUSTOMER))

    told.then(
        ConversationStarted(
            conversation_id=CHAT,
            kind="sms",
            members=(ANA, BERT, CARO),
            number=DIRECT_LINE,
            counterparts=(CUSTOMER,),
            started_by=CARO,
        )
    )
    assert told.answer == {"conversation_id": CHAT}
    assert told.events[0].partitionkey == partition_key.for_sms(DIRECT_LINE, (CUSTOMER,))


def test_whoever_began_it_still_sees_it_when_the_answer_comes() -> None:
    scenario = office().given(starts_sms(CARO, CUSTOMER))

    told = scenario.when(texts())

    assert told.kinds == ["MessageReceived"]
    assert CARO in told.facts[0].members


def test_what_the_customer_began_is_found() -> None:
    told = office().given(texts()).when(starts_sms(ANA, CUSTOMER))

    assert told.is_quiet
    assert told.answer == {"conversation_id": CHAT}


def test_another_caller_joins_what_is_found_and_stays() -> None:
    scenario = office().given(texts())

    told = scenario.when(starts_sms(CARO, CUSTOMER))

    told.then(ConversationRouted(conversation_id=CHAT, members=(ANA, BERT, CARO), opened_by=CARO))
    assert scenario.when(says(CARO)).kinds == ["MessageSubmitted"]
    assert scenario.when(texts()).kinds == ["MessageReceived"]


def test_opening_what_one_had_closed_opens_it_again() -> None:
    scenario = office().given(texts(), closes(ANA))

    assert scenario.when(starts_sms(ANA, CUSTOMER)).kinds == ["ConversationReopenedByMember"]
    assert scenario.when(starts_sms(ANA, CUSTOMER)).is_quiet


def test_opening_a_chat_that_one_had_closed_opens_it_again() -> None:
    scenario = office()
    opened = scenario.when(starts_direct(ANA, BERT)).answer
    assert opened is not None
    scenario.given(closes(BERT, opened["conversation_id"]))

    assert scenario.when(starts_direct(BERT, ANA)).kinds == ["ConversationReopenedByMember"]


def test_several_people_are_texted_in_one_conversation() -> None:
    told = office().when(starts_sms(ANA, FRIEND, CUSTOMER, FRIEND))

    assert told.facts[0].counterparts == (CUSTOMER, FRIEND)
    assert told.answer == {"conversation_id": conversation_with(CUSTOMER, FRIEND)}


def test_a_queues_number_starts_nothing_but_finds_what_is_there() -> None:
    scenario = office()

    assert scenario.when(starts_sms(ANA, CUSTOMER, number=QUEUE_LINE)).refusal.code == "queue-only"
    scenario.given(texts(number=QUEUE_LINE))
    told = scenario.when(starts_sms(ANA, CUSTOMER, number=QUEUE_LINE))
    assert told.is_quiet
    assert told.answer == {"conversation_id": QUEUED}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (starts_direct(ANA), "nobody-else"),
        (starts_direct(ANA, ANA), "nobody-else"),
        (starts_group(ANA), "nobody-else"),
        (starts_sms(ANA), "nobody-else"),
        (starts_direct(ANA, BERT, CARO), "only-one-other"),
        (starts_direct(ANA, NOBODY), "unknown-extension"),
        (starts_group(NOBODY, ANA), "unknown-extension"),
        (starts_sms(NOBODY, CUSTOMER), "unknown-extension"),
        (starts_sms(ANA, CUSTOMER, number=None), "unknown-number"),
        (starts_sms(ANA, CUSTOMER, number=Number("+14155559999")), "unknown-number"),
        (starts_sms(SAM, CUSTOMER), "not-your-number"),
        (starts_sms(ANA, "0150"[:2]), "bad-number"),
        (starts_sms(ANA, CUSTOMER, "tel:+1415"), "bad-number"),
        (starts_sms(ANA, DIRECT_LINE), "our-own-number"),
        (starts_sms(ANA, CUSTOMER, FRIEND, number=TOLL_FREE), "toll-free-one-recipient"),
        (
            starts_sms(ANA, *(f"+1415555{index:04}" for index in range(MAX_COUNTERPARTS + 1))),
            "too-many-people",
        ),
        (
            starts_group(ANA, *(ExtensionId(f"e{index}") for index in range(MAX_PEOPLE + 1))),
            "too-many-people",
        ),
        (
            StartConversation(kind="sms", by=ANA, members=(BERT,), number=DIRECT_LINE),
            "extensions-only",
        ),
        (
            StartConversation(kind="group", by=ANA, members=(BERT,), counterparts=(CUSTOMER,)),
            "unknown-number",
        ),
        (
            StartConversation(kind="direct", by=ANA, members=(BERT,), number=DIRECT_LINE),
            "extensions-only",
        ),
    ],
)
def test_what_cannot_be_started_is_refused(wish: StartConversation, code: str) -> None:
    assert office().when(wish).refusal.code == code


def test_a_short_code_can_be_texted() -> None:
    assert office().when(starts_sms(ANA, "72345")).kinds == ["ConversationStarted"]


@pytest.mark.parametrize(
    "off", [tenant(texting=False), number(texting=False), extension(ANA, texting=False)]
)
def test_nothing_is_started_where_texting_is_off(off: msgspec.Struct) -> None:
    told = office().given(off).when(starts_sms(ANA, CUSTOMER))

    assert told.refusal.code == "texting-off"
