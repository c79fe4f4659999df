"""What aiokafka does otherwise in our processes: mended once, for every client, Faust's too."""

from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import KafkaConnectionError

#: How long the broker may hold a fetch that asks for every partition of ours: whatever comes ends
#: it, so waiting long costs nothing but what a new owner waits behind it on the connection.
IDLE_WAIT_MS = 250
#: How long it may hold one that leaves a partition out: that one is not read meanwhile
#: (streaming.md §1.3, "fetch coupling").
COUPLED_WAIT_MS = 50

_plain_send = AIOKafkaConnection.send
_plain_actions = Fetcher._get_actions_per_node  # noqa: SLF001 - where a fetch is made up


def mend_aiokafka() -> None:
    """Install what is below in this process; safe to repeat."""
    AIOKafkaConnection.send = _send
    Fetcher._get_actions_per_node = _actions  # noqa: SLF001 - see above


def _send(self: Any, request: object, expect_response: bool = True) -> object:  # noqa: ANN401, FBT001, FBT002 - aiokafka's signature
    """Say that a connection is broken in the one way that aiokafka's callers understand.

    uvloop raises RuntimeError where asyncio raises OSError on a write to a closed transport; 0.14
    of aiokafka catches only the latter, and its metadata task dies unseen (streaming.md §7).
    """
    try:
        return _plain_send(self, request, expect_response)
    except RuntimeError as error:
        self.close()
        raise KafkaConnectionError(f"connection lost: {error}") from error


def _actions(self: Any, assignment: Any) -> Any:  # noqa: ANN401 - aiokafka's own objects
    """Let only a fetch of everything wait long: one that leaves a partition out keeps it waiting.

    A consumer with nothing to do asks 4 times a second instead of 20, and so does every other one:
    most of what an idle system cost, its broker included, was these questions.
    """
    left_out = bool(self._records) or any(
        assignment.state_value(at).paused for at in assignment.tps
    )
    self._fetch_max_wait_ms = COUPLED_WAIT_MS if left_out else IDLE_WAIT_MS
    return _plain_actions(self, assignment)
