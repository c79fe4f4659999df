"""Which addresses of the outside may be called: global ones, and networks an operator allows."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Name and port → addresses; a test plants its own.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MOST_ADDRESSES = 16
RESOLVE_SECONDS = 5.0

# Python's `is_global` follows IANA's registries and knows the private, link-local, shared, loopback
# and documentation ranges; these lead elsewhere although they look global (security.md §4.2).
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::ffff:0:0/96",
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fc00::/7", "fe80::/10",
        "ff00::/8",
    )
)  # fmt: skip


class NotAllowed(ValueError):
    """The address, or what it resolves to, is not one that we call."""


class DoesNotResolve(ConnectionError):
    """The name has no address now; it may have one later."""


def check(address: str, allowed: Sequence[IPNetwork] = ()) -> IPAddress:
    """Give the address if we may connect to it; NotAllowed otherwise."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if any(found in network for network in allowed if network.version == found.version):
        return found
    refused = any(found in network for network in _REFUSED if network.version == found.version)
    if refused or not found.is_global:
        raise NotAllowed("not a public address")
    return found


async def resolve(
    host: str, port: int, allowed: Sequence[IPNetwork], resolver: Resolver
) -> list[str]:
    """Resolve once; NotAllowed if any answer is refused, so no mixture slips through."""
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            answers = list(await resolver(host, port))[:MOST_ADDRESSES]
    except TimeoutError as error:
        raise DoesNotResolve(host) from error
    if not answers:
        raise DoesNotResolve(host)
    return [str(check(answer, allowed)) for answer in answers]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise DoesNotResolve(host) from error
    return [str(entry[4][0]) for entry in found]
