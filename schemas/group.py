"""Named groups: who takes part, what they are called, and how outside people reach them by text.

Router's, on the topics of `conversation`. What happens to a group belongs to its conversation's
stream; which conversation a person's texts reach belongs to `reach/<number>/<counterpart>`, in the
partition of that pair, so that what comes in is judged in one place.
"""

from schemas.base import (
    Command,
    ConversationId,
    Counterpart,
    Event,
    ExtensionId,
    MessageId,
    Number,
    PersonalText,
    Value,
)
from schemas.carrier import MessageArrived


class Group(Value, frozen=True, kw_only=True):
    """A group as it is after the event that carries it."""

    name: PersonalText | None
    members: tuple[ExtensionId, ...]
    #: The number that outside people are texted from; None while there are none.
    number: Number | None = None
    counterparts: tuple[Counterpart, ...] = ()


class GroupRenamed(Event, frozen=True, kw_only=True):
    """A member gave the group another name."""

    conversation_id: ConversationId
    by: ExtensionId
    group: Group


class ParticipantsAdded(Event, frozen=True, kw_only=True):
    """A member brought in colleagues, outside people, or both."""

    conversation_id: ConversationId
    by: ExtensionId
    members: tuple[ExtensionId, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()
    group: Group


class ParticipantRemoved(Event, frozen=True, kw_only=True):
    """The group's creator or an admin took one out: a colleague, or an outside person."""

    conversation_id: ConversationId
    by: ExtensionId
    member: ExtensionId | None = None
    counterpart: Counterpart | None = None
    group: Group


class ParticipantLeft(Event, frozen=True, kw_only=True):
    """A member went of their own accord."""

    conversation_id: ConversationId
    by: ExtensionId
    group: Group


class GroupReached(Event, frozen=True, kw_only=True):
    """What this person texts to this number goes to the group from now on: it texted them last."""

    number: Number
    counterpart: Counterpart
    conversation_id: ConversationId
    partition_key: str


class GroupUnreached(Event, frozen=True, kw_only=True):
    """What this person texts to this number goes to no group any more."""

    number: Number
    counterpart: Counterpart
    conversation_id: ConversationId


class RenameGroup(Command, frozen=True, kw_only=True):
    """Give the group another name."""

    conversation_id: ConversationId
    by: ExtensionId
    name: PersonalText


class AddParticipants(Command, frozen=True, kw_only=True):
    """Bring in colleagues, outside people, or both."""

    conversation_id: ConversationId
    by: ExtensionId
    members: tuple[ExtensionId, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()
    #: Where the group has none yet: the number that outside people are texted from.
    number: Number | None = None


class RemoveParticipant(Command, frozen=True, kw_only=True):
    """Take one out: a colleague, or an outside person."""

    conversation_id: ConversationId
    by: ExtensionId
    member: ExtensionId | None = None
    counterpart: Counterpart | None = None


class LeaveGroup(Command, frozen=True, kw_only=True):
    """Go."""

    conversation_id: ConversationId
    by: ExtensionId


class ReachThroughGroup(Command, frozen=True, kw_only=True):
    """Router to itself: the group has texted this person, or does so no more."""

    number: Number
    counterpart: Counterpart
    conversation_id: ConversationId
    partition_key: str
    reached: bool


class PlaceInGroup(Command, frozen=True, kw_only=True):
    """Router to itself: an outside member answered; put their text into the group."""

    conversation_id: ConversationId
    message_id: MessageId
    message: MessageArrived


GroupEvent = (
    GroupRenamed
    | ParticipantsAdded
    | ParticipantRemoved
    | ParticipantLeft
    | GroupReached
    | GroupUnreached
)
GroupCommand = (
    RenameGroup
    | AddParticipants
    | RemoveParticipant
    | LeaveGroup
    | ReachThroughGroup
    | PlaceInGroup
)
