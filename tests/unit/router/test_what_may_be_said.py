"""Rules of sending, and of sending once more."""

import msgspec
import pytest

from schemas import partition_key
from schemas.base import ExtensionId, MessageId
from schemas.conversation import MessageRetried, MessageSubmitted
from schemas.directory import Route
from services.router.domain.gate import MAX_CHARACTERS
from services.router.domain.outbound import MAX_ATTEMPTS
from services.router.domain.state import MAX_SENT
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
    TOLL_FREE,
    TWILIO,
    conversation_with,
    ended,
    extension,
    message_id,
    number,
    office,
    replies,
    retry,
    says,
    starts_direct,
    starts_group,
    tenant,
    texts,
)

NOBODY = ExtensionId("nobody")


def test_a_member_answers_a_text_by_text() -> None:
    told = office().given(texts()).when(says(ANA, "Yes, it is"))

    assert told.answer is not None
    told.then(
        MessageSubmitted(
            conversation_id=CHAT,
            message_id=message_id(told),
            position=2,
            client_id="client-ana",
            author=ANA,
            via="sms",
            number=DIRECT_LINE,
            recipients=(CUSTOMER,),
            accounts=(TWILIO,),
            text="Yes, it is",
            members=(ANA, BERT),
        )
    )
    assert told.events[0].partitionkey == partition_key.for_sms(DIRECT_LINE, (CUSTOMER,))
    assert told.answer == {
        "conversation_id": CHAT,
        "message_id": message_id(told),
        "position": 2,
        "client_id": "client-ana",
        "at": msgspec.to_builtins(told.envelope.time),
    }


def test_a_chat_line_goes_by_chat_and_to_nobody_outside() -> None:
    scenario = office()
    opened = scenario.when(starts_direct(ANA, BERT)).answer
    assert opened is not None

    (line,) = scenario.when(says(BERT, "Lunch?", opened["conversation_id"])).facts

    assert (line.via, line.number, line.recipients, line.accounts) == ("chat", None, (), ())
    assert line.members == (ANA, BERT)
    assert line.position == 1


def test_chat_needs_no_texting() -> None:
    scenario = office().given(tenant(texting=False), extension(ANA, texting=False))
    opened = scenario.when(starts_group(ANA, BERT, CARO)).answer
    assert opened is not None

    assert scenario.when(says(ANA, "Hi", opened["conversation_id"])).kinds == ["MessageSubmitted"]


@pytest.mark.parametrize("by", [CARO, NOBODY])
def test_only_members_write(by: ExtensionId) -> None:
    assert office().given(texts()).when(says(by)).refusal.code == "unknown-conversation"


def test_nobody_writes_where_there_is_nothing() -> None:
    assert office().when(says(ANA)).refusal.code == "unknown-conversation"


def test_another_tenants_conversation_does_not_exist() -> None:
    scenario = office().given(texts())

    told = scenario.when(scenario.wrap(says(ANA), tenant="rival"))

    assert told.refusal.code == "unknown-conversation"


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t"])
def test_an_empty_message_is_none(nothing: str) -> None:
    assert office().given(texts()).when(says(ANA, nothing)).refusal.code == "empty-message"


def test_a_message_has_an_end() -> None:
    scenario = office().given(texts())

    assert scenario.when(says(ANA, "x" * MAX_CHARACTERS)).kinds == ["MessageSubmitted"]
    refusal = scenario.when(says(ANA, "x" * (MAX_CHARACTERS + 1))).refusal
    assert refusal.code == "too-long"
    assert refusal.detail == {"most": MAX_CHARACTERS, "length": MAX_CHARACTERS + 1}


@pytest.mark.parametrize(
    "off", [tenant(texting=False), number(texting=False), extension(ANA, texting=False)]
)
def test_texting_is_on_for_tenant_number_and_author(off: msgspec.Struct) -> None:
    assert office().given(texts(), off).when(says(ANA)).refusal.code == "texting-off"


def test_only_its_callers_send_from_a_number() -> None:
    """NUM-04."""
    scenario = office().given(texts(), number(callers=(BERT,)))

    assert scenario.when(says(ANA)).refusal.code == "not-your-number"
    assert scenario.when(says(BERT)).kinds == ["MessageSubmitted"]


def test_a_toll_free_number_has_one_recipient() -> None:
    scenario = office().given(texts(others=[FRIEND]), number(toll_free=True))

    told = scenario.when(says(ANA, "Hi", conversation_with(CUSTOMER, FRIEND)))

    assert told.refusal.code == "toll-free-one-recipient"


def test_a_toll_free_number_answers_one() -> None:
    scenario = office().given(texts(number=TOLL_FREE))

    told = scenario.when(says(ANA, "Hi", conversation_with(number=TOLL_FREE)))

    assert told.kinds == ["MessageSubmitted"]


def test_everybody_in_a_group_mms_is_answered() -> None:
    scenario = office().given(texts(others=[FRIEND]))

    (said,) = scenario.when(says(ANA, "Hi", conversation_with(CUSTOMER, FRIEND))).facts

    assert said.recipients == (CUSTOMER, FRIEND)


def test_a_number_without_an_account_cannot_send() -> None:
    scenario = office().given(texts(), number(accounts=()))

    assert scenario.when(says(ANA)).refusal.code == "no-account"


