"""What is said to the router about messages that are for later."""

from datetime import datetime, timedelta

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import CancelScheduled, ScheduleMessage
from schemas.envelope import Envelope
from tests.support.router_words import CHAT
from tests.support.scenario import START, Scenario, Told

#: When a plan of these stories is due.
LATER = START + timedelta(hours=2)


def plans(
    by: ExtensionId,
    send_at: datetime = LATER,
    text: str = "Good morning",
    conversation_id: ConversationId = CHAT,
) -> ScheduleMessage:
    return ScheduleMessage(
        conversation_id=conversation_id,
        by=by,
        client_id=f"plan-{by}",
        text=text,
        send_at=send_at,
    )


def cancels(
    by: ExtensionId, scheduled_id: str, conversation_id: ConversationId = CHAT
) -> CancelScheduled:
    return CancelScheduled(conversation_id=conversation_id, scheduled_id=scheduled_id, by=by)


def scheduled_id(told: Told) -> str:
    """Give the id of the plan that an answer names."""
    assert told.answer is not None
    return str(told.answer["scheduled_id"])


def fires(scenario: Scenario, told: Told, at: datetime | None = None) -> Told:
    """Let the timer of a plan fire, as the pump does: dated by the moment of firing."""
    (timer,) = told.timers
    command: Envelope[object] = scenario.wrap(
        timer.command.data,
        subject=timer.command.subject,
        key=timer.command.partitionkey,
        source="router",
        id_=f"timer-{timer.version}",
    )
    return scenario.when(command, at or timer.due_at)
