"""Everything of one Tandem as processes that the rig may kill, freeze, cut off and starve.

Each service reaches broker, database, object store and carriers by relays of its own. Whatever ends
is started again, as an orchestrator does; the rig keeps who ended, how, and whether that was its
own doing. Nothing outlives `stop`: processes, mounts, files.
"""

import asyncio
import contextlib
import dataclasses
import functools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from signal import Signals

import httpx

from deploy.local import environment as env
from deploy.local.carriers import carriers_file
from deploy.local.kafka import Kafka
from deploy.local.layout import ROOT, SERVICES, STATEFUL, Layout
from deploy.local.objects import Objects, start_objects
from deploy.local.objects import answers as objects_answer
from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.postgres import Postgres, start_postgres
from deploy.local.postgres import answers as postgres_answers
from deploy.local.processes import Child, Program, start
from deploy.local.secrets import Secrets, load
from deploy.local.servers import Servers
from deploy.local.simulator.accounts import SECRET
from services.kernel.clock import Clock, monotonic
from services.kernel.kafka import topics
from services.ops.prepare import prepare_database
from tests.chaos import links, town
from tests.chaos.brokers import FIRST, Brokers
from tests.chaos.disks import Disks
from tests.chaos.relay import Relays
from tests.chaos.shim import Shim
from tests.support.waiting import eventually

READY_SECONDS = 90.0
_LOOK_SECONDS = 0.25
_RESTART_SECONDS = 0.3
_SESSION_SECONDS = 6
#: A process that was killed is gone within this.
GONE_SECONDS = 5.0


@dataclass(frozen=True)
class Exit:
    """A process that has ended."""

    name: str
    code: int
    at: float
    #: Whether the rig had asked for just that.
    ours: bool


