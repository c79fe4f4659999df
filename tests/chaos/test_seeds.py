"""Six short seeds on one stack, each about other rows of the fault table (reliability.md §7)."""

import pytest

from tests.chaos.nemeses import catalogue
from tests.chaos.run import Rig

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
#: What each is about: the most telling rows, two or three at a time.
_SEEDS = {
    1: ("F1", "F14"),
    2: ("F8", "F15"),
    3: ("F4", "F28"),
    4: ("F12", "F29"),
    5: ("F6", "F7", "F11"),
    6: ("F34", "F30", "F17"),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("seed", _SEEDS)
async def test_nothing_goes_wrong_whatever_strikes(stage: Rig, seed: int) -> None:
    faults = [fault for id_ in _SEEDS[seed] for fault in catalogue.named(id_)[:1]]
    verdict = await stage.run(seed, faults)
    assert verdict.anomalies == []
