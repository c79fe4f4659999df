"""What goes wrong, on demand: each fault is applied so many times, then forgotten."""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

#: On webhooks: duplicate, delay, reorder (held until `count` are there, then sent backwards), drop.
#: On sends: refuse (`status`, `code`), hang (accepted, never answered), lose-answer (accepted, the
#: connection cut), delay. On receipts: reverse, duplicate, delay, drop, fail (`code`).
FaultName = Literal[
    "duplicate", "delay", "reorder", "drop", "refuse", "hang", "lose-answer", "reverse", "fail"
]
Place = Literal["webhooks", "sends", "receipts"]
FOR_EVER = -1


class Fault(msgspec.Struct, kw_only=True):
    """One fault as the control API takes it."""

    fault: FaultName
    on: Place
    carrier: str | None = None
    #: How many times; -1 until it is cleared.
    times: int = 1
    seconds: float = 1.0
    count: int = 2
    status: int = 500
    code: str | None = None
    text: str = "refused by the simulator's operator"


@dataclass
class Faults:
    """The faults that are still to happen."""

    _planned: list[Fault] = field(default_factory=list)

    def plan(self, fault: Fault) -> None:
        self._planned.append(fault)

    def clear(self) -> None:
        self._planned.clear()

    @property
    def planned(self) -> list[Fault]:
        return list(self._planned)

    def take(self, on: Place, name: FaultName, carrier: str) -> Fault | None:
        """Use up one occurrence of such a fault, if one is planned."""
        for fault in self._planned:
            if (fault.on, fault.fault) == (on, name) and fault.carrier in {None, carrier}:
                self._use(fault)
                return fault
        return None

    def _use(self, fault: Fault) -> None:
        if fault.times == FOR_EVER:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._planned.remove(fault)
