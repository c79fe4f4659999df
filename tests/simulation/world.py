"""The world of one seed: all processes, the log, the stores, the outside; and what befalls them."""

import asyncio
import contextlib
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from services.ingest.adapters import segments
from services.ingest.http.webhooks import Webhooks
from services.kernel import crash
from services.kernel.clock import Clock
from services.kernel.deciding import Outgoing
from services.kernel.handling import Handlers
from services.kernel.kafka import following
from services.kernel.runtime import Fenced, Record
from tests.checking.history import History
from tests.simulation.carriers import Network, Webhook
from tests.simulation.fate import Fate
from tests.simulation.group import SESSION_SECONDS, Coordinator, Member
from tests.simulation.log import Log, SimulatedTail
from tests.simulation.machine import Died, Process, Traps, current, make_task
from tests.simulation.outside import Files, PushServices
from tests.simulation.pool import SimulatedPool
from tests.simulation.read_model import Follower, ReadModel
from tests.simulation.services import (
    DECIDERS,
    Decider,
    Ground,
    Ingest,
    publisher,
    real_handlers,
)
from tests.simulation.store import Schema
from tests.simulation.virtual import BEGINNING, VirtualLoop, simulated_time

SLOTS = ("0", "1")
#: How soon an orchestrator starts a process again, seconds; now and then it takes long.
_SOON, _LATE, _LATE_CHANCE = (0.1, 2.0), (5.0, 40.0), 0.15
_FREEZE_SECONDS = (0.2, 30.0)
_ANSWER_SECONDS = 15.0
#: Beyond critical: only what logs so is seen.
_SILENT = 50
#: Errors by which a process may end itself: it was overtaken, and a restart is free.
_EXPECTED = (Fenced, Died, asyncio.CancelledError)


@dataclass
class Broken:
    """A process that ended by an error that nobody expects."""

    process: str
    error: str


@dataclass
class Sockets:
    """Where webhooks arrive: the process of ingest that is up, and its application."""

    process: Process
    application: Webhooks


