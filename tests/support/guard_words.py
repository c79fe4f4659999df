"""What is said to the router's guard in tests: an office with limits, and a text's way through."""

from datetime import datetime
from typing import Any

from schemas.guard import SubmitText, WeighText
from schemas.limits import GuardOptions
from services.router.domain.tally import guard_key
from tests.support.router_words import SAM, extension, office, tenant, texts
from tests.support.scenario import TENANT, Scenario, Told

GUARD = guard_key(TENANT)
#: Everything off but what a test turns on.
OPEN = {"per_user": None, "per_prefix": None, "daily_segments": None, "countries": ("US",)}


def guarded(**options: Any) -> Scenario:  # noqa: ANN401 - GuardOptions' own
    """Open the office with a guard, and one conversation in it."""
    limits = GuardOptions(enabled=True, **{**OPEN, **options})
    return office().given(extension(SAM, roles=("admin",)), tenant(guard=limits), texts())


def through(scenario: Scenario, wish: Any, at: datetime | None = None) -> Told:  # noqa: ANN401 - a command or its envelope
    """Follow a wish to the guard, and back if it passes; gives the last decision."""
    told = scenario.when(wish, at)
    while own := [one for one in told.commands if isinstance(one.data, WeighText | SubmitText)]:
        (command,) = own
        told = scenario.when(command)
    return told


def no(told: Told) -> str:
    """Give the code of a refusal that has consequences."""
    (answer,) = told.answers
    return str(answer.data.code)
