"""Jasmin: a text by its HTTP API, at RabbitMQ when it is answered."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.inbound.load import Gateway, loaded
from benchmarks.peers.places import filled, program, virtualenv
from deploy.local.ports import LOOPBACK, free_ports, listens
from deploy.local.processes import Child, Program, start

VERSION = "0.11.1"
CARD = Card(
    name="Jasmin",
    version=f"{VERSION}, RabbitMQ and Redis of Debian",
    licence="Apache-2.0",
    durable="nothing: it marks no message as persistent and waits for no confirmation, so what it"
    " acknowledged is in RabbitMQ's memory",
    tuned="no INFO logs, the user's balance and rates unlimited; one route, to an SMPP client that"
    " is not connected, so texts stay in the queue and nothing is sent meanwhile",
    configured="benchmarks/peers/inbound/jasmin.cfg",
)
_RABBIT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
_READY_SECONDS, _ASK_SECONDS = 60.0, 10.0
_SPEC = "lib/python3.11/site-packages/txamqp/specs/standard/amqp0-9-1.stripped.xml"
_PORTS = (
    *("epmd", "dist", "rabbit", "redis", "router"),
    *("clients", "smpp", "server", "http", "jcli"),
)
_PROMPTS = (b"jcli : ", b"\n> ")
#: What an operator types at its console.
_SET_UP = (
    *("group -a", "gid texts", "ok"),
    *("user -a", "uid app", "gid texts", "username app", "password secret", "ok"),
    *("smppccm -a", "cid carrier", "host 127.0.0.1", "port 1", "ok"),
    *("mtrouter -a", "type DefaultRoute", "connector smppc(carrier)", "rate 0.00", "ok"),
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start RabbitMQ, Redis and Jasmin, and give it a user and a route."""
    python = virtualenv("jasmin", f"jasmin=={VERSION}", "setuptools==80.9.0")
    program("rabbitmq-server", "rabbitmq-server", "redis-server")
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    with ExitStack() as stack:
        rabbit = _rabbit(stack, home, ports)
        keeps = [
            program("redis-server", "redis-server"),
            "--port",
            str(ports["redis"]),
            "--dir",
            str(home),
        ]
        redis = _run(stack, home, Program(name="redis", command=[*keeps, "--bind", LOOPBACK]))
        _listens(redis, ports["redis"])
        jasmin = _run(stack, home, _jasmin(python, home, ports))
        _listens(jasmin, ports["http"])
        _listens(jasmin, ports["jcli"])
        _set_up(ports["jcli"])
        children = {"jasmin": jasmin, "rabbit": rabbit, "redis": redis}
        trees = {name: child.process.pid for name, child in children.items()}
        base = f"http://{LOOPBACK}:{ports['http']}"
        yield stack.enter_context(loaded(Gateway(base, "jasmin", trees, _text, _settled)))


def _set_up(port: int) -> None:
    with closing(Console(port)) as console:
        for line in _SET_UP:
            console.type(line)


def _run(stack: ExitStack, home: Path, what: Program) -> Child:
    child = start(what, home)
    stack.callback(child.stop)
    return child


def _listens(child: Child, port: int) -> None:
    child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)


def _rabbit(stack: ExitStack, home: Path, ports: dict[str, int]) -> Child:
    """Start a broker of our own, and the name server of its own that it would leave behind."""
    settings = {
        "HOME": str(home),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_NODENAME": "peers@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports["rabbit"]),
        "RABBITMQ_DIST_PORT": str(ports["dist"]),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "rabbit-logs"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "no-plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "no-environment"),
    }
    names = [program("epmd", "rabbitmq-server"), "-port", str(ports["epmd"])]
    command = [*names, "-address", LOOPBACK]
    _run(stack, home, Program(name="epmd", command=command, environment=settings))
    child = _run(stack, home, Program(name="rabbit", command=[_RABBIT], environment=settings))
    _listens(child, ports["rabbit"])
    return child


def _jasmin(python: Path, home: Path, ports: dict[str, int]) -> Program:
    store = home / "store"
    store.mkdir()
    template = Path(__file__).with_name("jasmin.cfg")
    spec = python.parents[1] / _SPEC
    written = filled(template, home / "jasmin.cfg", **ports, spec=spec, store=store)
    daemon = [str(python), str(python.with_name("jasmind.py")), "-c", str(written)]
    return Program(
        name="jasmin",
        command=daemon,
        environment={"LOG_PATH": str(home), "STORE_PATH": str(store)},
    )


class Console:
    """Jasmin's console, as an operator types at it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((LOOPBACK, port), _ASK_SECONDS)
        self._answer(b"Session ref: ")

    def type(self, line: str) -> None:
        self._socket.sendall(f"{line}\r\n".encode())
        self._answer(*_PROMPTS)

    def close(self) -> None:
        self._socket.close()

    def _answer(self, *ends: bytes) -> None:
        """Read until one of these has been said."""
        said = b""
        while not any(end in said for end in ends):
            try:
                said += self._socket.recv(4096)
            except TimeoutError:
                raise RuntimeError(f"Jasmin's console said {said!r}") from None


async def _settled() -> None:
    """What it has taken stays in its queue: there is nothing to wait for."""
    await asyncio.sleep(0)


def _text(customer: str, text: str) -> bytes:
    words = {"username": "app", "password": "secret", "from": customer, "to": "100"}
    asked = urlencode({**words, "content": text})
    return f"GET /send?{asked} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode()
