"""Looks at Faust's client from outside: are its tasks alive, and does the log hold what is next?

Faust resets a position that the log no longer holds to the earliest record, in silence; here it is
an alarm that ends the process. Its own view of the log's end stops with the fetcher that stalls.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError

from services.kernel.kafka.faust_transport import client_of, loop_of
from services.kernel.runtime import TopicPartition
from services.kernel.watchdog import Progress

#: Between two looks at the log's ends; also the limit of one.
LOOK_SECONDS = 3.0
_log = structlog.get_logger()


class ClientDied(RuntimeError):
    """A task inside aiokafka has ended: it would stay silent for ever (streaming.md §7)."""


class RecordsMissing(RuntimeError):
    """The log does not hold the next record to decide: an alarm, never skipped."""


def check_tasks(app: faust.App) -> None:
    """Raise ClientDied if one of the tasks that keep membership and metadata has ended."""
    client = client_of(app.consumer)
    if client is None:
        return
    for task in (client._client._sync_task, client._coordinator._coordination_task):  # noqa: SLF001 - aiokafka shows them nowhere else
        if task is not None and task.done():
            raise ClientDied


async def look(app: faust.App, progress: Progress) -> None:
    """Ask the broker where our partitions begin and end; what begins too late is missing."""
    partitions = [faust.types.TP(*at) for at in progress.assigned]
    if not partitions:
        return
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            begins, ends = await _ask(app, partitions)
    except (KafkaError, TimeoutError) as error:
        _log.warning("look-failed", error=type(error).__name__)
        return
    for tp, end in ends.items():
        progress.read(TopicPartition(tp.topic, tp.partition), end)
    positions = progress.positions()
    for tp, begin in begins.items():
        at = TopicPartition(tp.topic, tp.partition)
        if positions.get(at, begin) < begin:
            raise RecordsMissing(f"{at.topic}/{at.partition}: {positions[at]} is before {begin}")


async def _ask(app: faust.App, partitions: list[Any]) -> tuple[Mapping[Any, int], ...]:
    """Ask in the client's own loop, past Faust's queue of two calls, which the fetch waits in."""
    client, loop = client_of(app.consumer), loop_of(app.consumer)
    asked = [
        asyncio.run_coroutine_threadsafe(question(partitions), loop)
        for question in (client.beginning_offsets, client.end_offsets)
    ]
    return tuple(await asyncio.gather(*(asyncio.wrap_future(answer) for answer in asked)))
