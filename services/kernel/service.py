"""A service is its handlers and this: one process that decides, publishes, fires and performs.

    run("queue", Handlers())

reads the settings, waits for Postgres and Kafka, acquires, and works until SIGTERM. Whatever is
unexpected ends the process with a status above zero: a restart is free, a half-dead process is not.
"""

import asyncio
import contextlib
import functools
import gc
import importlib
import importlib.util
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import structlog
import uvloop

from services.kernel import described, health, positions, postgres, telemetry, tracing, web
from services.kernel.batch import BatchProcessor, Surroundings
from services.kernel.clock import JUMP_ALARM, SYNC_SECONDS, Clock
from services.kernel.deadletters import asked
from services.kernel.effects import Around, EffectPump
from services.kernel.handling import Handlers, Performer
from services.kernel.kafka import tails, topics
from services.kernel.kafka.consumer import Group
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.settings import KernelSettings
from services.kernel.timers import TimerPump
from services.kernel.watchdog import EXIT_CODE, Progress, Watchdog

#: Module of each runtime; `serve(processor, group, progress, readiness)` runs until cancelled.
RUNTIMES: Mapping[str, str] = {
    "aiokafka": "services.kernel.kafka.consumer",
    "faust": "services.kernel.kafka.faust_runtime",
}
_CHORE_SECONDS = 1.0
_PRUNE_EVERY = 3600
#: Time that a stopping service gets before it is ended; the fence makes either safe.
STOP_SECONDS = 8.0
#: Exit status where a restart does not help: somebody must look (EX_CONFIG of sysexits.h).
REFUSED = 78

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a service's own adapters and tasks may use."""

    settings: KernelSettings
    clock: Clock
    readiness: Readiness
    publisher: KafkaPublisher
    progress: Progress = field(default_factory=Progress)
    #: None for a service without `<SERVICE>_POSTGRES`.
    pool: Pool | None = None

    @property
    def database(self) -> Pool:
        """The pool of a service that must have one."""
        if self.pool is None:
            raise LookupError(f"{self.settings.service.upper()}_POSTGRES is not set")
        return self.pool


Task = Callable[[Running], Coroutine[Any, Any, None]]
Performers = Mapping[str, Performer] | Callable[[Running], Mapping[str, Performer]]


def run(
    service: str,
    handlers: Handlers | None = None,
    *,
    runtime: str = "aiokafka",
    inputs: Sequence[str] | None = None,
    performers: Performers | None = None,
    tasks: Sequence[Task] = (),
) -> None:
    """Run a service until SIGTERM or SIGINT.

    handlers: what it decides; None for a service that only runs its tasks (ingest, gateway).
    runtime: what it asks for; `<SERVICE>_RUNTIME` overrules it.
    inputs: the topics it reads; None for those that topics.toml gives it.
    performers: by kind of effect, or a function that makes them once everything is there.
    tasks: coroutine functions that run as long as the service, each given `Running`; one that ends
    or fails ends the service.
    """
    settings = KernelSettings.read(service, runtime=runtime)
    telemetry.configure_logging(service, settings.instance)
    tracing.tracer.configure(service, settings.traces)
    if settings.runtime == "faust":
        sys.argv += ["-L", "uvloop"]  # Faust reads it when it is imported (streaming.md §7)
    main = _main(settings, handlers, inputs, performers, tasks)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)
    except topics.WrongTopics as error:
        _log.error("refused", code=error.code, topics=list(error.what))
        sys.exit(REFUSED)
    except Exception:  # noqa: BLE001 - the last line: logged without values, and the process ends
        _log.error("failed", exc_info=True)
        sys.exit(1)


