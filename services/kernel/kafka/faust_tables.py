"""Faust's table recovery, which runs also without tables, made to fail loudly (F8).

Upstream takes a step that timed out for a stop and breaks its loop for ever: the worker keeps its
partitions, heartbeats, and never processes again. Here a timeout is an error that ends the process.
"""

from typing import Any

from faust.tables.manager import TableManager as FaustTableManager
from faust.tables.recovery import Recovery as FaustRecovery
from faust.tables.recovery import ServiceStopped


class RecoveryStalled(RuntimeError):
    """A step of a rebalance took longer than `broker_request_timeout`."""


class Recovery(FaustRecovery):
    """Tells a timeout from a stop."""

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ANN401, ASYNC109 - Faust's signature
        try:
            await super()._wait(coro, timeout)
        except ServiceStopped:
            if self.should_stop or self.crashed:
                raise
            raise RecoveryStalled(f"a recovery step took longer than {timeout} s") from None


class TableManager(FaustTableManager):
    """Uses the recovery that fails loudly."""

    @property
    def recovery(self) -> FaustRecovery:
        if self._recovery is None:
            self._recovery = Recovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
