"""NOTIF: who is asked to take a conversation, and who is called in by a note, hears of it."""

from datetime import UTC, datetime

from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.desk import ConversationOffered, NoteWritten
from schemas.directory import ExtensionDefined
from schemas.notification import ConsiderNotification
from services.notify.handlers import NotifyHandlers
from tests.support.stage import Stage

ANA, BERT = ExtensionId("ana"), ExtensionId("bert")
SUPPORT, CONVERSATION = QueueId("support"), ConversationId("c-1")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def asked(stage: Stage, event: ConversationOffered | NoteWritten) -> list[ConsiderNotification]:
    return [one for one in stage.tell(event).wishes if isinstance(one, ConsiderNotification)]


def test_an_offer_is_news_to_the_agent_who_is_asked_alone() -> None:
    offer = ConversationOffered(
        queue_id=SUPPORT,
        conversation_id=CONVERSATION,
        agent_id=BERT,
        epoch=0,
        offer=1,
        queued_at=NOW,
        ends_at=NOW,
    )

    [told] = asked(Stage("notify", NotifyHandlers()), offer)

    assert (told.recipient, told.occasion) == (BERT, "queue-offer")


def test_a_note_is_news_to_whom_it_mentions_by_its_authors_name() -> None:
    stage = Stage("notify", NotifyHandlers())
    stage.tell(
        ExtensionDefined(extension_id=ANA, dial="101", name="Ana", roles=("agent",), texting=True)
    )
    note = NoteWritten(
        queue_id=SUPPORT, conversation_id=CONVERSATION, by=ANA, text="@Bert?", mentions=(BERT,)
    )

    [told] = asked(stage, note)

    assert (told.recipient, told.occasion) == (BERT, "queue-mention")
    assert (told.title, told.body, told.actor) == ("Ana mentioned you", "@Bert?", ANA)