def test_a_queues_conversation_is_answered_only_through_its_queue() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    assert scenario.when(says(ANA, "Hi", QUEUED)).refusal.code == "queue-only"
    (said,) = scenario.when(replies(scenario, ANA)).facts
    assert (said.author, said.queue_id, said.position) == (ANA, SUPPORT, 2)


def test_nobody_but_the_queue_speaks_for_a_queue() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    assert scenario.when(replies(scenario, ANA, source="gateway")).refusal.code == "queue-only"


def test_an_agent_answers_from_the_queues_number_without_being_its_caller() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    assert scenario.when(replies(scenario, BERT)).kinds == ["MessageSubmitted"]


def test_an_agent_who_is_nobody_does_not_answer() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    assert scenario.when(replies(scenario, NOBODY)).refusal.code == "unknown-extension"


def test_an_agent_whose_texting_is_off_does_not_answer() -> None:
    scenario = office().given(texts(number=QUEUE_LINE), extension(BERT, texting=False))

    assert scenario.when(replies(scenario, BERT)).refusal.code == "texting-off"


def test_a_reply_under_a_claim_outlives_a_change_of_route() -> None:
    scenario = office().given(
        texts(number=QUEUE_LINE), number(QUEUE_LINE), texts(number=QUEUE_LINE)
    )

    assert scenario.when(replies(scenario, BERT)).kinds == ["MessageSubmitted"]


def test_what_failed_is_sent_again_as_the_same_message() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA, "Yes")))
    scenario.given(ended(sent))

    told = scenario.when(retry(BERT, sent))

    told.then(
        MessageRetried(
            conversation_id=CHAT,
            message_id=sent,
            attempt=2,
            by=BERT,
            number=DIRECT_LINE,
            recipients=(CUSTOMER,),
            accounts=(TWILIO,),
            text="Yes",
        )
    )
    assert told.answer == {"conversation_id": CHAT, "message_id": sent, "attempt": 2}


def test_what_has_not_failed_is_not_sent_again() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA)))

    assert scenario.when(retry(ANA, sent)).refusal.code == "not-failed"

    scenario.given(ended(sent), retry(ANA, sent))
    assert scenario.when(retry(ANA, sent)).refusal.code == "not-failed"


def test_a_text_that_arrived_after_all_is_not_sent_again() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA)))
    scenario.given(ended(sent), ended(sent, failed=False))

    assert scenario.when(retry(ANA, sent)).refusal.code == "not-failed"


def test_an_end_is_noted_once_and_only_if_it_is_news() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA)))

    assert scenario.when(ended(sent, failed=False)).is_quiet
    assert scenario.when(ended(sent)).kinds == ["AttemptEnded"]
    assert scenario.when(ended(sent)).is_quiet
    assert scenario.when(ended(sent, attempt=2, failed=False)).is_quiet
    assert scenario.when(ended(MessageId("unheard-of"))).is_quiet
    assert scenario.when(ended(sent, conversation_id=QUEUED)).is_quiet


def test_a_message_is_not_tried_for_ever() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA)))
    for attempt in range(1, MAX_ATTEMPTS):
        scenario.given(ended(sent, attempt=attempt), retry(ANA, sent))
    scenario.given(ended(sent, attempt=MAX_ATTEMPTS))

    assert scenario.when(retry(ANA, sent)).refusal.code == "too-many-attempts"


def test_a_retry_is_judged_as_a_message_is() -> None:
    scenario = office().given(texts())
    sent = message_id(scenario.when(says(ANA)))
    scenario.given(ended(sent))

    assert scenario.when(retry(CARO, sent)).refusal.code == "unknown-conversation"
    scenario.given(number(callers=(BERT,)))
    assert scenario.when(retry(ANA, sent)).refusal.code == "not-your-number"
    scenario.given(texts("STOP"))
    assert scenario.when(retry(BERT, sent)).refusal.code == "opted-out"


def test_in_a_queue_only_the_author_sends_again() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))
    sent = message_id(scenario.when(replies(scenario, BERT)))
    scenario.given(ended(sent, conversation_id=QUEUED))

    assert scenario.when(retry(ANA, sent, QUEUED)).refusal.code == "queue-only"
    assert scenario.when(retry(BERT, sent, QUEUED)).kinds == ["MessageRetried"]


def test_only_the_last_texts_are_sent_again() -> None:
    scenario = office().given(texts())
    first = message_id(scenario.when(says(ANA)))
    scenario.given(*(says(ANA, str(index)) for index in range(MAX_SENT)))

    assert scenario.when(retry(ANA, first)).refusal.code == "unknown-message"


def test_nobody_sends_an_unheard_of_message_again() -> None:
    scenario = office()

    assert scenario.when(retry(ANA, MessageId("m"))).refusal.code == "unknown-conversation"
    scenario.given(texts())
    assert scenario.when(retry(ANA, MessageId("m"))).refusal.code == "unknown-message"


def test_a_person_who_left_the_route_no_longer_writes_once_it_is_routed_anew() -> None:
    only_bert = Route(kind="extensions", extensions=(BERT,))
    scenario = office().given(texts(), number(route=only_bert), texts())

    assert scenario.when(says(ANA)).refusal.code == "unknown-conversation"
