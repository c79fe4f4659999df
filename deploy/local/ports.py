"""Free ports on loopback."""

import os
import socket

LOOPBACK = "127.0.0.1"
_CONNECT_SECONDS = 1.0
_OURS = range(20_000, 32_000)
#: Keeps processes that start together apart.
_STRIDE = 101
_given: set[int] = set()


def free_port() -> int:
    """A port of loopback that nobody listens on now, and that we have not given out before."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many different free ports.

    From below the system's own range for outgoing connections, or one of those may take a port
    between its choice and its use. Where the search begins differs from process to process.
    """
    chosen: list[int] = []
    begin = os.getpid() * _STRIDE % len(_OURS)
    for port in [*_OURS[begin:], *_OURS[:begin]]:
        if port not in _given and is_free(port):
            _given.add(port)
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise OSError(f"fewer than {count} free ports between {_OURS[0]} and {_OURS[-1]}")


def is_free(port: int) -> bool:
    """Tell whether a port of loopback can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(wanted: int | None) -> int:
    """The wanted port if it is free, else any free one."""
    return wanted if wanted is not None and is_free(wanted) else free_port()


def listens(address: str) -> bool:
    """Tell whether somebody accepts connections at `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False
