"""The one client for outside addresses: it cannot reach an inside one (security.md §4).

A name is resolved once, every answer is checked, and the connection goes to the checked address,
so that DNS rebinding finds nothing. Redirects are followed only where allowed, each checked again;
credentials are given per host, so they never follow a redirect.
"""

import asyncio
import contextlib
import hashlib
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

CONNECT_SECONDS = 5.0
FIRST_BYTE_SECONDS = 10.0
TOTAL_SECONDS = 30.0
MAX_CONNECTIONS = 64
MAX_ANSWER_BYTES = 1_048_576
_HTTPS_PORT = 443
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Beside what `ipaddress` calls not global: translations that lead inside (RFC 6052, RFC 3056).
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "2002::/16", "2001::/32", "::ffff:0:0/96", "192.0.0.0/24")
)


class Blocked(Exception):
    """The address, scheme or port is not one that we call; nothing was sent."""


class NotSent(Exception):
    """No connection came about: the request certainly did not arrive."""


class Unanswered(Exception):
    """The request may have arrived, and no whole answer came back."""


class TooBig(Exception):
    """The answer is larger than the caller takes."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Whom we may call. The defaults are for the open internet; operators add what is theirs."""

    #: Networks that are allowed although they are not global: a test's or an operator's own.
    allowed_networks: tuple[Network, ...] = ()
    plain_http: bool = False
    #: Ports besides 443; empty allows only that, None any.
    ports: frozenset[int] | None = frozenset()
    max_redirects: int = 0

    @classmethod
    def of(cls, networks: Iterable[str], *, max_redirects: int = 0) -> "Policy":
        """Read an operator's list of networks; naming one also allows plain HTTP and any port."""
        named = tuple(ipaddress.ip_network(text) for text in networks)
        return cls(
            allowed_networks=named,
            plain_http=bool(named),
            ports=None if named else frozenset(),
            max_redirects=max_redirects,
        )


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A whole answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Downloaded:
    """A file on our disk, hashed while it came in."""

    status: int
    headers: Mapping[str, str]
    path: Path
    sha256: str
    size: int


class Outbound:
    """Calls outside addresses within a policy; one per process, closed at its end."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._client = httpx.AsyncClient(
            transport=_CheckedTransport(policy),
            timeout=httpx.Timeout(FIRST_BYTE_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity", "User-Agent": "Tandem"},
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        total_seconds: float = TOTAL_SECONDS,
    ) -> Reply:
        """Make one call, without redirects. Blocked, NotSent, Unanswered, TooBig."""
        async with self._answer(method, url, headers or {}, content, total_seconds) as answer:
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise TooBig(f"more than {MAX_ANSWER_BYTES} bytes")
            return Reply(status=answer.status_code, headers=_headers(answer), body=bytes(body))

    async def download(
        self,
        url: str,
        into: Path,
        *,
        max_bytes: int,
        headers_for: Callable[[str], Mapping[str, str]] | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Downloaded:
        """Stream a file to disk, hashing it; `headers_for(host)` gives that host's credentials."""
        for _ in range(self._policy.max_redirects + 1):
            headers = headers_for(urlsplit(url).hostname or "") if headers_for else {}
            async with self._answer("GET", url, headers, b"", total_seconds) as answer:
                if answer.status_code not in _REDIRECTS:
                    return await _to_disk(answer, into, max_bytes)
                url = urljoin(url, answer.headers.get("location", ""))
        raise Blocked("too-many-redirects")

    @contextlib.asynccontextmanager
    async def _answer(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes, seconds: float
    ) -> AsyncIterator[httpx.Response]:
        check_url(url, self._policy)
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.stream(method, url, headers=headers, content=content) as answer,
            ):
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(type(error).__name__) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Blocked("not-a-url") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unanswered(type(error).__name__) from error


def check_url(url: str, policy: Policy) -> None:
    """Refuse schemes, ports, user names and literal addresses that we do not call."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Blocked("not-a-url") from error
    schemes = {"https", "http"} if policy.plain_http else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None:
        raise Blocked("scheme")
    if policy.ports is not None and (port or _HTTPS_PORT) not in {_HTTPS_PORT, *policy.ports}:
        raise Blocked("port")
    check_literal(parts.hostname, policy)


def check_literal(host: str, policy: Policy) -> None:
    """Refuse a host that is an address in any spelling (`2130706433`, `0x7f.1`), unless allowed."""
    try:
        address = ipaddress.ip_address(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return
    if not any(address in network for network in policy.allowed_networks):
        raise Blocked("literal-address")


def check_address(text: str, policy: Policy) -> None:
    """Refuse an address that is not global unicast, unless the operator allows its network."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    if any(address in network for network in policy.allowed_networks):
        return
    if not address.is_global or address.is_multicast or any(address in net for net in _NEVER):
        raise Blocked("inside-address")


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, checks every answer, connects to a checked one; TLS keeps the name."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await _resolve(host, port)
        for address in addresses:
            check_address(address, self._policy)
        return await self._plain.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)


class _CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over the checked backend."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=MAX_CONNECTIONS,
            network_backend=_CheckedBackend(policy),
        )


async def _resolve(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError("name not found") from error
    return [str(address[0]) for *_, address in found]


async def _to_disk(answer: httpx.Response, into: Path, max_bytes: int) -> Downloaded:
    digest, size = hashlib.sha256(), 0
    path = into / "download"
    with path.open("wb") as file:
        async for piece in answer.aiter_raw():
            size += len(piece)
            if size > max_bytes:
                raise TooBig(f"more than {max_bytes} bytes")
            digest.update(piece)
            file.write(piece)
    return Downloaded(
        status=answer.status_code,
        headers=_headers(answer),
        path=path,
        sha256=digest.hexdigest(),
        size=size,
    )


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}
