"""Canned replies: texts that are written once and said often; router's, on `directory`'s topics.

Subject and key are `canned/<id>`. In the text, `{customer}`, `{first_name}`, `{number}`, `{agent}`,
`{queue}` and `{company}` stand for what they name; whoever inserts it sees it filled in.
"""

from schemas.base import Command, Event, ExtensionId, PersonalText


class CannedReplyDefined(Event, frozen=True, kw_only=True):
    """A text to insert, as it is from now on."""

    reply_id: str
    #: Whose it is; None is everybody's.
    owner: ExtensionId | None
    #: What is typed behind "/": "hours".
    name: PersonalText
    text: PersonalText
    by: ExtensionId


class CannedReplyForgotten(Event, frozen=True, kw_only=True):
    """It is offered no longer; what was said with it stays said."""

    reply_id: str
    by: ExtensionId


class DefineCannedReply(Command, frozen=True, kw_only=True):
    """Write one, or change it: one's own, or, with the role for it, everybody's."""

    reply_id: str
    by: ExtensionId
    shared: bool
    name: PersonalText
    text: PersonalText


class ForgetCannedReply(Command, frozen=True, kw_only=True):
    """Offer it no longer."""

    reply_id: str
    by: ExtensionId


CannedEvent = CannedReplyDefined | CannedReplyForgotten
CannedCommand = DefineCannedReply | ForgetCannedReply
