"""The services as they are, wired to the simulated world as their own `app.py` wires them."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from services.dispatch.adapters.carrier_http import CarrierCalls
from services.dispatch.adapters.carrier_lookups import CarrierLookUps
from services.dispatch.adapters.consents import TOPIC, LogConsents
from services.dispatch.adapters.postgres import PostgresConsents
from services.dispatch.app import planned_by
from services.dispatch.handlers import DispatchHandlers
from services.dispatch.settings import DEFAULT_SEGMENTS_PER_SECOND, Settings
from services.ingest.adapters.log import Drainer
from services.ingest.adapters.spool import FileSpool
from services.ingest.handlers import translate
from services.ingest.http.webhooks import Webhooks
from services.kernel import positions, postgres
from services.kernel.batch import BatchProcessor, Surroundings
from services.kernel.clock import Clock
from services.kernel.effects import Around, EffectPump
from services.kernel.handling import Handlers, Performer
from services.kernel.kafka.following import Follower
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.topics import inputs_of
from services.kernel.outbound import Outbound
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition
from services.kernel.timers import TimerPump
from services.media.handlers import MediaHandlers
from services.notify.adapters.web_push import WebPushPerformer
from services.notify.handlers import WEB_PUSH, NotifyHandlers
from services.queue.handlers import QueueHandlers
from services.router.handlers import RouterHandlers
from tests.simulation import outside
from tests.simulation.carriers import Network, accounts
from tests.simulation.fate import Fate
from tests.simulation.group import Member
from tests.simulation.log import Log, SimulatedProducer
from tests.simulation.machine import Process
from tests.simulation.pool import SimulatedPool
from tests.simulation.store import Schema

DECIDERS = ("router", "queue", "dispatch", "media", "notify")
#: The chores of `services.kernel.service`, done only after something was decided.
_CHORE_SECONDS = 1.0
SPOOL_BYTES = 64 << 20


@dataclass
class Ground:
    """What every service stands on."""

    log: Log
    fate: Fate
    network: Network
    push: outside.PushServices
    files: outside.Files
    schemas: Mapping[str, Schema]
    pools: Mapping[str, SimulatedPool]
    folder: Path
    #: Handlers by service; a test may put broken ones in their place.
    handlers: dict[str, Handlers] = field(default_factory=dict)


def real_handlers() -> dict[str, Handlers]:
    """Give the services' own."""
    chosen = Settings(
        accounts=accounts(),
        segments_per_second=DEFAULT_SEGMENTS_PER_SECOND,
        rates={},
        networks=(),
    )
    return {
        "router": RouterHandlers(),
        "queue": QueueHandlers(),
        "dispatch": DispatchHandlers(planned_by(chosen)),
        "media": MediaHandlers(),
        "notify": NotifyHandlers(),
    }


async def publisher(ground: Ground) -> KafkaPublisher:
    """Make the kernel's publisher on the simulated log."""
    made = KafkaPublisher("", Readiness())
    made._producer = cast("Any", SimulatedProducer(ground.log, ground.fate))
    return made


