"""The fault table, and which rows of it a seed meets."""

import random
from collections.abc import Sequence

from tests.chaos.nemeses import (
    carriers,
    clocks,
    cluster,
    failover,
    network,
    operations,
    outside,
    processes,
    rotation,
    storage,
    topics,
)
from tests.chaos.scene import CLUSTER, Fault

FAULTS: tuple[Fault, ...] = (
    *processes.FAULTS,
    *network.FAULTS,
    *carriers.FAULTS,
    *storage.FAULTS,
    *clocks.FAULTS,
    *outside.FAULTS,
    *operations.FAULTS,
    *topics.FAULTS,
    *rotation.FAULTS,
    *cluster.FAULTS,
    *failover.FAULTS,
)
#: What else may strike in a seed, beside the one that it is about.
_MOST_MORE = 2
_CLUSTER_BROKERS = 3


def chosen(seed: int) -> list[Fault]:
    """Choose the faults of a seed: every row has its turn, and others come with it."""
    fate = random.Random(seed)  # noqa: S311 - repeatable, not secret
    own = FAULTS[(seed - 1) % len(FAULTS)]
    if CLUSTER in own.needs:
        return [own]  # on a stack of its own, which has no relays before its brokers
    others = [fault for fault in FAULTS if fault is not own and CLUSTER not in fault.needs]
    return [own, *fate.sample(others, fate.randint(0, _MOST_MORE))]


def brokers(faults: Sequence[Fault]) -> int:
    """Say how many brokers these need."""
    return _CLUSTER_BROKERS if any(CLUSTER in fault.needs for fault in faults) else 1


def named(id_: str) -> list[Fault]:
    """Give every nemesis of one row."""
    return [fault for fault in FAULTS if fault.id == id_]


def titled(title: str) -> Fault:
    """Give the nemesis of this title."""
    return next(fault for fault in FAULTS if fault.title == title)


def rows() -> dict[str, str]:
    """Give every row that has a nemesis, with its titles, in the order of the table."""
    found: dict[str, list[str]] = {}
    for fault in sorted(FAULTS, key=lambda fault: int(fault.id[1:])):
        found.setdefault(fault.id, []).append(fault.title)
    return {id_: "; ".join(titles) for id_, titles in found.items()}
