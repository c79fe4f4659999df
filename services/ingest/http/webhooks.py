"""/webhooks/{carrier}/{account}: verify on the raw bytes, keep, answer as that carrier expects.

Lean ASGI. A status means something to each carrier (carriers.md §0.4): a 4xx for our own trouble
would lose a text for good, so our trouble is always a 503.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Histogram

from services.carriers.contract import (
    Account,
    Method,
    NeedsChallenge,
    ProofForgotten,
    Reply,
    Request,
    Unverified,
)
from services.carriers.registry import CARRIERS
from services.ingest.domain import keep
from services.ingest.handlers import spell
from services.ingest.http.strangers import Strangers
from services.ingest.ports import Faulty, Full, Spool
from services.kernel.clock import monotonic

MAX_BODY_BYTES = 256 * 1024
MAX_HEADER_BYTES = 32 * 1024
#: A body that has not come after this long is not waited for.
BODY_SECONDS = 10.0
RETRY_AFTER_SECONDS = 5
_PARTS = 4

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

WEBHOOKS = Counter("tandem_webhooks_total", "Webhooks by answer", ["carrier", "answer"])
ACCEPT_SECONDS = Histogram(
    "tandem_webhook_accept_seconds",
    "Body read until on stable storage",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)

_NOT_FOUND = Reply(status=404)
_TOO_LONG = Reply(status=413, headers=(("connection", "close"),))
_TOO_SLOW = Reply(status=408, headers=(("connection", "close"),))
_FORBIDDEN = Reply(status=403)
_CHALLENGE = Reply(status=401, headers=(("www-authenticate", 'Basic realm="tandem"'),))
_LATER = Reply(status=503, headers=(("retry-after", str(RETRY_AFTER_SECONDS)),))


_KEPT, _HELD = "kept", "held"
#: Answers to what nobody proved; a challenge and our own trouble are not among them.
_UNPROVEN = frozenset({403, 404, 405, 408, 413})


class _TooLong(Exception):
    pass


class _Gone(Exception):
    """The carrier hung up: there is nobody to answer."""


class Webhooks:
    """The ASGI application; accounts by name, the wall clock, and the clock that dates.

    Signatures are judged by the wall clock, as their makers' are. What is kept is dated by a clock
    that no step of the wall clock moves: a text an hour ahead would end claims before their time.
    """

    def __init__(
        self,
        accounts: Mapping[str, Account],
        spool: Spool,
        now: Callable[[], datetime],
        strangers: Strangers | None = None,
        *,
        dates: Callable[[], datetime] | None = None,
    ) -> None:
        self._accounts = accounts
        self._spool = spool
        self._now = now
        self._dates = dates or now
        self._strangers = strangers or Strangers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        account = self._account(scope)
        address = self._strangers.address(scope)
        try:
            reply, why = self._held(address) or await self._reply(account, scope, receive)
        except _Gone:
            reply, why = None, "gone"
        self._remember(address, reply, why)
        WEBHOOKS.labels(account.carrier if account else "", why).inc()
        if reply is not None:
            await _answer(send, reply)

    def _held(self, address: str | None) -> tuple[Reply, str] | None:
        """Let an address wait that has brought too much unproven, before its body is read."""
        seconds = self._strangers.wait(address, monotonic())
        if not seconds:
            return None
        wait = ("retry-after", str(seconds))
        return Reply(status=429, headers=(wait, ("connection", "close"))), _HELD

    def _remember(self, address: str | None, reply: Reply | None, why: str) -> None:
        if why == _KEPT:
            self._strangers.proved(address, monotonic())
        elif reply is not None and why != _HELD and reply.status in _UNPROVEN:
            self._strangers.refused(address, monotonic())

    def _account(self, scope: Scope) -> Account | None:
        """Find whose address it is; the name is compared, never used."""
        parts = scope["raw_path"].split(b"/")
        if len(parts) != _PARTS or parts[:2] != [b"", b"webhooks"]:
            return None
        account = self._accounts.get(parts[3].decode("latin-1"))
        return account if account and account.carrier.encode() == parts[2] else None

    async def _reply(
        self, account: Account | None, scope: Scope, receive: Receive
    ) -> tuple[Reply, str]:
        """Give the answer, and the one word that is counted."""
        if account is None:
            return _NOT_FOUND, "no-account"
        methods = CARRIERS[account.carrier].METHODS
        method = _method(scope["method"], methods)
        if method is None:
            allowed = ", ".join(sorted(methods))
            return Reply(status=405, headers=(("allow", allowed),)), "method"
        try:
            async with asyncio.timeout(BODY_SECONDS):
                request = await _read(method, scope, receive)
        except _TooLong:
            return _TOO_LONG, "too-long"
        except TimeoutError:
            return _TOO_SLOW, "too-slow"
        return await self._keep(account, request)

    async def _keep(self, account: Account, request: Request) -> tuple[Reply, str]:
        began, now = monotonic(), self._now()
        unproven = refusal(account, request, now)
        if unproven is not None:
            return unproven
        try:
            kept = keep(account.carrier, account.name, request, self._dates())
            await self._spool.append(spell(kept))
        except Full:
            return _LATER, "spool-full"
        except Faulty:
            return _LATER, "disk"
        ACCEPT_SECONDS.observe(monotonic() - began)
        return CARRIERS[account.carrier].ACCEPTED, _KEPT


def refusal(account: Account, request: Request, now: datetime) -> tuple[Reply, str] | None:
    """Say how a request that is not proven is answered, and why, in a word; None if it is."""
    try:
        if not account.insecure:
            CARRIERS[account.carrier].verify(request, account, now)
    except NeedsChallenge:
        return _CHALLENGE, "challenged"
    except ProofForgotten:
        return _LATER, "proof-forgotten"
    except Unverified as unproven:
        return _FORBIDDEN, unproven.reason
    return None


def _method(given: str, allowed: frozenset[Method]) -> Method | None:
    return next((method for method in allowed if method == given), None)


async def _read(method: Method, scope: Scope, receive: Receive) -> Request:
    """Read the request, whole and unchanged, within its limits."""
    pairs = scope["headers"]
    if sum(len(name) + len(value) for name, value in pairs) > MAX_HEADER_BYTES:
        raise _TooLong
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
    return Request(
        method=method,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _body(receive),
    )


async def _body(receive: Receive) -> bytes:
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise _TooLong
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _answer(send: Send, reply: Reply) -> None:
    length = ("content-length", str(len(reply.body)))
    lengths = () if reply.status == 204 else (length,)  # noqa: PLR2004 - RFC 9110 §8.6
    headers = [(name.encode(), value.encode()) for name, value in (*reply.headers, *lengths)]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
