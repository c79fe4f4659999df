"""What a queue says by itself: judged as every text, and dropped where it may not go out."""

from schemas.conversation import SendAutomaticText
from schemas.envelope import Envelope
from schemas.guard import GuardedText
from services.kernel.decider import Refused
from services.kernel.handling import Outcome, Parts
from services.router.domain.automatic import say
from services.router.domain.state import World
from services.router.handlers import addressing
from services.router.handlers.guarding import to_guard
from services.router.handlers.saying import outcome

#: The only service that may ask for it.
QUEUE = "queue"


def on_automatic(envelope: Envelope[SendAutomaticText], parts: Parts) -> Outcome:
    """Say it, through the guard where there is one; nobody waits for an answer."""
    world, command = World(parts, envelope.tenant or ""), envelope.data
    if envelope.source != QUEUE:
        return Outcome()
    try:
        event = say(command, addressing.message_of(envelope), world)
    except Refused:
        return Outcome()
    weighed = to_guard(envelope, event, world, from_queue=True)
    return weighed or outcome(command.conversation_id, (event,), world, None)


def passed(text: GuardedText, command: SendAutomaticText, world: World) -> Outcome:
    """Say what the guard has passed, if it may still go out."""
    try:
        event = say(command, addressing.message_named(text.wish_id), world)
    except Refused:
        return Outcome()
    return outcome(command.conversation_id, (event,), world, None)
