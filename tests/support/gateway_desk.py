"""What happens at a queue's desk, for the stories of the gateway's tests."""

from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import canned, desk, tag
from schemas.base import ConversationId, ExtensionId
from services.kernel import ids

if TYPE_CHECKING:
    from tests.support.gateway_words import Story


def offered(story: "Story", name: ConversationId, bert: ExtensionId) -> None:
    """Offer it to Bert, who declines."""
    offer = desk.ConversationOffered(
        queue_id=story.queue_id,
        conversation_id=name,
        agent_id=bert,
        epoch=0,
        offer=1,
        queued_at=story.at,
        ends_at=story.at + timedelta(seconds=30),
    )
    story.queues(offer)
    story.queues(
        desk.OfferEnded(
            queue_id=story.queue_id,
            conversation_id=name,
            agent_id=bert,
            epoch=0,
            offer=1,
            reason="declined",
        )
    )


def labelled(story: "Story", name: ConversationId, alice: ExtensionId, bert: ExtensionId) -> None:
    """Let Alice call in Bert by a note, tag it, and write a canned reply."""
    story.queues(
        desk.NoteWritten(
            queue_id=story.queue_id,
            conversation_id=name,
            by=alice,
            text="@Bert, a VIP",
            mentions=(bert,),
        )
    )
    for one in ("billing", "urgent"):
        story.converses(tag.ConversationTagged(conversation_id=name, by=alice, tag=one))
    story.converses(tag.ConversationUntagged(conversation_id=name, by=bert, tag="urgent"))
    reply_id = ids.derive(story.tenant, "hours")
    hours = canned.CannedReplyDefined(
        reply_id=reply_id, owner=None, name="hours", text="Hello {first_name}", by=alice
    )
    story.tell(f"canned/{reply_id}", f"canned/{reply_id}", hours)