@dataclass
class Stack:
    """A running Tandem; make it with `started`."""

    layout: Layout
    secrets: Secrets
    relays: Relays
    disks: Disks
    shim: Shim
    brokers: Brokers
    places: env.Addresses
    ports: dict[str, int]
    began: datetime
    children: dict[str, Child] = field(default_factory=dict)
    exits: list[Exit] = field(default_factory=list)
    #: Not started again until they are taken out.
    down: set[str] = field(default_factory=set)
    #: Environment of the next start of a service, once.
    once: dict[str, dict[str, str]] = field(default_factory=dict)
    #: When a process, or the way from dispatch to the carriers, went on after a pause; seconds.
    thaws: list[tuple[str, float]] = field(default_factory=list)
    _values: dict[str, str] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)
    _watching: "asyncio.Task[None] | None" = None
    postgres_dsn: str = ""
    postgres_data: Path = field(init=False)
    objects: Objects | None = None

    def __post_init__(self) -> None:
        self.postgres_data = self.layout.data / "postgres"

    # -- addresses

    @property
    def kafka(self) -> str:
        """The broker itself, or all of a cluster, with nothing between."""
        return self.brokers.address

    @property
    def now(self) -> float:
        """Seconds since the rig began, by true time."""
        return (Clock().now() - self.began).total_seconds()

    def when(self, text: str) -> float:
        """Turn a date into seconds since the rig began."""
        return (datetime.fromisoformat(text) - self.began).total_seconds()

    def dsn(self, service: str) -> str:
        """A service's own database role, with nothing between."""
        return self._values[f"{service.upper()}_POSTGRES"].replace(
            f":{self.ports[f'{service}-postgres']}/", f":{self.ports['postgres']}/"
        )

    @property
    def servers(self) -> tuple[str, ...]:
        """What is not Tandem's own, and started before it."""
        return (*self.brokers.names, "postgres", "objects")

    # -- life

    async def start(self) -> None:
        """Start servers, then services; return once all are ready."""
        for name in self.servers:
            self.run(name)
        await self.wait_servers()
        self._values = self._environment()
        await asyncio.to_thread(
            prepare_database,
            self.postgres_dsn,
            dict.fromkeys(STATEFUL, self.secrets.service_password),
        )
        await topics.prepare(self.kafka, replicas=self.brokers.count)
        for name in [*SERVICES, "simulator"]:
            self.run(name)
        self._watching = asyncio.create_task(self._watch())
        await self.wait_ready()

    def end(self) -> None:
        """Kill every process; none is started again."""
        self.down |= self.children.keys()
        if self._watching is not None:
            self._watching.cancel()
        for name in self.children:
            self.kill(name)

    async def stop(self) -> None:
        """End everything, however it stands."""
        self.end()
        for child in self.children.values():
            child.kill()
        self.relays.close()
        self.disks.unmount()
        shutil.rmtree(self.layout.home, ignore_errors=True)

    def run(self, name: str) -> None:
        """Start a process by its name; `queue#1` is a second worker of queue."""
        match name:
            case "postgres":
                server = self._start_postgres()
                self.children[name], self.postgres_dsn = server.child, server.dsn
            case "objects":
                self.objects = self._start_objects()
                self.children[name] = self.objects.child
            case _ if name in self.brokers.names:
                self.children[name] = self.brokers.start(name).child
            case _:
                self.children[name] = start(self._program(name), self.layout.logs)

    async def wait_servers(self, *names: str) -> None:
        """Return once these servers answer something real."""
        for name in names or self.servers:
            await self._until(functools.partial(self._answers, name), name)

    def _answers(self, name: str) -> bool:
        match name:
            case "postgres":
                return postgres_answers(self.postgres_dsn)
            case "objects":
                return self.objects is not None and objects_answer(self.objects)
            case _:
                return self.brokers.answers(name)

    def fail_over(self, standby: Postgres, data: Path, port: int) -> None:
        """Let another server be the database: whoever asks by a relay asks it from now on."""
        for service in STATEFUL:
            self.relays.lead(f"{service}-postgres", port)
        self.ports["postgres"], self.postgres_data, self.postgres_dsn = port, data, standby.dsn
        self.children["postgres"] = standby.child

    async def wait_ready(self, *names: str) -> None:
        """Return once these services say that nothing is away."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            for name in names or SERVICES:
                await self._until_ready(client, name)
        if not names:
            phone = self.places.phone.removeprefix("http://")
            await self._until(lambda: listens(phone), "simulator")

    def is_alive(self, name: str) -> bool:
        return name in self.children and self.children[name].alive

    # -- what may be done to a process

    def kill(self, name: str) -> None:
        """End it at once, as `kill -9`; it is started again unless it is in `down`."""
        self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process and to all that it has started."""
        pid = self.children[name].process.pid
        if number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            self._asked.add(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)

    def freeze(self, name: str) -> None:
        self.signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.signal(name, signal.SIGCONT)
        self.thaws.append((name, self.now))

    def healed(self, link: str) -> None:
        """Heal a link, and remember when."""
        self.relays.heal(link)
        self.thaws.append((link, self.now))

    async def ended(self, name: str, seconds: float = GONE_SECONDS) -> int | None:
        """Wait for the process that has this name now to end; gives its status, or None."""
        child = self.children[name]
        with contextlib.suppress(AssertionError):
            await eventually(lambda: not child.alive, seconds, every=_LOOK_SECONDS / 5)
        return child.process.poll()

    async def put_down(self, name: str, how: Signals = Signals.SIGKILL) -> None:
        """End it, and let it stay down."""
        self.down.add(name)
        self.signal(name, how)
        await self.ended(name)

    async def put_up(self, name: str) -> None:
        """Let it be started again; return once it is ready."""
        before = self.children[name]
        self.down.discard(name)
        await eventually(lambda: self.children[name] is not before, READY_SECONDS)
        await (self.wait_servers(name) if name in self.servers else self.wait_ready(name))

    async def retire(self, name: str) -> None:
        """End a second worker for good."""
        self.down.add(name)
        if name in self.children:
            self.signal(name, signal.SIGCONT)
            self.signal(name, signal.SIGKILL)
            await self.ended(name)

    def expect_nothing(self, refused: Sequence[str]) -> None:
        """Complain where a definition was refused."""
        if refused:
            raise RuntimeError(f"refused: {refused}")

    # -- inside

    async def _watch(self) -> None:
        """Start again what has ended."""
        while True:
            for name, child in list(self.children.items()):
                if not child.alive and not self._noted(child):
                    self._note(name, child)
                if not child.alive and name not in self.down:
                    await asyncio.sleep(_RESTART_SECONDS)
                    if name not in self.down:
                        self.run(name)
            await asyncio.sleep(_LOOK_SECONDS)

    def _noted(self, child: Child) -> bool:
        return getattr(child, "noted", False)

    def _note(self, name: str, child: Child) -> None:
        child.noted = True  # type: ignore[attr-defined]  # only the rig's watcher knows of it
        code, pid = child.process.returncode, child.process.pid
        self.exits.append(Exit(name, code, self.now, pid in self._asked))
        self._asked.discard(pid)

    async def _until(self, ask: Callable[[], bool], name: str) -> None:
        deadline = monotonic() + READY_SECONDS
        while not await asyncio.to_thread(ask):
            if monotonic() > deadline:
                raise TimeoutError(f"{name} is not ready: {self.children[name].tail()}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _until_ready(self, client: httpx.AsyncClient, name: str) -> None:
        url, deadline = f"http://{self.places.health[name]}/readyz", monotonic() + READY_SECONDS
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            if monotonic() > deadline:
                raise TimeoutError(f"{name} is not ready: {self.children[name].tail()}")
            await asyncio.sleep(_LOOK_SECONDS)

    def _start_postgres(self) -> Postgres:
        return start_postgres(
            data=self.postgres_data, logs=self.layout.logs, port=self.ports["postgres"]
        )

    def _start_objects(self) -> Objects:
        return start_objects(
            data=self.layout.data / "objects", logs=self.layout.logs, port=self.ports["objects"]
        )

    def _environment(self) -> dict[str, str]:
        if self.objects is None:
            raise RuntimeError("the servers come first")
        servers = Servers(
            Kafka(self.children[FIRST], self.kafka),
            Postgres(self.children["postgres"], self.postgres_dsn),
            self.objects,
        )
        values = env.environment(servers, self.places, self.secrets, self.layout)
        self.layout.spool.mkdir(parents=True, exist_ok=True)
        carriers = dataclasses.replace(
            self.places, phone=f"http://{LOOPBACK}:{self.ports['dispatch-carriers']}"
        )
        carriers_file(self.layout, carriers, self.secrets)
        for service in STATEFUL:
            name = f"{service.upper()}_POSTGRES"
            mine, theirs = self.ports[f"{service}-postgres"], self.ports["postgres"]
            values[name] = values[name].replace(f":{theirs}/", f":{mine}/")
        return {**values, "TANDEM_SESSION_SECONDS": str(_SESSION_SECONDS)}

    def _program(self, name: str) -> Program:
        if name == "simulator":
            return self._simulator()
        service, _, slot = name.partition("#")
        values = {
            **self._values,
            "TANDEM_KAFKA": self.brokers.way(service),
            **self.shim.environment(service),
            **self.once.pop(name, {}),
        }
        if f"{service}-objects" in self.ports:
            values["TANDEM_S3"] = f"http://{LOOPBACK}:{self.ports[f'{service}-objects']}"
        if slot:
            values[f"{service.upper()}_INSTANCE"] = f"{service}-{slot}"
            values[f"{service.upper()}_HEALTH"] = f"{LOOPBACK}:{free_port()}"
        command = [sys.executable, "-m", f"services.{service}"]
        return Program(name=name, command=command, environment=values, directory=ROOT)

    def _simulator(self) -> Program:
        port = self.places.phone.rpartition(":")[2]
        command = [
            *(sys.executable, "-m", "deploy.local.simulator", "--port", port),
            *("--webhooks", f"http://{LOOPBACK}:{self.ports['carriers-ingest']}"),
            *("--public", self.places.webhooks, "--receipt-seconds", "0.2"),
            *(part for number in town.simulated() for part in ("--number", number)),
        ]
        secret = {SECRET: self.secrets.simulator}
        return Program(name="simulator", command=command, environment=secret, directory=ROOT)


def _fresh_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="tandem-chaos-"))
    home.chmod(0o755)  # PostgreSQL's user must be able to enter
    return home


async def started(*, brokers: int = 1) -> Stack:
    """Make a stack in a directory of its own and start it; `stop` it in any case."""
    home = _fresh_home()
    layout = Layout(home)
    places = env.addresses({})
    ports = links.ports()
    disks = Disks(layout)
    disks.mount()
    shim = Shim.made(home / "shim")
    shim.watch_syncs(FIRST)
    stack = Stack(
        layout=layout,
        secrets=load(layout.secrets),
        relays=links.relays(ports, places),
        disks=disks,
        shim=shim,
        brokers=Brokers(layout, ports, shim, brokers),
        places=places,
        ports=ports,
        began=Clock().now(),
    )
    async with contextlib.AsyncExitStack() as undo:
        undo.push_async_callback(stack.stop)
        await stack.start()
        undo.pop_all()
    return stack