@dataclass
class World:
    """Everything of one run."""

    loop: VirtualLoop
    fate: Fate
    handlers: dict[str, Handlers] = field(default_factory=real_handlers)
    history: History = field(default_factory=History)
    #: Seconds by which Postgres's clock is off true time; it only ever steps a little.
    database_error: float = 0.0
    broken: list[Broken] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    model: ReadModel = field(default_factory=ReadModel)
    restarts: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tandem-simulation-"))
        self.log = Log(self.fate, self._stamp, self._appended)
        self.traps = Traps(self.fate, self.freeze)
        self.schemas = {name: Schema(self.database_now) for name in DECIDERS}
        self.network = Network(self.fate, self.history, self.post)
        self.ground = Ground(
            log=self.log,
            fate=self.fate,
            network=self.network,
            push=PushServices(self.fate, self.history),
            files=Files(self.fate),
            schemas=self.schemas,
            pools={name: SimulatedPool(schema, self.fate) for name, schema in self.schemas.items()},
            folder=self.folder,
            handlers=self.handlers,
        )
        self.groups = {name: Coordinator(SLOTS, self.fate) for name in DECIDERS}
        self._sockets: Sockets | None = None
        self._spool: Ingest | None = None

    # -- time

    @property
    def now(self) -> float:
        return self.loop.time()

    def database_now(self) -> datetime:
        """Tell the time by Postgres's clock."""
        return BEGINNING + timedelta(seconds=self.loop.time() + self.database_error)

    def _stamp(self) -> float:
        return BEGINNING.timestamp() + self.loop.time()

    def _appended(self, record: Record) -> None:
        id_ = next((v.decode() for name, v in record.headers if name == "id"), "")
        where = f"{record.topic}/{record.partition}/{record.offset}"
        self.history.note(self.now, "append", where=where, id=id_)

    # -- processes

    def start(self) -> None:
        """Start every process."""
        for service in DECIDERS:
            for slot in SLOTS:
                self.start_decider(service, slot)
        for slot in SLOTS:
            self.start_projector(slot)
        self.start_ingest()

    def start_decider(self, service: str, slot: str) -> None:
        process = self._born(f"{service}-{slot}")
        decider = Decider(service, slot, self.ground, process)

        def ready(member: Member) -> None:
            self.groups[service].join(slot, process, member)

        process.start(decider.run(ready))

    def start_projector(self, slot: str) -> None:
        process = self._born(f"gateway-{slot}")
        process.start(self._project(process))

    async def _project(self, process: Process) -> None:
        del process
        sender = await publisher(self.ground)
        await Follower(self.log, self.model, self.fate, sender, Clock()).run()

    def start_ingest(self) -> None:
        process = self._born("ingest-0")

        def ready(ingest: Ingest, application: Webhooks) -> None:
            self._spool, self._sockets = ingest, Sockets(process, application)

        process.start(Ingest(self.ground, process).run(ready))

    def _born(self, name: str) -> Process:
        process = Process(name, self._ended)
        self.processes[name] = process
        return process

    def _ended(self, process: Process, why: BaseException | None) -> None:
        """Note how a process ended, and let it be started again."""
        self.history.note(self.now, "ended", process=process.name, why=type(why).__name__)
        if why is not None and not isinstance(why, _EXPECTED):
            told = "".join(traceback.format_exception(why))
            self.broken.append(Broken(process.name, told))
        if self.ended:
            return
        service, _, slot = process.name.partition("-")
        if service == "ingest":
            self._cut_tail()
        self.restarts += 1
        late = self.fate.happens(_LATE_CHANCE)
        wait = self.fate.between(*(_LATE if late else _SOON))
        self.loop.call_later(wait, self._restart, service, slot)
        if service in self.groups:
            self.loop.call_later(SESSION_SECONDS, self.groups[service].silent, slot, process)

    def _restart(self, service: str, slot: str) -> None:
        if self.ended:
            return
        if service == "ingest":
            self.start_ingest()
        elif service == "gateway":
            self.start_projector(slot)
        else:
            self.start_decider(service, slot)

    def _cut_tail(self) -> None:
        """Lose some of what was written and not synced, as a power cut does; kill -9 loses none."""
        self._sockets = None
        spool = self._spool.spool if self._spool else None
        if spool is None or not self.fate.happens(0.5):
            return
        for segment in segments.find(self.folder):
            known = spool._segments.get(segment.number)
            synced = known[1] if known else 0
            size = segment.path.stat().st_size
            if size > synced and (known is None or spool._open == segment.number):
                kept = self.fate.whole(synced, size)
                with segment.path.open("r+b") as file:
                    file.truncate(kept)

    def freeze(self, process: Process) -> None:
        """Stop a process as SIGSTOP does, for a while."""
        if process.frozen or not process.alive:
            return
        process.freeze()
        wait = self.fate.between(*_FREEZE_SECONDS)
        self.history.note(self.now, "frozen", process=process.name, seconds=round(wait, 3))
        self.loop.call_later(wait, self.thaw, process)
        service, _, slot = process.name.partition("-")
        if service in self.groups:
            self.loop.call_later(SESSION_SECONDS, self.groups[service].silent, slot, process)

    def thaw(self, process: Process) -> None:
        process.thaw()
        service, _, slot = process.name.partition("-")
        if service in self.groups:
            self.groups[service].woke(slot, process)

    # -- ways in

    async def post(self, webhook: Webhook) -> int | None:
        """Bring a webhook to ingest; None where nobody answers."""
        sockets = self._sockets
        if sockets is None or not sockets.process.alive:
            return None
        answered: asyncio.Future[int] = self.loop.create_future()
        work = sockets.application(*_request(webhook, sockets.process, answered))
        task = sockets.process.start(work)
        task.add_done_callback(lambda _: answered.done() or answered.cancel())
        try:
            status = await asyncio.wait_for(answered, _ANSWER_SECONDS)
        except (TimeoutError, asyncio.CancelledError):
            return None
        body = webhook.body.decode()
        about = {"carrier": webhook.carrier, "query": webhook.query, "body": body}
        self.history.note(self.now, "webhook", status=status, **about)
        return status

    def publish(self, out: Outgoing) -> None:
        """Put a client's record on the log: the gateway has sent it, and it is acknowledged."""
        self.log.append(out)

    def wall_clock_error(self) -> float:
        process = current()
        return process.clock_error if process else 0.0

    def clean(self) -> None:
        """Forget the run's files."""
        self.ended = True
        shutil.rmtree(self.folder, ignore_errors=True)


def _request(
    webhook: Webhook, process: Process, answered: "asyncio.Future[int]"
) -> tuple[Any, ...]:
    """Spell a request in ASGI: scope, receive, send."""
    scope = {
        "type": "http",
        "method": "POST",
        "raw_path": f"/webhooks/{webhook.carrier}/{webhook.carrier}".encode(),
        "query_string": webhook.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in webhook.headers.items()],
    }

    async def receive() -> dict[str, Any]:
        await process.passes()
        return {"type": "http.request", "body": webhook.body}

    async def send(message: dict[str, Any]) -> None:
        await process.passes()
        if message["type"] == "http.response.start" and not answered.done():
            answered.set_result(message["status"])

    return scope, receive, send


def _ignore(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say nothing of tasks that died with their process; whatever else ends one is kept."""
    del loop, context


@contextlib.contextmanager
def _tails(log: Log) -> Iterator[None]:
    """Let the kernel's follower read the simulated log."""
    names: Any = following  # which does not export what it has imported
    real = names.Tail
    names.Tail = lambda _servers, topics, _readiness: SimulatedTail(log, topics)
    try:
        yield
    finally:
        names.Tail = real


@contextlib.contextmanager
def inhabited(world: World) -> Iterator[World]:
    """Let the kernel live in this world: its clock, its crash points, and nobody logs."""
    logging = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_SILENT))
    world.loop.set_exception_handler(_ignore)
    world.loop.set_task_factory(make_task)  # type: ignore[arg-type]  # typeshed asks for a protocol's every keyword
    crash.watch(world.traps.reached)
    try:
        with simulated_time(world.loop, world.wall_clock_error), _tails(world.log):
            yield world
    finally:
        crash.watch(None)
        structlog.configure(**logging)
        world.clean()
