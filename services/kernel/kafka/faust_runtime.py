"""The Faust runtime: raw bytes, one stream, greedy batches, acknowledged after commit and publish.

It runs inside the service's own loop, so that health, pumps and signals are the same on both
runtimes; a crash of the Faust app is raised here and ends the process (streaming.md §2.2, §4.1).
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.transport import drivers

from services.kernel.kafka import faust_transport, faust_watch
from services.kernel.kafka.consumer import Group
from services.kernel.kafka.faust_link import Link, LinkedApp
from services.kernel.readiness import Readiness
from services.kernel.runtime import Fenced, Processor, Record, TopicPartition
from services.kernel.watchdog import Progress

#: Records of one greedy batch, over all partitions.
BATCH_LIMIT = 500
#: A step of a rebalance may take this long; at least the session timeout (F8).
REQUEST_SECONDS = 90.0
_NEVER_IDLE_SECONDS = 30 * 86_400.0
_CHECK_SECONDS = 0.5
_STOP_SECONDS = 8.0
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
_log = structlog.get_logger()


class AppCrashed(RuntimeError):
    """The Faust app ended by itself; the cause is its own error."""


async def serve(
    processor: Processor, group: Group, progress: Progress, readiness: Readiness
) -> None:
    """Feed the processor until cancelled; whatever is unexpected is raised and ends the process."""
    readiness.lost("assignment", "starting")
    link = Link(processor, progress, readiness)
    app = await _started(group, link, readiness)
    looking = asyncio.create_task(_look(app, progress))
    try:
        while not (app.should_stop or app.crashed):
            link.check(group.session_seconds)
            faust_watch.check_tasks(app)
            if looking.done():
                looking.result()
            await asyncio.sleep(_CHECK_SECONDS)
        raise AppCrashed from app.crash_reason
    finally:
        looking.cancel()
        await _stop(app)


async def _started(group: Group, link: Link, readiness: Readiness) -> LinkedApp:
    """Start an app, as often as it takes: one whose broker was away at its start is of no use."""
    wait = _FIRST_WAIT
    while True:
        app, is_up = make_app(group, link), False
        app.finalize()
        try:
            await app.start()
            is_up = True
        except KafkaError as error:
            readiness.lost("kafka", error)
        finally:
            if not is_up:
                await _stop(app)
        if is_up:
            readiness.back("kafka")
            return app
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


def make_app(group: Group, link: Link) -> LinkedApp:
    """Make the app with every setting of streaming.md §4.1, and its one stream."""
    drivers.TRANSPORTS.aliases[faust_transport.SCHEME] = faust_transport.ALIAS
    servers = [
        f"{faust_transport.SCHEME}://{server.strip()}" for server in group.servers.split(",")
    ]
    app = LinkedApp(
        group.name,
        broker=";".join(servers),
        consumer_group_instance_id=group.instance,
        broker_heartbeat_interval=min(1.0, group.session_seconds / 4),
        broker_session_timeout=group.session_seconds,
        # Faust makes a directory for its tables, of which there are none.
        datadir=str(Path(tempfile.gettempdir()) / f"faust-{group.name}"),
        **_SETTINGS,
    )
    app.link = link
    channel = app.topic(*group.topics, key_type=bytes, value_type=bytes, **_RAW)

    async def work(stream: Any) -> None:  # noqa: ANN401 - a Faust stream
        async for batch in batches(stream):
            for event in await decide(link, batch):
                event.ack()

    app.agent(channel, name=f"{group.name}-records", concurrency=1)(work)
    return app


_RAW: dict[str, Any] = {"key_serializer": "raw", "value_serializer": "raw"}
_SETTINGS: dict[str, Any] = {
    **_RAW,
    "processing_guarantee": "at_least_once",
    "agent_supervisor": "mode.CrashingSupervisor",
    "TableManager": "services.kernel.kafka.faust_tables:TableManager",
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "reply_create_topic": False,
    "table_standby_replicas": 1,  # keeps the co-partitioning assignor (F22); there are no tables
    "store": "memory://",
    "web_enabled": False,
    "worker_redirect_stdouts": False,
    "consumer_auto_offset_reset": "earliest",
    "broker_rebalance_timeout": 30.0,
    "broker_request_timeout": REQUEST_SECONDS,
    "broker_max_poll_interval": _NEVER_IDLE_SECONDS,
    "broker_max_poll_records": 1000,
    "consumer_max_fetch_size": 1_048_576,
    "broker_commit_interval": 1.0,
    "broker_commit_every": 1000,
    "stream_buffer_maxsize": 4096,
    "stream_wait_empty": False,  # what is not acknowledged is read again; waiting saves nothing
    "stream_recovery_delay": 0.0,
    "stream_publish_on_commit": False,
    "stream_processing_timeout": 60.0,
    "broker_commit_livelock_soft_timeout": 120.0,
    "producer_acks": -1,
    "producer_request_timeout": 30.0,
    "producer_threaded": False,
    "cython_optimizations": False,
}


async def batches(stream: Any) -> AsyncIterator[list[Any]]:  # noqa: ANN401 - a Faust stream
    """Take what is buffered, wait only when nothing is; acknowledging is the taker's."""
    source = aiter(stream.noack().events())
    ready: asyncio.Queue[Any] = asyncio.Queue(maxsize=BATCH_LIMIT)

    async def pump() -> None:
        async for event in source:
            await ready.put(event)

    pumping = asyncio.create_task(pump())
    first = asyncio.create_task(ready.get())
    try:
        while True:
            await asyncio.wait({first, pumping}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                pumping.result()  # the pump failed: let it be seen
                return
            batch = [first.result()]
            while len(batch) < BATCH_LIMIT and not ready.empty():
                batch.append(ready.get_nowait())
            first = asyncio.create_task(ready.get())
            yield batch
    finally:
        first.cancel()
        pumping.cancel()


async def decide(link: Link, batch: Iterable[Any]) -> list[Any]:
    """Decide a batch, partitions side by side, each in its order; gives what may be acknowledged.

    That is what is committed and published, and not what turned out to be another's.
    """
    by_partition: dict[TopicPartition, list[Any]] = {}
    for event in batch:
        at = TopicPartition(event.message.topic, event.message.partition)
        by_partition.setdefault(at, []).append(event)
    deciding = []
    async with asyncio.TaskGroup() as group:
        for at, events in by_partition.items():
            deciding.append((group.create_task(_decide_partition(link, at, events)), events))
    return [event for decided, events in deciding if decided.result() for event in events]


async def _decide_partition(link: Link, at: TopicPartition, events: list[Any]) -> bool:
    """Decide all; False if they are another's. A batch that spans a rebalance takes some passes."""
    records = [_record(event.message) for event in events]
    last, before = max(record.offset for record in records), -1
    try:
        while (following := await link.processor.handle(at, records)) <= last:
            if following == before:
                # the process ends and begins again at its position: a seek under Faust's own
                # buffers is no answer
                raise faust_watch.RecordsMissing(f"{at.topic}/{at.partition}: wanted {following}")
            before = following
    except Fenced:
        link.fenced(at)
        return False
    link.progress.decided(at, following)
    return True


def _record(message: Any) -> Record:  # noqa: ANN401 - Faust's message
    return Record(
        message.topic,
        message.partition,
        message.offset,
        message.key,
        message.value,
        message.headers or (),
        int((message.timestamp or 0) * 1000),
    )


async def _look(app: faust.App, progress: Progress) -> None:
    while True:
        await asyncio.sleep(faust_watch.LOOK_SECONDS)
        await faust_watch.look(app, progress)


async def _stop(app: faust.App) -> None:
    """Stop within a limit: what is not acknowledged is read again, by us or by the next."""
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await app.stop()
    except TimeoutError:
        _log.warning("faust-stop-took-too-long")
