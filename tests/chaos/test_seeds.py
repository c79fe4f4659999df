"""Six short seeds on one stack, each about other rows of the fault table (reliability.md §7)."""

import pytest

from tests.chaos.nemeses import carriers, catalogue, clocks, network, operations, processes, storage
from tests.chaos.run import Rig

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
#: What each is about: the most telling rows, two or three at a time.
_SEEDS = {
    1: (processes.broker_dies, carriers.repeats),
    2: (processes.database_dies, carriers.reorders),
    3: (processes.worker_dies_in_a_batch, carriers.goes_silent),
    4: (network.gate_has_to_wait, processes.agents_race_while_the_queue_dies),
    5: (processes.ingest_dies_synced, processes.ingest_dies_unsynced, storage.sync_fails),
    6: (
        processes.services_are_asked_to_go,
        clocks.claim_lapses_under_the_reply,
        operations.records_are_poison,
    ),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("seed", _SEEDS)
async def test_nothing_goes_wrong_whatever_strikes(stage: Rig, seed: int) -> None:
    faults = [fault for fault in catalogue.FAULTS if fault.strike in _SEEDS[seed]]
    verdict = await stage.run(seed, faults)
    assert verdict.anomalies == []
