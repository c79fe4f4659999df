from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from schemas.base import ConversationId, ExtensionId, MessageId, Number, QueueId
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.delivery import DeliveryChanged
from schemas.directory import ExtensionDefined, QueueDefined
from schemas.media import SentFile, StoredObject
from schemas.muting import ConversationMuted, ConversationUnmuted
from schemas.notification import (
    ConsiderNotification,
    NotificationDecided,
    NotificationDelivered,
    NotificationFailed,
    PushSubscribed,
    PushUnsubscribed,
    RecordPush,
    SubscribePush,
    UnsubscribePush,
)
from schemas.queue import (
    ConversationClaimed,
    ConversationQueued,
    FollowUpArrived,
    WaitEscalated,
)
from schemas.queue_options import QueueOptions
from services.notify.domain import occasions
from services.notify.domain.telling import MAX_SUBSCRIPTIONS, MAX_TRIES
from services.notify.handlers import NotifyHandlers, Pushing
from tests.support.scenario import Told
from tests.support.stage import START, Stage

ANA, BERT = ExtensionId("ana"), ExtensionId("bert")
SUPPORT = QueueId("support")
CONVERSATION = ConversationId("c-1")
CUSTOMER = "+14155550150"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def stage() -> Stage:
    return Stage("notify", NotifyHandlers())


def _received(
    queue: QueueId | None = None, members: tuple[ExtensionId, ...] = ()
) -> MessageReceived:
    return MessageReceived(
        conversation_id=CONVERSATION,
        message_id=MessageId("m-1"),
        position=1,
        number=Number("+14155550101"),
        counterpart=CUSTOMER,
        text="Is my order ready?",
        carrier="twilio",
        account="main",
        members=members,
        queue_id=queue,
    )


def _submitted(via: str) -> MessageSubmitted:
    return MessageSubmitted(
        conversation_id=CONVERSATION,
        message_id=MessageId("m-2"),
        position=2,
        author=ANA,
        via="sms" if via == "sms" else "chat",
        number=Number("+14155550101") if via == "sms" else None,
        recipients=(CUSTOMER,) if via == "sms" else (),
        text="On its way",
        members=(ANA, BERT),
    )


def _asked(told: Told) -> list[ConsiderNotification]:
    return [wish for wish in told.wishes if isinstance(wish, ConsiderNotification)]


def _subscribe(endpoint: str = "https://push.example.com/1") -> SubscribePush:
    return SubscribePush(recipient=ANA, endpoint=endpoint, p256dh="key", auth="secret")


def _question(actor: ExtensionId | None = None) -> ConsiderNotification:
    return ConsiderNotification(
        recipient=ANA,
        cause_id="e-1",
        occasion="message",
        conversation_id=CONVERSATION,
        title="Bob",
        body="hi",
        actor=actor,
    )


def _report(outcome: str, tries: int = 1) -> RecordPush:
    stage = Stage("notify", NotifyHandlers())
    stage.tell(_subscribe())
    payload = stage.tell(_question()).effects[0].payload
    assert isinstance(payload, Pushing)
    return RecordPush(push=payload.push, tries=tries, outcome=outcome)  # type: ignore[arg-type]  # from a parameter


def test_a_text_is_news_to_everybody_who_sees_the_conversation(stage: Stage) -> None:
    asked = _asked(stage.tell(_received(members=(ANA, BERT))))

    assert [question.recipient for question in asked] == [ANA, BERT]
    assert asked[0].title == CUSTOMER
    assert asked[0].body == "Is my order ready?"
    assert (asked[0].texted, asked[0].picture) == (True, None)


def test_a_text_to_a_queue_is_no_news_until_the_queue_says_whose_it_is(stage: Stage) -> None:
    assert _asked(stage.tell(_received(queue=SUPPORT))) == []


