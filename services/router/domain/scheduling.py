"""Rules of saying something later: judged when it is wished and again when it is due, never early.

A text only: files are held for a message that has been said (media), not for one that may be.
"""

from datetime import datetime, timedelta

from schemas.base import ExtensionId, MessageId
from schemas.conversation import (
    CancelScheduled,
    MessageScheduled,
    MessageSubmitted,
    ScheduledCancelled,
    ScheduledRefused,
    ScheduledReleased,
    ScheduleMessage,
    SendMessage,
)
from services.kernel.decider import Refused
from services.router.domain.guard import APPROVERS
from services.router.domain.outbound import known, send
from services.router.domain.refusals import (
    BadTime,
    NoLongerScheduled,
    NotYourTask,
    TooManyScheduled,
    UnknownConversation,
)
from services.router.domain.state import Scheduled, ScheduledText, World

#: How far ahead.
MOST_DAYS = 366
#: That wait in one conversation at once.
MAX_SCHEDULED = 50

End = ScheduledCancelled | ScheduledReleased | ScheduledRefused
Scheduling = MessageScheduled | End


def schedule(
    command: ScheduleMessage, scheduled_id: str, message_id: MessageId, world: World, at: datetime
) -> MessageScheduled:
    """Plan to say something; what may not be said now may not be planned either."""
    send(wish_of(command, command.by), message_id, world, from_queue=False)
    if not at < command.send_at <= at + timedelta(days=MOST_DAYS):
        raise BadTime(days=MOST_DAYS)
    if len(world.scheduled(command.conversation_id).texts) >= MAX_SCHEDULED:
        raise TooManyScheduled(most=MAX_SCHEDULED)
    return MessageScheduled(
        conversation_id=command.conversation_id,
        scheduled_id=scheduled_id,
        client_id=command.client_id,
        author=command.by,
        text=command.text,
        send_at=command.send_at,
    )


def wish_of(text: ScheduleMessage | ScheduledText, by: ExtensionId) -> SendMessage:
    """Spell what was planned as the wish that it becomes; it goes behind replies."""
    return SendMessage(
        conversation_id=text.conversation_id,
        by=by,
        client_id=text.client_id,
        text=text.text,
        urgency="bulk",
    )


def waiting(conversation_id: str, scheduled_id: str, world: World) -> ScheduledText | None:
    """Find what still waits for its time."""
    texts = world.scheduled(conversation_id).texts
    return next((text for text in texts if text.scheduled_id == scheduled_id), None)


def cancel(command: CancelScheduled, world: World) -> ScheduledCancelled:
    """Never say it; its author may, or an admin; too late once it was said."""
    conversation = known(command.conversation_id, world)
    text = waiting(command.conversation_id, command.scheduled_id, world)
    person = world.extension(command.by)
    is_admin = person is not None and bool(APPROVERS & set(person.roles))
    is_author = text is not None and text.author == command.by
    if not (is_author or is_admin or command.by in conversation.members):
        raise UnknownConversation
    if text is None:
        raise NoLongerScheduled
    if not (is_author or is_admin):
        raise NotYourTask
    return ScheduledCancelled(
        conversation_id=command.conversation_id,
        scheduled_id=command.scheduled_id,
        by=command.by,
    )


def say(
    text: ScheduledText, message_id: MessageId, world: World
) -> MessageSubmitted | ScheduledRefused:
    """Judge it by the rules of this moment, as any message; or tell why it is not said."""
    try:
        return send(wish_of(text, text.author), message_id, world, from_queue=False)
    except Refused as why:
        return refused(text, why.code, why.sentence)


def refused(text: ScheduledText, code: str, reason: str) -> ScheduledRefused:
    """Tell why it was not said when its time had come."""
    return ScheduledRefused(
        conversation_id=text.conversation_id,
        scheduled_id=text.scheduled_id,
        code=code,
        reason=reason,
    )


def released(text: ScheduledText, message_id: MessageId) -> ScheduledReleased:
    """Tell that it is being said: from here on it cannot be cancelled."""
    return ScheduledReleased(
        conversation_id=text.conversation_id,
        scheduled_id=text.scheduled_id,
        message_id=message_id,
    )


def remembered(scheduled: Scheduled, event: Scheduling) -> Scheduled:
    """Remember what waits."""
    left = tuple(one for one in scheduled.texts if one.scheduled_id != event.scheduled_id)
    if not isinstance(event, MessageScheduled):
        return Scheduled(texts=left)
    text = ScheduledText(
        conversation_id=event.conversation_id,
        scheduled_id=event.scheduled_id,
        client_id=event.client_id,
        author=event.author,
        text=event.text,
        send_at=event.send_at,
    )
    return Scheduled(texts=(*left, text))
