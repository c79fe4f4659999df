"""The three real servers together: start side by side, ready when each has answered."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.kafka import Kafka, start_kafka
from deploy.local.objects import Objects, start_objects
from deploy.local.ports import choose, free_ports
from deploy.local.postgres import Postgres, start_postgres
from deploy.local.processes import Child, stop_all

#: Where downloads are kept for every later start, of tests too.
JARS = Path(__file__).resolve().parents[2] / ".tandem" / "jars"


@dataclass(frozen=True)
class Ports:
    """Wanted ports; None, or one that is taken, becomes a free one."""

    kafka: int | None = None
    postgres: int | None = None
    objects: int | None = None


@dataclass(frozen=True)
class Servers:
    """Kafka, PostgreSQL and the object store, running."""

    kafka: Kafka
    postgres: Postgres
    objects: Objects

    @property
    def children(self) -> list[Child]:
        return [self.kafka.child, self.postgres.child, self.objects.child]

    def wait_ready(self) -> None:
        """Return once all three have answered something real."""
        self.postgres.wait_ready()
        self.objects.wait_ready()
        self.kafka.wait_ready()

    def stop(self) -> None:
        """Stop all three side by side."""
        stop_all(self.children)


@contextlib.contextmanager
def running_servers(
    directory: Path,
    ports: Ports = Ports(),
    *,
    logs: Path | None = None,
    durable: bool = True,
    jars: Path = JARS,
) -> Iterator[Servers]:
    """All three on the data below `directory`, until the block ends, however it ends."""
    with contextlib.ExitStack() as stack:
        place = logs or directory / "logs"
        servers = _start(directory, ports, stack, logs=place, durable=durable, jars=jars)
        servers.wait_ready()
        yield servers


def _start(
    directory: Path,
    ports: Ports,
    stack: contextlib.ExitStack,
    *,
    logs: Path,
    durable: bool,
    jars: Path,
) -> Servers:
    kafka = start_kafka(
        data=directory / "kafka",
        logs=logs,
        jars=jars,
        port=choose(ports.kafka),
        controller_port=free_ports(1)[0],
    )
    stack.callback(kafka.child.stop)
    postgres = start_postgres(
        data=directory / "postgres", logs=logs, port=choose(ports.postgres), durable=durable
    )
    stack.callback(postgres.child.stop)
    objects = start_objects(data=directory / "objects", logs=logs, port=choose(ports.objects))
    stack.callback(objects.child.stop)
    stack.callback(stop_quickly, [kafka.child, postgres.child, objects.child])
    return Servers(kafka, postgres, objects)


def stop_quickly(children: list[Child]) -> None:
    """Ask all before waiting for any."""
    for child in children:
        child.ask_to_stop()