def test_a_chat_line_is_asked_for_every_member_by_its_authors_name(stage: Stage) -> None:
    stage.tell(ExtensionDefined(extension_id=ANA, dial="101", name="Ana", roles=(), texting=True))

    asked = _asked(stage.tell(_submitted("chat")))

    assert {(question.recipient, question.title) for question in asked} == {
        (ANA, "Ana"),
        (BERT, "Ana"),
    }


def test_a_chat_line_of_files_alone_is_told_as_a_picture(stage: Stage) -> None:
    photo = SentFile(
        name="chair.png", original=StoredObject(key="acme/aa", media_type="image/png", size=9)
    )
    told = stage.tell(msgspec.structs.replace(_submitted("chat"), text="", files=(photo,)))

    assert {wish.body for wish in _asked(told)} == {occasions.words("", 1)}
    assert {wish.picture for wish in _asked(told)} == {"m-2"}
    assert occasions.words("", 1) != ""


def test_ones_own_text_is_no_news(stage: Stage) -> None:
    assert _asked(stage.tell(_submitted("sms"))) == []


def test_waiting_is_news_to_the_logged_in_agents_with_the_customers_words(stage: Stage) -> None:
    options = QueueOptions()
    stage.tell(
        QueueDefined(
            queue_id=SUPPORT, name="Support", agents=(ANA,), supervisors=(), options=options
        )
    )
    stage.tell(_received(queue=SUPPORT))

    asked = _asked(
        stage.tell(
            ConversationQueued(
                queue_id=SUPPORT,
                conversation_id=CONVERSATION,
                partition_key="k",
                counterpart=CUSTOMER,
                epoch=1,
                queued_at=NOW,
                agents=(ANA, BERT),
            )
        )
    )

    assert [question.recipient for question in asked] == [ANA, BERT]
    assert asked[0].title == "Waiting in Support"
    assert asked[0].body == f"{CUSTOMER}: Is my order ready?"


def test_a_follow_up_is_news_to_the_holder_alone(stage: Stage) -> None:
    stage.tell(_received(queue=SUPPORT))

    asked = _asked(
        stage.tell(
            FollowUpArrived(
                queue_id=SUPPORT,
                conversation_id=CONVERSATION,
                message_id=MessageId("m-1"),
                agent_id=BERT,
                epoch=1,
                lapses_at=None,
            )
        )
    )

    assert [(question.recipient, question.body) for question in asked] == [
        (BERT, "Is my order ready?")
    ]


@pytest.mark.parametrize(("giver", "told"), [(None, []), (ANA, [BERT])])
def test_a_claim_is_news_only_when_somebody_else_handed_it_over(
    stage: Stage, giver: ExtensionId | None, told: list[ExtensionId]
) -> None:
    claimed = ConversationClaimed(
        queue_id=SUPPORT,
        conversation_id=CONVERSATION,
        agent_id=BERT,
        epoch=2,
        queued_at=NOW,
        lapses_at=None,
        transferred_by=giver,
        note="knows the order",
    )

    asked = _asked(stage.tell(claimed))

    assert [question.recipient for question in asked] == told


def test_a_long_wait_is_news_to_the_supervisors(stage: Stage) -> None:
    escalated = WaitEscalated(
        queue_id=SUPPORT,
        conversation_id=CONVERSATION,
        epoch=1,
        queued_at=NOW,
        supervisors=(BERT,),
        waited_seconds=300,
    )

    asked = _asked(stage.tell(escalated))

    assert [(question.recipient, question.body) for question in asked] == [
        (BERT, "Waiting more than 5 minutes")
    ]


@pytest.mark.parametrize(("status", "told"), [("delivered", []), ("failed", [ANA])])
def test_only_a_text_that_did_not_arrive_is_news_to_its_author(
    stage: Stage, status: str, told: list[ExtensionId]
) -> None:
    stage.tell(_submitted("sms"))

    asked = _asked(
        stage.tell(
            DeliveryChanged(
                conversation_id=CONVERSATION,
                message_id=MessageId("m-2"),
                attempt=1,
                recipient=CUSTOMER,
                status=status,  # type: ignore[arg-type]  # from a parameter
            )
        )
    )

    assert [question.recipient for question in asked] == told


