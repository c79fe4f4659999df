"""Whoever brings only what is not proven is let wait: by address, never by account.

A limit by account would let anybody silence it. An address that has proven something within the
hour is never held, for carriers send for all their customers from the same few; nor is one of a
private network: it is a proxy of ours, and INGEST_PROXIES says how to see past it.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from services.kernel.buckets import Buckets, Rate

#: What an address may bring unproven: so many at once, then one in so many seconds.
UNPROVEN = Rate(burst=300, seconds=0.2)
PROVEN_SECONDS = 3600.0
#: Addresses that are remembered for what they proved; the longest silent is forgotten.
_MOST_PROVEN = 10_000
_FORWARDED = b"x-forwarded-for"


class Strangers:
    """Who may go on, by the other end's address; None is whoever cannot be told from others."""

    def __init__(self, proxies: int = 0) -> None:
        self._proxies = proxies
        self._buckets = Buckets(UNPROVEN)
        self._proven: OrderedDict[str, float] = OrderedDict()

    def address(self, scope: Mapping[str, Any]) -> str | None:
        """Say who is at the other end: the header counts only as far as our proxies wrote it."""
        hops: list[str] = []
        for name, value in scope["headers"] if self._proxies else ():
            if name == _FORWARDED:
                hops += value.decode("latin-1").split(",")
        client = scope.get("client")
        if self._proxies and len(hops) >= self._proxies:
            return _public(hops[-self._proxies].strip())
        return _public(client[0]) if client else None

    def wait(self, address: str | None, now: float) -> int:
        """Say how many seconds it is to wait; 0 is none."""
        if address is None or self._proven.get(address, -PROVEN_SECONDS) > now - PROVEN_SECONDS:
            return 0
        return self._buckets.wait(address, now)

    def refused(self, address: str | None, now: float) -> None:
        """Remember that it brought something unproven."""
        if address is not None:
            self._buckets.take(address, now)

    def proved(self, address: str | None, now: float) -> None:
        """Remember that it brought something genuine."""
        if address is None:
            return
        self._proven[address] = now
        self._proven.move_to_end(address)
        if len(self._proven) > _MOST_PROVEN:
            self._proven.popitem(last=False)


def _public(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        # whoever has one address of such a network has them all
        network = ipaddress.IPv6Network((address, 64), strict=False)
        return str(network) if address.is_global else None
    return text if address.is_global else None
