"""The whole of Tandem on one machine: started in order, watched, restarted, stopped."""

import contextlib
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import environment as env
from deploy.local.carriers import carriers_file
from deploy.local.console import Console
from deploy.local.layout import ROOT, SERVICES, STATEFUL, Layout
from deploy.local.ports import listens
from deploy.local.processes import Child, ChildFailed, Program, start, stop_all
from deploy.local.secrets import Secrets
from deploy.local.servers import Ports, Servers, running_servers
from deploy.local.simulator.accounts import SECRET

READY_SECONDS = 60.0
#: A service that ends is started again: it is built to be killed. One that keeps ending is not.
MAX_RESTARTS, RESTART_WINDOW_SECONDS = 10, 60.0
_RESTART_PAUSE_SECONDS = 0.5
_HEALTH_SECONDS = 2.0


@dataclass
class System:
    """Everything that runs; `watch` it often, and it keeps running."""

    layout: Layout
    servers: Servers
    places: env.Addresses
    values: Mapping[str, str]
    secrets: Secrets
    console: Console
    services: dict[str, Child] = field(default_factory=dict)
    _restarts: dict[str, deque[float]] = field(default_factory=dict)

    @property
    def children(self) -> list[Child]:
        return [*self.services.values(), *self.servers.children]

    def start(self, name: str) -> None:
        """Start one of the services, or the simulator."""
        self.services[name] = start(self._program(name), self.layout.logs)

    def wait_ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Return once the service says so itself."""
        if name == "simulator":
            place = self.places.phone.removeprefix("http://")
            self.services[name].wait_until(lambda: listens(place), seconds)
            return
        url = f"http://{self.places.health[name]}/readyz"
        self.services[name].wait_until(lambda: _is_ready(url), seconds)

    def watch(self) -> None:
        """Start again what has ended; ChildFailed if a server has, or a service does too often."""
        for server in self.servers.children:
            if not server.alive:
                raise ChildFailed(f"{server.name} ended\n{server.tail()}")
        for name, child in list(self.services.items()):
            if not child.alive:
                self._restart(name, child)

    def _restart(self, name: str, child: Child) -> None:
        now = time.monotonic()
        times = self._restarts.setdefault(name, deque(maxlen=MAX_RESTARTS))
        if len(times) == MAX_RESTARTS and now - times[0] < RESTART_WINDOW_SECONDS:
            raise ChildFailed(f"{name} ends again and again\n{child.tail()}")
        times.append(now)
        self.console.say(f"{name} ended with {child.process.returncode}; starting it again")
        child.kill()  # whatever it may have started
        time.sleep(_RESTART_PAUSE_SECONDS)
        self.start(name)

    def _program(self, name: str) -> Program:
        if name == "simulator":
            secret = {SECRET: self.secrets.simulator}
            command = self._simulator()
            return Program(name=name, command=command, environment=secret, directory=ROOT)
        command = [sys.executable, "-m", f"services.{name}"]
        return Program(name=name, command=command, environment=self.values, directory=ROOT)

    def _simulator(self) -> list[str]:
        port = self.places.phone.rpartition(":")[2]
        return [
            *(sys.executable, "-m", "deploy.local.simulator", "--port", port),
            *("--webhooks", self.places.webhooks),
            *("--receipt-seconds", "0.7"),
            *(part for number in self.numbers for part in ("--number", number)),
        ]

    #: `+12025550100=twilio=Label`, for the simulator.
    numbers: tuple[str, ...] = ()


@contextlib.contextmanager
def running_system(
    layout: Layout, secrets: Secrets, console: Console, wanted: Mapping[str, int]
) -> Iterator[System]:
    """Servers, topics and tables, then the services; the block ends with nothing left."""
    rotate(layout.logs)
    ports = Ports(wanted.get("kafka"), wanted.get("postgres"), wanted.get("objects"))
    console.say("starting Kafka, PostgreSQL and the object store")
    with running_servers(layout.data, ports, logs=layout.logs) as servers:
        places = env.addresses(wanted)
        values = env.environment(servers, places, secrets, layout)
        env.write(layout.environment, values)
        layout.spool.mkdir(parents=True, exist_ok=True)
        carriers_file(layout, places, secrets)
        console.say("preparing topics and tables")
        prepare(values)
        system = System(layout, servers, places, values, secrets, console)
        try:
            yield system
        finally:
            stop_all(list(system.services.values()))


def prepare(values: Mapping[str, str]) -> None:
    """Make topics, roles, schemas and tables what this version needs."""
    import asyncio  # noqa: PLC0415 - with the next two: half a second that `clean` need not wait

    from services.kernel.kafka import topics  # noqa: PLC0415 - likewise
    from services.ops.prepare import prepare_database  # noqa: PLC0415 - likewise

    passwords = dict.fromkeys(STATEFUL, values["TANDEM_SERVICE_PASSWORD"])
    prepare_database(values["TANDEM_ADMIN_POSTGRES"], passwords)
    asyncio.run(topics.prepare(values["TANDEM_KAFKA"]))


def start_services(system: System) -> None:
    """All seven and the simulator side by side, then wait for each."""
    names = [name for name in SERVICES if (ROOT / "services" / name / "__main__.py").exists()]
    for name in [*names, "simulator"]:
        system.start(name)
    for name in [*names, "simulator"]:
        system.wait_ready(name)


def rotate(logs: Path) -> None:
    """Keep the last run's logs in `logs/before`."""
    before = logs / "before"
    shutil.rmtree(before, ignore_errors=True)
    if not logs.is_dir():
        return
    files = list(logs.glob("*.log"))
    before.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.rename(before / file.name)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_HEALTH_SECONDS) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP OK
    except OSError:
        return False
