"""The router's noes: every one has a stable code, and the text is one sentence for a person."""

from services.kernel.decider import Refused


class UnknownTenant(Refused):
    """No definition has come for it, or the command is another tenant's."""

    code = "unknown-tenant"
    text = "There is no such organisation."


class UnknownExtension(Refused):
    """No definition has come for it, or it is another tenant's."""

    code = "unknown-extension"
    text = "There is no extension {extension}."


class UnknownNumber(Refused):
    """It is not one of the tenant's numbers."""

    code = "unknown-number"
    text = "{number} is not one of your numbers."


class UnknownQueue(Refused):
    """No definition has come for it, or it is another tenant's."""

    code = "unknown-queue"
    text = "There is no queue {queue}."


class UnknownConversation(Refused):
    """It does not exist, or not for this tenant or person: the two look the same from outside."""

    code = "unknown-conversation"
    text = "There is no such conversation."


class UnknownMessage(Refused):
    """It was never sent, or so long ago that it is typed again."""

    code = "unknown-message"
    text = "This message cannot be sent again; write it anew."


class Taken(Refused):
    """The id or number belongs to another tenant."""

    code = "taken"
    text = "{what} already belongs to another organisation."


class BadNumber(Refused):
    """Not E.164, nor a short code where one is allowed."""

    code = "bad-number"
    text = "{number} is not a phone number in international form."


class NoRoute(Refused):
    """A number leads to at least one extension, or to one queue."""

    code = "no-route"
    text = "Choose at least one extension, or one queue, for this number."


class BadOption(Refused):
    """A queue's value lies outside its range."""

    code = "bad-option"
    text = "{option} must be between {least} and {most}."


class UnknownTimeZone(Refused):
    """The time zone database has none of this name."""

    code = "unknown-time-zone"
    text = "There is no time zone {zone}."


class BadHours(Refused):
    """A queue's hours name no known zone, a time that is none, or times that overlap."""

    code = "bad-hours"
    text = "These business hours cannot be kept: {what}."


class NoOverflow(Refused):
    """What waits too long must go to another known queue."""

    code = "no-overflow"
    text = "Choose another queue for what waits too long."


class TooManyPeople(Refused):
    """A limit on every list."""

    code = "too-many-people"
    text = "At most {most} people fit here."


class EmptyMessage(Refused):
    """There is nothing to say."""

    code = "empty-message"
    text = "Write something first."


class TooLong(Refused):
    """Longer than any carrier takes."""

    code = "too-long"
    text = "A message has at most {most} characters; this one has {length}."


class TextingOff(Refused):
    """For the tenant, the number or the author."""

    code = "texting-off"
    text = "Text messaging is turned off for {what}."


class NotYourNumber(Refused):
    """Only its callers send from a number."""

    code = "not-your-number"
    text = "You may not send from {number}."


class TollFreeOneRecipient(Refused):
    """Toll-free numbers have no group messages (DESIGN.md §6)."""

    code = "toll-free-one-recipient"
    text = "Toll-free numbers can only send SMS: one recipient, no attachments."


class TollFreeNoGroup(Refused):
    """Toll-free numbers have no groups (DESIGN.md §6)."""

    code = "toll-free-no-group"
    text = "Toll-free numbers cannot be used for a group."


class NotAGroup(Refused):
    """Only groups have a name and participants that change."""

    code = "not-a-group"
    text = "This conversation is not a group."


class NotYourGroup(Refused):
    """Its creator or an admin takes people out."""

    code = "not-your-group"
    text = "Only the group's creator or an admin can remove participants."


class NotInGroup(Refused):
    """Whoever is to be removed takes no part."""

    code = "not-in-group"
    text = "They are not in this group any more."


class QueueOnly(Refused):
    """A queue's conversation is answered by who claims it there."""

    code = "queue-only"
    text = "This conversation belongs to a queue; claim it there to answer."


class OptedOut(Refused):
    """Nobody is texted after STOP (invariant I15)."""

    code = "opted-out"
    text = "{counterpart} has opted out and receives no more messages until they text START."


class NoAccount(Refused):
    """No carrier account may send for the number."""

    code = "no-account"
    text = "No carrier is set up to send from {number}."


class NoSuchMessage(Refused):
    """It was never said in this conversation."""

    code = "no-such-message"
    text = "There is no such message."


