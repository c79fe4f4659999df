"""The last gate's knowledge: every STOP that is on the log, folded or not, the moment it is asked.

Dispatch may have fallen behind, or have been away: what it was told to send then must not go to
somebody who said STOP meanwhile. So conversation-events are also read ahead of the fold, for
consents alone, and a call is let go only once that reading has come to the end of the log.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from schemas import codec, partition_key
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut
from schemas.delivery import LogSeen
from services.dispatch.domain.evolve import consent_of
from services.dispatch.domain.state import binding
from services.dispatch.ports import Leave, SendNow
from services.kernel.kafka.following import partition_of
from services.kernel.runtime import Record, TopicPartition

TOPIC = "conversation-events"
#: A call waits this long for the end of the log; a stopping service grants its calls a bit more.
LATEST_SECONDS = 4.0
#: Consents that are remembered beside the fold; then those that are folded meanwhile are dropped.
MAX_AHEAD = 10_000

_TYPES = (b"conversation.counterpart-opted-out.", b"conversation.counterpart-opted-in.")


class Ahead(Protocol):
    """Whoever reads the topic to its end: services/kernel/kafka/following.py."""

    async def caught_up(self) -> Mapping[int, int]:
        """Give the next offset by partition, once all is taken that is on the log now."""
        ...


class Folded(Protocol):
    """What the last committed batches left: services/dispatch/adapters/postgres.py."""

    async def has_opted_out(self, *keys: str) -> bool: ...

    async def folded(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int]: ...


class LogConsents:
    """Implements the port over the fold, and over what is on the log and not yet folded."""

    def __init__(self, folded: Folded, reader: Ahead) -> None:
        self._folded = folded
        self._reader = reader
        #: Consent → withdrawn, and where that was said.
        self._ahead: dict[str, tuple[bool, TopicPartition, int]] = {}

    def take(self, record: Record) -> None:
        """Remember a consent that was withdrawn or renewed; all else is passed over unread."""
        kind = next((value for name, value in record.headers if name == "type"), None)
        if kind is None or not kind.startswith(_TYPES):
            return
        envelope = codec.decode(record.value or b"")
        if isinstance(envelope.data, CounterpartOptedOut | CounterpartOptedIn):
            out = isinstance(envelope.data, CounterpartOptedOut)
            at = TopicPartition(record.topic, record.partition)
            self._ahead[consent_of(envelope.data, envelope.tenant or "")] = (out, at, record.offset)

    async def ask(self, send: SendNow) -> Leave:
        """Tell whether this text may go, once the end of the log has been read."""
        keys = binding(send.tenant, send.number, send.recipient, send.purpose)
        if not keys:
            return Leave(held=False)
        try:
            async with asyncio.timeout(LATEST_SECONDS):
                reached = await self._reader.caught_up()
                held = await self._is_withdrawn(keys)
        except TimeoutError:
            return Leave(held=None)
        await self._prune()
        return Leave(held=held, seen=_seen(send, reached))

    async def _is_withdrawn(self, keys: Sequence[str]) -> bool:
        unknown = [key for key in keys if key not in self._ahead]
        folded = await self._folded.has_opted_out(*unknown)
        return folded or any(self._ahead[key][0] for key in keys if key in self._ahead)

    async def _prune(self) -> None:
        if len(self._ahead) <= MAX_AHEAD:
            return
        folded = await self._folded.folded({at for _, at, _ in self._ahead.values()})
        for key, (_, at, offset) in list(self._ahead.items()):
            if offset < folded.get(at, 0):
                del self._ahead[key]


def _seen(send: SendNow, reached: Mapping[int, int]) -> tuple[LogSeen, ...]:
    """Name the two places where a STOP would have been: the pair's, and the tenant's."""
    keys = binding(send.tenant, send.number, send.recipient, send.purpose)
    where = (partition_key.for_consent(send.number, send.recipient), *keys[1:])
    numbers = {partition_of(key, len(reached)) for key in where}
    return tuple(
        LogSeen(partition=number, next_offset=reached[number]) for number in sorted(numbers)
    )
