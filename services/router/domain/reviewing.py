"""Rules of what people decide about consent: what free text meant, and what they were told."""

from schemas.base import ExtensionId
from schemas.consent import OptOutByHand, ReviewRevocation, RevocationReviewed
from schemas.conversation import RecordOptOut
from schemas.directory import Role
from services.router.domain.directory import is_counterpart
from services.router.domain.outbound import known
from services.router.domain.refusals import (
    BadNumber,
    EmptyMessage,
    NothingToReview,
    NotYourTask,
    UnknownExtension,
    UnknownNumber,
)
from services.router.domain.state import Conversation, World

#: Whose task it is to look after consent, beside the members of a conversation.
KEEPERS: frozenset[Role] = frozenset({"agent", "supervisor", "office-manager", "admin", "operator"})
#: What the history shows as the word of a confirmed text.
CONFIRMED = "confirmed after review"


def review(
    command: ReviewRevocation, world: World
) -> tuple[RevocationReviewed, RecordOptOut | None]:
    """Say what a flagged text meant; `confirmed` comes with the opt-out that follows from it."""
    conversation = known(command.conversation_id, world)
    _check_keeper(command.by, world, conversation)
    found = [one for one in conversation.suspected if one.message_id == command.message_id]
    if not found or conversation.number is None:
        raise NothingToReview
    reviewed = RevocationReviewed(
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        number=conversation.number,
        counterpart=found[0].counterpart,
        verdict=command.verdict,
        by=command.by,
        queue_id=conversation.queue_id,
    )
    if command.verdict == "dismissed":
        return reviewed, None
    return reviewed, RecordOptOut(
        number=conversation.number,
        counterpart=found[0].counterpart,
        code=CONFIRMED,
        source="operator",
        by=command.by,
    )


def by_hand(command: OptOutByHand, world: World) -> RecordOptOut:
    """Take what a person was told; may raise Refused."""
    if world.number(command.number) is None:
        raise UnknownNumber(number=command.number)
    if not is_counterpart(command.counterpart):
        raise BadNumber(number=command.counterpart)
    _check_keeper(command.by, world, None)
    if not command.note.strip():
        raise EmptyMessage
    return RecordOptOut(
        number=command.number,
        counterpart=command.counterpart,
        code=command.note,
        source="operator",
        by=command.by,
    )


def _check_keeper(by: ExtensionId, world: World, conversation: Conversation | None) -> None:
    person = world.extension(by)
    if person is None:
        raise UnknownExtension(extension=by)
    if conversation is not None and by in conversation.members:
        return
    if not KEEPERS & set(person.roles):
        raise NotYourTask
