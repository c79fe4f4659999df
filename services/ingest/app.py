"""Ingest's wiring. It does not use `service.run`: that waits for the broker, and ingest never does.

Readiness says nothing of the broker either: while it is away, carriers are to be answered as ever.
"""

import asyncio
import contextlib
import functools
import gc
import signal
import sys
from collections.abc import Awaitable, Sequence
from datetime import datetime

import structlog
import uvloop

from services.ingest import settings as settings_module
from services.ingest.adapters.archive import Archive
from services.ingest.adapters.archiver import Archiver
from services.ingest.adapters.log import Drainer
from services.ingest.adapters.spool import FileSpool
from services.ingest.handlers import outcome, translate
from services.ingest.http.control import Control
from services.ingest.http.protocol import ImpatientProtocol
from services.ingest.http.strangers import Strangers
from services.ingest.http.webhooks import Webhooks
from services.ingest.settings import Settings
from services.kernel import health, telemetry, tracing, web
from services.kernel.clock import Clock
from services.kernel.kafka import topics
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.objects import Objects
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition
from services.kernel.settings import KernelSettings
from services.kernel.watchdog import Progress, Watchdog

#: Connections at once; more hear 503 from the server itself.
MAX_CONNECTIONS = 5000
#: Carriers keep connections open between webhooks.
KEEP_ALIVE_SECONDS = 75
_STOP_SECONDS = 8.0
_log = structlog.get_logger()


def main() -> None:
    """Run ingest until SIGTERM; whatever is unexpected ends it with a status above zero."""
    kernel, settings = KernelSettings.read("ingest"), settings_module.read()
    telemetry.configure_logging("ingest", kernel.instance)
    tracing.tracer.configure("ingest", kernel.traces)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_main(kernel, settings))
    except Exception:  # noqa: BLE001 - the last line: logged without values, and the process ends
        _log.error("failed", exc_info=True)
        sys.exit(1)


async def _main(kernel: KernelSettings, settings: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    publisher = KafkaPublisher(kernel.kafka, Readiness())
    backlog = settings.archive.backlog_bytes if settings.archive else 0
    async with FileSpool(settings.spool, settings.spool_max_bytes, backlog_bytes=backlog) as spool:
        try:
            await _until(stop, _jobs(kernel, settings, spool, publisher))
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await publisher.stop()


def _jobs(
    kernel: KernelSettings, settings: Settings, spool: FileSpool, publisher: KafkaPublisher
) -> Sequence[Awaitable[None]]:
    """Name what runs for as long as ingest does; the first is ended first."""
    readiness, progress = Readiness(), Progress()
    progress.assign(frozenset({TopicPartition("spool", 0)}))  # the watchdog looks at the loop alone
    read = functools.partial(translate, accounts=settings.accounts)
    described = functools.partial(topics.until_described, kernel.kafka, "ingest")
    webhooks = web.serve(
        Webhooks(settings.accounts, spool, _now, Strangers(settings.proxies), dates=Clock().now),
        settings.http,
        http=ImpatientProtocol,
        lifespan="off",
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    jobs = [
        webhooks,
        Drainer(spool, publisher, read, described).run(),
        spool.watch(),
        Watchdog(progress, readiness, lambda: publisher.alive).run(),
    ]
    archiver = _archiver(settings, spool)
    if archiver is not None:
        jobs.append(archiver.run())
    if settings.control is not None:
        control = Control(settings.control.key, settings.accounts, spool, archiver)
        jobs.append(web.serve(control, settings.control.address, lifespan="off"))
    if kernel.health is not None:
        jobs.append(web.serve(health.make_app(readiness), kernel.health))
    return jobs


def _archiver(settings: Settings, spool: FileSpool) -> Archiver | None:
    given = settings.archive
    if given is None:
        return None
    bucket = Objects(given.address, given.key, given.secret, given.bucket)
    mean = functools.partial(outcome, accounts=settings.accounts)
    return Archiver(spool, Archive(bucket), mean, days=given.days, now=_now)


async def _until(stop: asyncio.Event, jobs: Sequence[Awaitable[None]]) -> None:
    """Run all jobs; the first that ends, or a signal, ends all, one after another."""
    working = [asyncio.ensure_future(job) for job in jobs]
    stopping = asyncio.create_task(stop.wait())
    try:
        gc.collect()
        gc.freeze()  # what start-up made lives as long as the process: never look at it again
        _log.info("running")
        done, _ = await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
            raise RuntimeError("a task of the service has ended")
    finally:
        stopping.cancel()
        for task in working:
            task.cancel()
            await asyncio.wait({task}, timeout=_STOP_SECONDS)
        _log.info("stopped")


def _now() -> datetime:
    """Tell the system's time, as it is this moment: ingest has no database to ask."""
    return Clock().now()
