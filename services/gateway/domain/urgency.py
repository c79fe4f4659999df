"""Whose text goes first at a number's pace: what a person answers, before what a program sends."""

from schemas.conversation import Urgency
from services.gateway.domain.scope import Caller


def urgency(caller: Caller, wished: Urgency | None) -> Urgency:
    """Take the wish; else what comes by a token is bulk, and what a person says is a reply.

    A text from a token that nobody waits for must not hold up what an agent answers (DESIGN.md §8);
    an app through which a person writes says `reply`.
    """
    if wished is not None:
        return wished
    return "bulk" if caller.proof == "token" else "reply"