async def _main(
    settings: KernelSettings,
    handlers: Handlers | None,
    inputs: Sequence[str] | None,
    performers: Performers | None,
    tasks: Sequence[Task],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        running = await _start(settings, stack, stop)
        if stop.is_set():
            return
        jobs: list[Awaitable[None]] = [task(running) for task in tasks]
        if handlers is not None:
            jobs += await _deciding(running, handlers, inputs, performers)
        running.readiness.back("start")
        gc.collect()
        gc.freeze()  # what start-up made lives as long as the process: never look at it again
        _log.info("running", runtime=settings.runtime)
        await _until(stop, jobs)
        _log.info("stopped")


async def _start(
    settings: KernelSettings, stack: contextlib.AsyncExitStack, stop: asyncio.Event
) -> Running:
    """Open the ways to the outside; health answers from the first moment."""
    readiness = Readiness("start")
    if settings.health is not None:
        serving = asyncio.create_task(web.serve(health.make_app(readiness), settings.health))
        stack.push_async_callback(_cancel, serving)
    publisher = KafkaPublisher(settings.kafka, readiness)
    pool = await _open_pool(settings, stack) if settings.postgres else None
    running = Running(
        settings=settings, clock=Clock(), readiness=readiness, publisher=publisher, pool=pool
    )
    starting = asyncio.create_task(_ready_outside(running))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    stack.push_async_callback(publisher.stop)
    if starting.done():
        starting.result()
    await _cancel(starting)
    return running


async def _open_pool(settings: KernelSettings, stack: contextlib.AsyncExitStack) -> Pool:
    pool = postgres.make_pool(settings.postgres or "", settings.service, settings.pool_size)
    await pool.open()
    stack.push_async_callback(pool.close)
    return pool


async def _ready_outside(running: Running) -> None:
    if running.pool is not None:
        await _sync(running)
    await running.publisher.start()
    settings = running.settings
    await described.require(settings.kafka, settings.service, running.pool, running.readiness)


async def _sync(running: Running) -> None:
    pool = running.database
    moved = await postgres.patiently(
        lambda: running.clock.sync(lambda: postgres.now(pool)), running.readiness, "postgres"
    )
    telemetry.CLOCK_MOVED.set(moved.total_seconds())
    if abs(moved) > JUMP_ALARM:
        _log.warning("clock-moved", seconds=moved.total_seconds())


async def _deciding(
    running: Running,
    handlers: Handlers,
    inputs: Sequence[str] | None,
    performers: Performers | None,
) -> list[Awaitable[None]]:
    settings, readiness, pool = running.settings, running.readiness, running.database
    names = tuple(inputs if inputs is not None else topics.inputs_of(settings.service))
    around = Surroundings(
        pool,
        running.publisher,
        readiness,
        running.clock,
        lambda partitions: tails.firsts(settings.kafka, partitions, readiness),
    )
    processor = BatchProcessor(settings.service, settings.instance, handlers, around)
    group = Group(
        servers=settings.kafka,
        name=settings.service,
        instance=settings.instance,
        topics=names,
        session_seconds=settings.session_seconds,
    )
    timers = TimerPump(pool, running.publisher, readiness)
    effects = await _effects(running, performers, processor)
    watchdog = Watchdog(running.progress, readiness, lambda: running.publisher.alive)
    serve = _runtime(settings.runtime).serve
    jobs = [serve(processor, group, running.progress, readiness), timers.run(), watchdog.run()]
    jobs.append(_chores(running, processor, timers, effects))
    if effects is not None:
        jobs.append(effects.run())
    return jobs


def _runtime(name: str) -> ModuleType:
    """Load the runtime asked for, or aiokafka's where it is not installed, and say so.

    The same handlers run on either, so nothing but speed differs.
    """
    if importlib.util.find_spec(RUNTIMES[name]) is None:
        _log.warning("runtime-missing", runtime=name)
        name = "aiokafka"
    return importlib.import_module(RUNTIMES[name])


async def _effects(
    running: Running, performers: Performers | None, processor: BatchProcessor
) -> EffectPump | None:
    made = performers(running) if callable(performers) else performers
    if not made:
        return None
    settings, pool = running.settings, running.database
    born = await postgres.patiently(lambda: positions.born(pool), running.readiness, "postgres")
    around = Around(
        settings.service,
        settings.instance,
        born,
        pool,
        running.publisher,
        running.readiness,
        running.clock,
    )
    return EffectPump(made, around, processor.effects_wanted)


async def _chores(
    running: Running, processor: BatchProcessor, timers: TimerPump, effects: EffectPump | None
) -> None:
    """Set the clock, forget what is published, release parked keys, prune; every second a bit."""
    pool, service = running.database, running.settings.service
    for turn in range(1, sys.maxsize):
        await asyncio.sleep(_CHORE_SECONDS)
        await processor.sweep()
        numbers = sorted({at.partition for at in processor.owned()})
        keys = await postgres.patiently(
            functools.partial(asked, pool, service, numbers), running.readiness, "postgres"
        )
        for key, number in keys:
            await processor.decide_again(key, number)
        if turn % int(SYNC_SECONDS) == 0:
            await _sync(running)
        if turn % _PRUNE_EVERY == 0:
            await timers.prune()
            if effects is not None:
                await effects.prune()


async def _until(stop: asyncio.Event, jobs: Sequence[Awaitable[None]]) -> None:
    """Run all jobs; the first that ends, or a signal, ends all."""
    working = [asyncio.ensure_future(job) for job in jobs]
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
            raise RuntimeError("a task of the service has ended")
    finally:
        _end_soon()
        stopping.cancel()
        for task in working:
            task.cancel()
        await asyncio.wait({*working, stopping}, timeout=STOP_SECONDS)


def _end_soon() -> None:
    """End the process even if something in the clean-up hangs: nothing depends on clean-up."""
    timer = threading.Timer(2 * STOP_SECONDS, os._exit, (EXIT_CODE,))
    timer.daemon = True
    timer.start()


async def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=STOP_SECONDS)
