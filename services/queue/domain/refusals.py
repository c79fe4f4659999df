"""The queue's noes: every one has a stable code, and the text is one sentence for a person."""

from services.kernel.decider import Refused


class UnknownQueue(Refused):
    """No definition has come for it, or it is another tenant's."""

    code = "unknown-queue"
    text = "There is no such queue."


class UnknownConversation(Refused):
    """It never waited in this queue."""

    code = "unknown-conversation"
    text = "This conversation is not in the queue."


class NotAnAgent(Refused):
    """Only the queue's people work it."""

    code = "not-an-agent"
    text = "{agent} is not an agent of this queue."


class NotLoggedIn(Refused):
    """Who is logged out takes no conversation."""

    code = "not-logged-in"
    text = "{agent} is logged out of this queue."


class AtCapacity(Refused):
    """Who holds as many as the queue allows takes no more."""

    code = "at-capacity"
    text = "{agent} already holds {capacity} conversations."


class HeldByAnother(Refused):
    """The race was lost; `holder` won it."""

    code = "held-by-another"
    text = "Already claimed by {holder}."


class NotWaiting(Refused):
    """It is closed, so there is nothing to claim."""

    code = "not-waiting"
    text = "This conversation is no longer waiting."


class ClaimHasLapsed(Refused):
    """The reply came after the claim ended; its text stays in the composer."""

    code = "claim-lapsed"
    text = "Your claim has lapsed. Claim the conversation again to answer."


class NotTheHolder(Refused):
    """Only the holder or a supervisor may release, transfer or close."""

    code = "not-the-holder"
    text = "Only who holds the conversation, or a supervisor, may do this."


class AlreadyClosed(Refused):
    """It is closed, so there is nothing to release or to hand on."""

    code = "already-closed"
    text = "This conversation is closed."


class NoSingleTarget(Refused):
    """A transfer names an agent or another queue: one of them, and not where it is already."""

    code = "no-single-target"
    text = "Choose one agent, or one other queue."


class QueueInUse(Refused):
    """Conversations wait or are held, and it was not said where all of them go."""

    code = "queue-in-use"
    text = "Conversations are open in this queue: {open}. Choose the queue that they go to."


class OfferedToAnother(Refused):
    """The queue asks one agent at a time; `holder` is asked now."""

    code = "offered-to-another"
    text = "This conversation is being offered to {holder}."


class EmptyNote(Refused):
    """A note says something."""

    code = "empty-note"
    text = "Write something first."


class NoteTooLong(Refused):
    """A note is not a document."""

    code = "note-too-long"
    text = "A note has at most {most} characters."


class TooManyMentions(Refused):
    """A note calls in a few people, not everybody."""

    code = "too-many-mentions"
    text = "A note mentions at most {most} people."


class NotYourConversation(Refused):
    """Notes are for who may read the conversation."""

    code = "not-your-conversation"
    text = "Only who may read the conversation may write notes beside it."
