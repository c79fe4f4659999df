"""Signed webhooks by the thousand, made before the clock starts, over kept-alive connections."""

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from deploy.local.simulator.words import Account

CONNECTIONS = 64
_TIMEOUT_SECONDS = 30.0
_TAKEN = frozenset({200, 201, 202, 204})


def twilio(account: Account, base: str, number: str, customer: str, text: str) -> bytes:
    """Write a whole HTTP request of an inbound text, signed as Twilio signs (carriers.md §2.1)."""
    url = f"{base}/webhooks/twilio/{account.name}"
    fields = {
        "MessageSid": "SM" + hashlib.sha256(f"{customer}{text}".encode()).hexdigest()[:32],
        "AccountSid": account.credentials["account_sid"],
        "From": customer,
        "To": number,
        "Body": text,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    token = account.credentials["auth_token"].encode()
    signature = base64.b64encode(hmac.digest(token, signed.encode(), hashlib.sha1)).decode()
    body = urlencode(fields).encode()
    head = (
        f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Connection:
    """One kept-alive connection; one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> int:
        """Send a request and read its whole answer; gives the status."""
        self.writer.write(request)
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), _TIMEOUT_SECONDS)
        if b"transfer-encoding: chunked" in head.lower():
            while size := int(await self.reader.readline(), 16):
                await self.reader.readexactly(size + 2)  # the line's end with it
            await self.reader.readline()
        else:
            await self.reader.readexactly(_length(head))
        return int(head[9:12])


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


class Pool:
    """A bounded pool of connections to one server."""

    def __init__(self, base: str) -> None:
        place = urlsplit(base)
        self._place = (place.hostname, place.port)
        self._free: asyncio.Queue[Connection] = asyncio.Queue()

    async def open(self) -> "Pool":
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await self._connect())
        return self

    async def ask(self, request: bytes) -> int:
        """Send a request; a connection that the server closed while it was idle is made anew."""
        connection = await self._free.get()
        try:
            if connection.reader.at_eof():
                connection = await self._connect()
            return await connection.ask(request)
        finally:
            self._free.put_nowait(connection)

    async def _connect(self) -> Connection:
        return Connection(*await asyncio.open_connection(*self._place))

    async def accepted(self, request: bytes) -> bool:
        """Send a webhook and tell whether it was taken."""
        return await self.ask(request) in _TAKEN

    def close(self) -> None:
        while not self._free.empty():
            self._free.get_nowait().writer.close()


@dataclass(frozen=True)
class Inbound:
    """Where texts come in, and as whose: our account, and the number that they are for."""

    account: Account
    #: The URL that the carrier was told; what it signs.
    public: str
    number: str

    def text(self, customer: str, text: str) -> bytes:
        """Write one signed request."""
        return twilio(self.account, self.public, self.number, customer, text)