def test_who_has_no_browser_is_not_told_and_the_reason_is_kept(stage: Stage) -> None:
    outcome = stage.tell(_question())

    decided = stage.log[-1].data
    assert isinstance(decided, NotificationDecided)
    assert (decided.sent, decided.reason) == (False, "no-subscription")
    assert outcome.effects == []


def test_who_turned_off_a_conversations_notifications_is_not_told_and_the_reason_is_kept(
    stage: Stage,
) -> None:
    """NOTIF-12: one conversation, one person, until they turn them on again."""
    stage.tell(_subscribe())
    stage.tell(ConversationMuted(conversation_id=CONVERSATION, by=ANA))
    received = _received(members=(ANA, BERT))

    asked = _asked(stage.tell(received))
    assert [(one.recipient, one.muted) for one in asked] == [(ANA, True), (BERT, False)]
    outcome = stage.tell(asked[0])
    assert stage.log[-1].data.reason == "muted"
    assert not stage.log[-1].data.sent
    assert outcome.effects == []

    other = msgspec.structs.replace(received, conversation_id=ConversationId("c-2"))
    assert not _asked(stage.tell(other))[0].muted
    stage.tell(ConversationUnmuted(conversation_id=CONVERSATION, by=ANA))
    assert not _asked(stage.tell(received))[0].muted
    assert stage.refolded() == stage.parts()


def test_nobody_is_told_of_their_own_doing(stage: Stage) -> None:
    stage.tell(_subscribe())

    outcome = stage.tell(_question(actor=ANA))

    assert stage.log[-1].data.reason == "own-doing"
    assert outcome.effects == []


def test_every_browser_is_told_once(stage: Stage) -> None:
    for number in range(3):
        stage.tell(_subscribe(f"https://push.example.com/{number}"))

    question = stage.wrap(_question(), id_="q-1")
    outcome = stage.when(question)
    again = stage.when(question)

    assert len(outcome.effects) == 3
    assert len({effect.order_key for effect in outcome.effects}) == 3
    assert again.is_quiet


def test_subscribing_twice_changes_nothing_more(stage: Stage) -> None:
    stage.tell(_subscribe())
    stage.tell(_subscribe())

    assert [type(event.data) for event in stage.log] == [PushSubscribed]


def test_one_browser_too_many_lets_the_oldest_go(stage: Stage) -> None:
    for number in range(MAX_SUBSCRIPTIONS + 1):
        stage.tell(_subscribe(f"https://push.example.com/{number}"))

    outcome = stage.tell(_question())

    assert len(outcome.effects) == MAX_SUBSCRIPTIONS
    assert "e-1/https://push.example.com/0" not in {e.order_key for e in outcome.effects}


def test_a_browser_that_withdrew_is_not_told(stage: Stage) -> None:
    stage.tell(_subscribe())
    stage.tell(UnsubscribePush(recipient=ANA, endpoint="https://push.example.com/1"))

    assert stage.tell(_question()).effects == []


def test_a_push_that_arrived_is_recorded(stage: Stage) -> None:
    stage.tell(_report("delivered"))

    assert isinstance(stage.log[-1].data, NotificationDelivered)


def test_a_browser_that_is_gone_is_forgotten(stage: Stage) -> None:
    stage.tell(_subscribe())
    stage.tell(_report("gone"))

    kinds = [type(event.data) for event in stage.log]
    assert kinds == [PushSubscribed, NotificationFailed, PushUnsubscribed]
    assert stage.tell(_question()).effects == []


def test_a_push_is_tried_again_later_and_given_up_at_the_end_of_the_ladder(stage: Stage) -> None:
    again = stage.tell(_report("retry"))
    end = stage.tell(_report("retry", tries=MAX_TRIES))

    assert again.effects[0].due_at == START + timedelta(seconds=5)
    assert end.effects == []
    assert isinstance(stage.log[-1].data, NotificationFailed)
