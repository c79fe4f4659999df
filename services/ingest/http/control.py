"""The operator's door, on an address of its own: archive now, and publish what was mended.

`tandem` decides what a mended parser would add; ingest, the one writer of `carrier-events`, takes
the requests into its spool with the ids of the events that they still owe, after it has seen that
its own parser gives those events. All further is as for a carrier's request (decisions/0012).
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec
import structlog

from services.carriers.contract import Account
from services.ingest.handlers import outcome, read
from services.ingest.ports import Faulty, Full, NotKept
from services.kernel.objects import StoreAway, StoreRefused

MAX_BODY_BYTES = 8 << 20
#: Requests in one call.
MAX_REQUESTS = 500
_REQUESTS = msgspec.msgpack.Decoder(list[bytes])
_log = structlog.get_logger()

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Spool(Protocol):
    """What the door needs of the spool."""

    @property
    def is_crowded(self) -> bool:
        """Tell whether carriers need the room."""
        ...

    async def append(self, payload: bytes) -> None:
        """Return once the payload is on stable storage; Full or Faulty if it is not."""
        ...


class Archiver(Protocol):
    """What the door needs of the archiver."""

    async def flush(self) -> None:
        """Archive all that is there now."""
        ...


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Control:
    """The ASGI application."""

    def __init__(
        self,
        key: str,
        accounts: Mapping[str, Account],
        spool: Spool,
        archiver: Archiver | None,
    ) -> None:
        self._proof = f"Bearer {key}".encode()
        self._accounts = accounts
        self._spool = spool
        self._archiver = archiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            said = await self._answer(scope, receive)
        except _Refused as refusal:
            await _say(send, refusal.status, {"error": str(refusal)})
        else:
            await _say(send, 200, said)

    async def _answer(self, scope: Scope, receive: Receive) -> dict[str, object]:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, self._proof):
            raise _Refused(403, "the key is not INGEST_CONTROL_KEY")
        match scope["method"], scope["path"]:
            case "POST", "/flush":
                return await self._flush()
            case "POST", "/reparse":
                return await self._reparse(await _body(receive))
            case _:
                raise _Refused(404, "there is POST /flush and POST /reparse")

    async def _flush(self) -> dict[str, object]:
        if self._archiver is None:
            raise _Refused(409, "ingest has no archive: INGEST_S3_KEY is not set")
        try:
            await self._archiver.flush()
        except (StoreAway, StoreRefused, NotKept) as error:
            raise _Refused(503, f"the archive: {type(error).__name__} {error}") from error
        return {}

    async def _reparse(self, body: bytes) -> dict[str, object]:
        try:
            payloads = _REQUESTS.decode(body)
            kept = [read(payload) for payload in payloads[:MAX_REQUESTS]]
        except msgspec.DecodeError as error:
            raise _Refused(400, "not a list of kept requests") from error
        for each in kept:
            mine = {envelope.id for envelope in outcome(each, self._accounts).envelopes}
            if not each.only or not mine.issuperset(each.only):
                raise _Refused(409, "ingest's own parser does not give these events: restart it")
        for payload in payloads[:MAX_REQUESTS]:
            await self._take(payload)
        _log.info("reparsed", requests=len(kept), events=sum(len(each.only) for each in kept))
        return {"taken": len(kept)}

    async def _take(self, payload: bytes) -> None:
        if self._spool.is_crowded:
            raise _Refused(503, "the spool is half full, and carriers come first: try again later")
        try:
            await self._spool.append(payload)
        except (Full, Faulty) as error:
            raise _Refused(503, "the spool takes nothing now: try again later") from error


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise _Refused(413, f"more than {MAX_BODY_BYTES} bytes")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return body


async def _say(send: Send, status: int, said: dict[str, object]) -> None:
    body = json.dumps(said).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
