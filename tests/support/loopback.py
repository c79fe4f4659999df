"""No test talks beyond this machine: Python's own sockets are refused to leave loopback."""

import contextlib
import ipaddress
import sys
from collections.abc import Iterator
from functools import cache

_guarding = False


class LeavesTheMachine(Exception):
    """A test tried to reach an address beyond loopback."""


@contextlib.contextmanager
def only_loopback() -> Iterator[None]:
    """Refuse every connection beyond loopback while the block runs."""
    global _guarding  # noqa: PLW0603 - an audit hook cannot be removed, only told to be quiet
    _install()
    _guarding, before = True, _guarding
    try:
        yield
    finally:
        _guarding = before


@cache
def _install() -> None:
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not _guarding or event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _stays(str(address[0])):
        raise LeavesTheMachine(f"{event} to {address[0]}")


def _stays(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
