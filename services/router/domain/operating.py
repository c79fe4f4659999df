"""Rules of operators: who may act, and whom their word about a dead letter goes to; pure."""

from schemas.letter import KEEPERS, LetterJudged, Verdict
from schemas.operation import ActAsOperator, OperatorActed
from services.router.domain.refusals import NotYourTask
from services.router.domain.state import World

OPERATOR = "operator"
_VERDICTS: dict[str, Verdict] = {"letter-retried": "retry", "letter-set-aside": "set-aside"}


def operator_key(extension_id: str) -> str:
    return f"operator/{extension_id}"


def decide(command: ActAsOperator, world: World) -> OperatorActed:
    """Let operators act, and nobody else; may raise Refused."""
    known = world.extension(command.by)
    if known is None or OPERATOR not in known.roles:
        raise NotYourTask
    return OperatorActed(
        by=command.by,
        action=command.action,
        about=command.about,
        note=command.note,
        letter=command.letter,
    )


def judged(event: OperatorActed) -> LetterJudged | None:
    """Say to the service that keeps it what becomes of a dead letter."""
    verdict = _VERDICTS.get(event.action)
    if verdict is None or event.letter is None or event.letter.service not in KEEPERS:
        return None
    return LetterJudged(letter=event.letter, verdict=verdict)
