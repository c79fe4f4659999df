"""What the router says of scheduled messages, for the stories of the gateway's tests."""

from datetime import timedelta

from schemas.conversation import MessageScheduled, ScheduledRefused
from tests.support.gateway_words import Story


def scheduled_id(story: Story) -> str:
    return f"scheduled-{story.tenant}"


def planned(story: Story, author: str = "alice") -> Story:
    """Let a person plan a text."""
    story.converses(
        MessageScheduled(
            conversation_id=story.conversation_id(),
            scheduled_id=scheduled_id(story),
            client_id="plan-1",
            author=story.person(author),
            text="Good morning",
            send_at=story.at + timedelta(hours=2),
        )
    )
    return story


def refused(story: Story) -> Story:
    """Let the plan be refused when its time has come."""
    story.converses(
        ScheduledRefused(
            conversation_id=story.conversation_id(),
            scheduled_id=scheduled_id(story),
            code="opted-out",
            reason="They asked for no more texts.",
        )
    )
    return story
