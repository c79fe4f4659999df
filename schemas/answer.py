"""`answers`: what a decider says to whoever asked. Key is the command that began it; kept one day.

A refusal is an answer, not an event (DESIGN.md §3). The envelope's `correlation` is the id of the
client's command; that is what a waiting gateway compares, also when one service handed the wish on.
"""

import msgspec

from schemas.base import Event, JsonObject


class CommandAccepted(Event, frozen=True, kw_only=True):
    """Decided: what is so now, in the words of the API."""

    state: JsonObject


class CommandRefused(Event, frozen=True, kw_only=True):
    """A rule said no, and nothing changed."""

    #: Stable, kebab-case: `held-by-another`.
    code: str
    #: One sentence for a person.
    text: str
    #: What the sentence speaks of: `{"holder": …}`.
    detail: JsonObject = msgspec.field(default_factory=dict)


AnswerEvent = CommandAccepted | CommandRefused
