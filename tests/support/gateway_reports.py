"""What carriers answer to a story's texts, for the delivery log."""

from schemas.delivery import AnswerKind, SendAnswered
from tests.support.gateway_words import CUSTOMER, Story


def answered(
    story: Story, position: int, answer: AnswerKind = "accepted", code: str | None = None
) -> Story:
    """Let a carrier answer the call of a text."""
    story.converses(
        SendAnswered(
            conversation_id=story.conversation_id(),
            message_id=story.message_id(position),
            attempt=1,
            tries=1,
            recipient=CUSTOMER,
            carrier="twilio",
            account="main",
            answer=answer,
            provider_message_id="SM1" if answer == "accepted" else None,
            code=code,
            text=None,
        )
    )
    return story