class KeptForTheQueue(Refused):
    """Whoever holds a queue's conversation next has to see what was said (Q-10)."""

    code = "kept-for-the-queue"
    text = "A queue's conversation is kept for whoever answers next."


class NotFailed(Refused):
    """Only what failed is sent again."""

    code = "not-failed"
    text = "This message has not failed."


class TooManyAttempts(Refused):
    """A limit on every retry."""

    code = "too-many-attempts"
    text = "This message has been tried {most} times; write it anew."


class NobodyElse(Refused):
    """A conversation takes two."""

    code = "nobody-else"
    text = "Choose somebody to write to."


class OnlyOneOther(Refused):
    """A direct conversation has two members."""

    code = "only-one-other"
    text = "A direct conversation is with one person; make a group for more."


class ExtensionsOnly(Refused):
    """Outside people join by an SMS conversation."""

    code = "extensions-only"
    text = "Only extensions can be members of this kind of conversation."


class OurOwnNumber(Refused):
    """A number does not text itself."""

    code = "our-own-number"
    text = "{number} cannot text itself."


class NothingToReview(Refused):
    """It was never flagged, or somebody has reviewed it."""

    code = "nothing-to-review"
    text = "There is nothing left to review about this message."


class NotYourTask(Refused):
    """Consent and held texts are for those whose role says so."""

    code = "not-your-task"
    text = "Your role does not allow this. Ask your admin."


class OwnRole(Refused):
    """Nobody shuts themselves out of the administration."""

    code = "own-role"
    text = "You cannot take away your own admin role. Ask another admin."


class RoleAboveYours(Refused):
    """Operators see every organisation: admins neither make nor unmake them."""

    code = "role-above-yours"
    text = "Only an operator can give or take the operator role."


class ChatOff(Refused):
    """An admin turned chat off for somebody."""

    code = "chat-off"
    text = "Chat is turned off for {what}."


class CountryNotAllowed(Refused):
    """The guard: not one of the countries that the tenant texts, or a number that costs extra."""

    code = "country-not-allowed"
    text = "Your organization does not send texts to {counterpart}. Ask your admin."


class TooFast(Refused):
    """The guard: one person's texts within a window."""

    code = "too-fast"
    text = "At most {most} texts in {seconds} seconds may be sent by one person. Try again later."


class TooFastToPrefix(Refused):
    """The guard: the tenant's texts to neighbouring numbers within a window."""

    code = "too-fast-to-prefix"
    text = (
        "At most {most} texts in {seconds} seconds may go to numbers that begin with {prefix}. "
        "Try again later."
    )


class DayUsedUp(Refused):
    """The guard: the tenant's segments of one day, UTC."""

    code = "day-used-up"
    text = "Your organization has used up the {most} text segments of today (UTC)."


class NotHeld(Refused):
    """It was never held, or somebody has decided about it."""

    code = "not-held"
    text = "This text does not wait for approval any more."


class Rejected(Refused):
    """An admin said no to a held text whose time had come."""

    code = "rejected"
    text = "An admin did not let this text go."


class BadTime(Refused):
    """A message is scheduled for a time that is still to come, and not years away."""

    code = "bad-time"
    text = "Choose a time from now on, within {days} days."


class TooManyScheduled(Refused):
    """What waits in one conversation is limited."""

    code = "too-many-scheduled"
    text = "At most {most} messages can wait in a conversation."


class NoLongerScheduled(Refused):
    """It was said, cancelled or refused meanwhile."""

    code = "no-longer-scheduled"
    text = "This message does not wait any more: it was sent or cancelled."


class UnknownContact(Refused):
    """It was never there, or is gone, or is somebody else's own: the three look the same."""

    code = "unknown-contact"
    text = "There is no such contact any more."


class ContactChanged(Refused):
    """Somebody changed it since: their change is not overwritten."""

    code = "contact-changed"
    text = "Somebody else has changed this contact. Look at it again before you change it."


class NotYourContact(Refused):
    """It is shared, and another's to delete; or it would become somebody's own."""

    code = "not-your-contact"
    text = "This contact is shared: whoever added it, a supervisor or an admin may do that."


class BadContact(Refused):
    """Something of it is missing or too long; `field` says what."""

    code = "bad-contact"
    text = "The {field} of a contact is missing, wrong, or more than {most}."
