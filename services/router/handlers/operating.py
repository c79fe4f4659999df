"""What operators do: told first, then done; a word about a dead letter goes to its keeper."""

from schemas.envelope import Envelope
from schemas.letter import LetterJudged
from schemas.operation import ActAsOperator
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import operating
from services.router.domain.state import World


def on_operation(envelope: Envelope[ActAsOperator], parts: Parts) -> Outcome:
    """Judge who acts; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    event = operating.decide(envelope.data, world)
    stream, judged = operating.operator_key(event.by), operating.judged(event)
    return Outcome(
        events=(Addressed(subject=stream, partitionkey=stream, tenant=world.tenant, data=event),),
        commands=() if judged is None else (_to_keeper(judged, world.tenant),),
        answer={"action": event.action, "about": event.about},
    )


def _to_keeper(judged: LetterJudged, tenant: str) -> Addressed:
    keeper = judged.letter.service
    return Addressed(subject=keeper, partitionkey=keeper, tenant=tenant, data=judged)
