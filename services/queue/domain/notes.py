"""Rules of notes: words among colleagues, beside a conversation that they may read."""

from schemas.base import ExtensionId
from schemas.desk import NoteWritten, WriteNote
from services.queue.domain.refusals import (
    EmptyNote,
    NotAnAgent,
    NoteTooLong,
    NotYourConversation,
    TooManyMentions,
)
from services.queue.domain.state import Claimed, Place, Roster, State, holder_of

MAX_CHARACTERS = 2_000
#: People whom one note calls in, and whom all notes of a conversation do.
MAX_MENTIONS, MAX_MENTIONED = 10, 50


def write(command: WriteNote, state: State, place: Place) -> list[NoteWritten]:
    """Write a note, by whoever may read the conversation now."""
    if not _may_write(command.by, state.roster, place):
        raise NotYourConversation
    if not command.text.strip():
        raise EmptyNote
    if len(command.text) > MAX_CHARACTERS:
        raise NoteTooLong(most=MAX_CHARACTERS)
    return [
        NoteWritten(
            queue_id=state.queue_id,
            conversation_id=command.conversation_id,
            by=command.by,
            text=command.text.strip(),
            mentions=_mentions(command, state.roster, place),
        )
    ]


def _may_write(by: ExtensionId, roster: Roster, place: Place) -> bool:
    if by in roster.supervisors or by == holder_of(place):
        return True
    free = not isinstance(place.stage, Claimed)
    return by in roster.agents and (free or by in place.mentioned)


def _mentions(command: WriteNote, roster: Roster, place: Place) -> tuple[ExtensionId, ...]:
    mentions = tuple(dict.fromkeys(one for one in command.mentions if one != command.by))
    for one in mentions:
        if one not in roster.agents and one not in roster.supervisors:
            raise NotAnAgent(agent=one)
    everybody = {*place.mentioned, *mentions}
    if len(mentions) > MAX_MENTIONS or len(everybody) > MAX_MENTIONED:
        raise TooManyMentions(most=MAX_MENTIONS)
    return mentions
