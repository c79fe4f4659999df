"""The one client for outside addresses: what it may reach, how long, how much (security.md §4)."""

import asyncio
import hashlib
import ipaddress
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from services.kernel.addresses import (
    DoesNotResolve,
    IPNetwork,
    NotAllowed,
    Resolver,
    resolve,
    system_resolver,
)

MOST_REDIRECTS = 3
CONNECT_SECONDS, FIRST_BYTE_SECONDS, TOTAL_SECONDS = 5.0, 10.0, 30.0
#: An answer that is not a file: a carrier's, a push service's, a webhook receiver's.
MOST_ANSWER_BYTES = 1 << 20
_MOST_CONNECTIONS = 100
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Unreachable(ConnectionError):
    """The call surely never left: no connection was made. Repeating it is safe."""


class Unknown(ConnectionError):
    """The call left, and no whole answer came: it may have had its effect."""


class TooBig(ValueError):
    """The answer is larger than we take."""


class TooManyRedirects(NotAllowed):
    """It leads on and on."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may be called; every service makes its own from its settings."""

    #: Networks beside the public ones, for a simulator on this machine or an operator's proxy.
    allowed: tuple[IPNetwork, ...] = ()
    plain_http: bool = False
    ports: frozenset[int] = frozenset({443})
    #: Only these hosts, or any if None.
    hosts: frozenset[str] | None = None

    @classmethod
    def read(cls, networks: Iterable[str], *, hosts: Iterable[str] | None = None) -> "Policy":
        """Make a policy from an operator's list of networks; any such list allows plain http."""
        allowed = tuple(ipaddress.ip_network(text) for text in networks)
        return cls(
            allowed=allowed,
            plain_http=bool(allowed),
            ports=frozenset({443}) if not allowed else frozenset(range(1, 65_536)),
            hosts=None if hosts is None else frozenset(hosts),
        )

    def check(self, url: str) -> None:
        """Judge what can be judged without asking the network; NotAllowed."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        if not secure and not (self.plain_http and parts.scheme == "http"):
            raise NotAllowed("scheme")
        if parts.username is not None or parts.password is not None:
            raise NotAllowed("user in address")
        host = parts.hostname or ""
        if not host or (self.hosts is not None and host not in self.hosts):
            raise NotAllowed("host")
        if (parts.port or (443 if secure else 80)) not in self.ports | ({80} & self._plain):
            raise NotAllowed("port")
        if _is_literal(host) and not self.allowed:
            raise NotAllowed("literal address")

    @property
    def _plain(self) -> set[int]:
        return {80} if self.plain_http else set()


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Fetched:
    """A file that was written as it came."""

    status: int
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Headers that go to these hosts and to no other, not even by a redirect."""

    hosts: frozenset[str]
    headers: Mapping[str, str] = field(repr=False)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the address that was checked; SNI and Host keep the name."""

    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await resolve(host, port, self._policy.allowed, self._resolver)
        failure: Exception = NotAllowed("no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Outbound:
    """Calls outside addresses under a policy; close it when the service ends.

    `http2`: whoever is called speaks HTTP/2 and nothing else; calls share a connection then.
    """

    def __init__(
        self, policy: Policy, *, resolver: Resolver = system_resolver, http2: bool = False
    ) -> None:
        self._policy = policy
        transport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS),
            retries=0,
            trust_env=False,
            http1=not http2,
            http2=http2,
        )
        transport._pool._network_backend = _CheckedBackend(policy, resolver)  # noqa: SLF001 - httpx has no other door for a backend
        self._client = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(FIRST_BYTE_SECONDS, connect=CONNECT_SECONDS),
            headers={"accept-encoding": "identity", "user-agent": "tandem"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        credentials: Credentials | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """Make one call, without redirects. Unreachable, Unknown or NotAllowed if it fails."""
        request = self._request(method, url, headers or {}, content, credentials)
        body = bytearray()
        async with _deadline(total_seconds), self._sent(request) as response:
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MOST_ANSWER_BYTES:
                    raise TooBig(url)
        return Answer(response.status_code, dict(response.headers), bytes(body))

    async def fetch(
        self,
        url: str,
        into: BinaryIO,
        most_bytes: int,
        *,
        credentials: Credentials | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Fetched:
        """Fetch a file into `into` as it comes, hashed; at most three redirects, each checked."""
        async with _deadline(total_seconds):
            for _ in range(MOST_REDIRECTS + 1):
                request = self._request("GET", url, {}, None, credentials)
                async with self._sent(request) as response:
                    if response.status_code not in _REDIRECTS:
                        return await _written(response, into, most_bytes)
                    url = urljoin(url, response.headers.get("location", ""))
        raise TooManyRedirects("too many redirects")

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None,
        credentials: Credentials | None,
    ) -> httpx.Request:
        self._policy.check(url)
        known = credentials is not None and urlsplit(url).hostname in credentials.hosts
        secret = credentials.headers if credentials is not None and known else {}
        return self._client.build_request(
            method, url, headers={**headers, **secret}, content=content
        )

    def _sent(self, request: httpx.Request) -> "_Sent":
        return _Sent(self._client, request)


class _Sent:
    """A request on its way; tells what surely never left from what may have arrived."""

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._client = client
        self._request = request
        self._response: httpx.Response | None = None

    async def __aenter__(self) -> httpx.Response:
        try:
            self._response = await self._client.send(self._request, stream=True)
        except (
            DoesNotResolve,
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
        ) as error:
            raise Unreachable(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Unknown(type(error).__name__) from error
        return self._response

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._response is not None:
            await self._response.aclose()
        if isinstance(error, httpx.HTTPError | httpx.StreamError):
            raise Unknown(type(error).__name__) from error


class _deadline:  # noqa: N801 - reads as the statement it is
    """A limit on everything together; passing it leaves the outcome unknown."""

    def __init__(self, seconds: float) -> None:
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)  # type: ignore[arg-type]  # passed on as given
        except TimeoutError as late:
            raise Unknown("took too long") from late


async def _written(response: httpx.Response, into: BinaryIO, most_bytes: int) -> Fetched:
    digest, size = hashlib.sha256(), 0
    async for piece in _limited(response.aiter_raw(), most_bytes):
        digest.update(piece)
        size += len(piece)
        into.write(piece)
    media_type = response.headers.get("content-type", "")
    return Fetched(response.status_code, media_type, size, digest.hexdigest())


async def _limited(pieces: AsyncIterable[bytes], most_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > most_bytes:
            raise TooBig(f"more than {most_bytes} bytes")
        yield piece


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def networks(texts: Sequence[str]) -> tuple[IPNetwork, ...]:
    """Read an operator's list of networks."""
    return tuple(ipaddress.ip_network(text) for text in texts)
