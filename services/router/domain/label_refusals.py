"""The noes about tags and canned replies, worded as those of `refusals.py`."""

from services.kernel.decider import Refused


class BadTag(Refused):
    """A tag is a word or a few."""

    code = "bad-tag"
    text = "A tag has 1 to {most} characters."


class TooManyTags(Refused):
    """A conversation bears a few tags."""

    code = "too-many-tags"
    text = "A conversation has at most {most} tags."


class UnknownReply(Refused):
    """There is none, or it is somebody else's own: the two look the same from outside."""

    code = "unknown-reply"
    text = "There is no such canned reply."


class BadReplyName(Refused):
    """It is typed behind a slash, so it is one word."""

    code = "bad-reply-name"
    text = "A name has letters, digits and hyphens, at most {most} of them."


class UnknownVariable(Refused):
    """Nothing could be put in its place."""

    code = "unknown-variable"
    text = "{name} is none of these: {known}."