class Decider:
    """One process of a service that decides, as `services.kernel.service` runs it."""

    def __init__(self, service: str, slot: str, ground: Ground, process: Process) -> None:
        self._service, self._slot = service, slot
        self._ground, self._process = ground, process
        self.pool = cast("Pool", ground.pools[service])
        self.clock, self.readiness = Clock(), Readiness()
        self.member: Member | None = None

    async def run(self, ready: Callable[[Member], None]) -> None:
        """Start everything, join the group, and go on until the process ends."""
        ground, service = self._ground, self._service
        await self._sync()
        sender = await publisher(ground)
        around = Surroundings(self.pool, sender, self.readiness, self.clock, _from_the_beginning)
        handlers = ground.handlers[service]
        processor = BatchProcessor(service, self._slot, handlers, around)
        member = Member(processor, inputs_of(service), ground.log, ground.fate)
        self._process.start(TimerPump(self.pool, sender, self.readiness).run())
        pump = await self._effects(sender, processor)
        if pump is not None:
            self._process.start(pump.run())
        self._process.start(self._chores(processor))
        ready(member)
        await member.run()

    async def _effects(
        self, sender: KafkaPublisher, processor: BatchProcessor
    ) -> EffectPump | None:
        performers = self._performers()
        if not performers:
            return None
        born = await postgres.patiently(
            lambda: positions.born(self.pool), self.readiness, "postgres"
        )
        around = Around(
            self._service, self._slot, born, self.pool, sender, self.readiness, self.clock
        )
        return EffectPump(performers, around, processor.effects_wanted)

    def _performers(self) -> Mapping[str, Performer]:
        ground = self._ground
        match self._service:
            case "dispatch":
                outbound = cast("Outbound", ground.network)
                consents = self._consents()
                return {
                    "send": CarrierCalls(accounts(), outbound, consents),
                    "look-up": CarrierLookUps(accounts(), outbound),
                }
            case "media":
                return dict.fromkeys(("fetch", "remove"), ground.files)
            case "notify":
                outbound = cast("Outbound", ground.push)
                contact = "mailto:operator@example.com"
                return {WEB_PUSH: WebPushPerformer(outbound, outside.vapid(), contact, self.clock)}
            case _:
                return {}

    def _consents(self) -> LogConsents:
        """Make the last gate, and let it follow the log."""
        folded = PostgresConsents(self.pool, self.readiness)
        follower = Follower("", TOPIC, self.readiness)
        consents = LogConsents(folded, follower)
        self._process.start(follower.run(folded.folded, consents.take))
        return consents

    async def _chores(self, processor: BatchProcessor) -> None:
        """Forget what is published, and set the clock, a moment after there was work."""
        arrived = self._ground.log.watch(range(64))
        try:
            while True:
                await arrived.wait()
                await asyncio.sleep(_CHORE_SECONDS)
                arrived.clear()
                await processor.sweep()
                await self._sync()
        finally:
            self._ground.log.unwatch(arrived)

    async def _sync(self) -> None:
        await postgres.patiently(
            lambda: self.clock.sync(lambda: postgres.now(self.pool)), self.readiness, "postgres"
        )


async def _from_the_beginning(partitions: Any) -> dict[TopicPartition, int]:  # noqa: ANN401 - a collection
    return dict.fromkeys(partitions, 0)


class Ingest:
    """The process of ingest: webhooks in, a spool on a real file system, the drainer out."""

    def __init__(self, ground: Ground, process: Process) -> None:
        self._ground = ground
        self._process = process
        self.spool: FileSpool | None = None

    async def run(self, ready: Callable[["Ingest", Webhooks], None]) -> None:
        """Recover the spool, then take webhooks and drain until the process ends."""
        ground = self._ground
        sender = await publisher(ground)
        read = functools.partial(translate, accounts=accounts())
        async with FileSpool(
            ground.folder, SPOOL_BYTES, sync=_no_sync, end=self._end
        ) as self.spool:
            wall, steady = lambda: Clock().now(), Clock().now
            ready(self, Webhooks(accounts(), self.spool, wall, dates=steady))
            drained = asyncio.create_task(
                Drainer(self.spool, cast("Any", _Started(sender)), read).run()
            )
            await asyncio.gather(drained, self.spool.watch())

    def _end(self, why: str) -> None:
        self._process.kill(RuntimeError(why))


class _Started:
    """A publisher that is there already."""

    def __init__(self, sender: KafkaPublisher) -> None:
        self.publish: Callable[..., Awaitable[None]] = sender.publish

    async def start(self) -> None:
        """Be there."""


def _no_sync(file: int) -> None:
    """Sync nothing: whatever is not synced is cut off by the world, not by the disk."""
    del file
