"""Take out one rule at a time: the simulator names what follows, within a minute of work."""

from itertools import chain, count
from time import process_time

import pytest

from tests.checking.checker import NAMES
from tests.simulation.run import Plan, simulate
from tests.simulation.sabotage import SABOTAGES

#: What `make test` gives the simulator; a rule that takes longer to miss is not guarded.
MOST_SECONDS = 60.0
_FIRST_SEED, _BURSTS = 100, 20


@pytest.mark.timeout(600)  # a minute of work is several of waiting where others work too
@pytest.mark.parametrize("rule", SABOTAGES)
def test_without_this_rule_the_simulator_names_what_goes_wrong(rule: str) -> None:
    sabotage = SABOTAGES[rule]
    assert sabotage.names <= NAMES.keys()
    found: set[str] = set()
    started = process_time()
    kept = (sabotage.seed, sabotage.bursts)
    for seed, bursts in chain([kept], ((seed, _BURSTS) for seed in count(_FIRST_SEED))):
        plan = Plan(seed=seed, bursts=bursts, odds=sabotage.odds)
        with sabotage.off():
            found = {each.name for each in simulate(plan).anomalies}
        if found & sabotage.names or process_time() - started > MOST_SECONDS:
            break
    assert found & sabotage.names, f"{rule} is out, and {MOST_SECONDS:.0f} s show nothing of it"
