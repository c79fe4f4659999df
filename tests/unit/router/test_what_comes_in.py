"""Rules of inbound messages."""

import pytest

from schemas import partition_key
from schemas.base import Number
from schemas.carrier import ReceiptArrived
from schemas.conversation import ConversationRouted, ConversationStarted, MessageReceived
from schemas.directory import DefineNumber, DefineTenant, Route
from schemas.queue import QueueConversation
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
    SUPPORT,
    closes,
    conversation_with,
    extension,
    number,
    office,
    says,
    tenant,
    texts,
    to_support,
)
from tests.support.scenario import TENANT


def test_the_first_text_starts_the_conversation_of_that_pair() -> None:
    told = office().when(texts("Hi"))

    started, received = told.facts
    assert started == ConversationStarted(
        conversation_id=CHAT,
        kind="sms",
        members=(ANA, BERT),
        number=DIRECT_LINE,
        counterparts=(CUSTOMER,),
    )
    assert isinstance(received, MessageReceived)
    assert (received.position, received.text, received.members) == (1, "Hi", (ANA, BERT))
    assert told.commands == []


def test_what_comes_in_stays_in_its_partition_and_gets_its_tenant() -> None:
    told = office().when(texts())

    key = partition_key.for_sms(DIRECT_LINE, (CUSTOMER,))
    assert {event.partitionkey for event in told.events} == {key}
    assert {event.subject for event in told.events} == {CHAT}
    assert {event.tenant for event in told.events} == {TENANT}
    assert [event.sequence for event in told.events] == [1, 2]


def test_the_next_text_has_the_next_position() -> None:
    scenario = office().given(texts())

    (received,) = scenario.when(texts()).facts

    assert received.position == 2


def test_the_same_text_again_is_no_second_message() -> None:
    scenario = office()
    scenario.given(texts(id_="one"))

    assert scenario.when(texts(id_="one")).is_quiet


def test_a_text_to_a_queues_number_waits_there() -> None:
    told = office().when(texts("Help me please", number=QUEUE_LINE))

    started, received = told.facts
    assert (started.members, started.queue_id) == ((), SUPPORT)
    assert (received.members, received.queue_id) == ((), SUPPORT)
    assert told.wishes == [
        QueueConversation(
            queue_id=SUPPORT,
            conversation_id=QUEUED,
            partition_key=partition_key.for_sms(QUEUE_LINE, (CUSTOMER,)),
            counterpart=CUSTOMER,
            message_id=received.message_id,
        )
    ]
    assert told.commands[0].partitionkey == told.commands[0].subject == SUPPORT


def test_a_changed_route_moves_the_conversation_with_the_next_text() -> None:
    scenario = office().given(texts(), number(route=to_support()))

    told = scenario.when(texts())

    assert told.facts[0] == ConversationRouted(conversation_id=CHAT, members=(), queue_id=SUPPORT)
    assert told.facts[1].queue_id == SUPPORT
    assert [type(wish) for wish in told.wishes] == [QueueConversation]


def test_a_route_that_gains_a_person_is_a_changed_route() -> None:
    more = Route(kind="extensions", extensions=(ANA, BERT, CARO))
    scenario = office().given(texts(), number(route=more))

    assert scenario.when(texts()).facts[0].members == (ANA, BERT, CARO)
    assert scenario.when(texts()).kinds == ["MessageReceived"]


def test_a_caller_who_wrote_in_it_still_sees_it_while_they_may_use_the_number() -> None:
    scenario = office().given(
        texts(), says(ANA), number(route=Route(kind="extensions", extensions=(BERT,)))
    )

    assert scenario.when(texts()).facts[0].members == (BERT, ANA)

    scenario.given(number(route=Route(kind="extensions", extensions=(BERT,)), callers=(BERT,)))
    assert scenario.when(texts()).facts[0].members == (BERT,)


def test_somebody_whose_texting_is_off_is_passed_over() -> None:
    told = office().given(extension(ANA, texting=False)).when(texts())

    assert told.facts[0].members == (BERT,)


def test_an_unknown_number_is_decided_and_kept_nowhere() -> None:
    told = office().when(texts(number=Number("+14155559999")))

    assert told.is_quiet
    assert told.answer == {"kept": False, "reason": "unknown-number"}


@pytest.mark.parametrize(
    "off",
    [
        [tenant(texting=False)],
        [number(texting=False)],
        [extension(ANA, texting=False), extension(BERT, texting=False)],
    ],
)
def test_where_texting_is_off_nothing_is_kept(off: list[DefineTenant | DefineNumber]) -> None:
    told = office().given(*off).when(texts())

    assert told.is_quiet
    assert told.answer == {"kept": False, "reason": "texting-off"}


def test_the_members_of_a_group_mms_share_one_conversation() -> None:
    scenario = office()

    first = scenario.when(texts("Hi all", others=[FRIEND]))
    second = scenario.when(texts("Hello", counterpart=FRIEND, others=[CUSTOMER]))

    started = first.facts[0]
    assert started.conversation_id == conversation_with(CUSTOMER, FRIEND)
    assert started.counterparts == (CUSTOMER, FRIEND)
    assert second.facts[0].position == 2
    assert second.facts[0].counterpart == FRIEND
    assert first.events[0].partitionkey == second.events[0].partitionkey


def test_a_group_that_has_two_of_our_numbers_is_one_copy_for_each_of_them() -> None:
    """CHAT-07: the carrier brings a copy to each, and neither is shown in the other's place."""
    scenario = office()

    told = scenario.when(texts("Hi all", others=[QUEUE_LINE], id_="copy-1"))
    again = scenario.when(texts("Hi all", number=QUEUE_LINE, others=[DIRECT_LINE], id_="copy-2"))

    ours, theirs = told.facts[0], again.facts[0]
    assert (ours.number, ours.counterparts) == (DIRECT_LINE, (QUEUE_LINE, CUSTOMER))
    assert theirs.conversation_id != ours.conversation_id
    received = [e.data for e in scenario.log if isinstance(e.data, MessageReceived)]
    assert [(one.conversation_id, one.position) for one in received] == [
        (ours.conversation_id, 1),
        (theirs.conversation_id, 1),
    ]


def test_a_receipt_is_left_to_dispatch() -> None:
    scenario = office()
    receipt = ReceiptArrived(
        carrier="twilio",
        account="twilio-main",
        provider_message_id="SM1",
        number=DIRECT_LINE,
        counterpart=CUSTOMER,
        status="delivered",
        carrier_status="delivered",
    )

    told = scenario.when(scenario.wrap(receipt, tenant=None, source="ingest"))

    assert told.is_quiet
    assert told.answers == []


def test_a_text_opens_it_again_for_whoever_had_closed_it() -> None:
    scenario = office().given(texts(), closes(ANA), texts())

    assert scenario.when(closes(ANA)).kinds == ["ConversationClosedByMember"]
