import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.ports import LOOPBACK, free_ports, listens
from services.ingest.adapters.spool import FileSpool
from services.ingest.http import protocol
from services.ingest.http.protocol import ImpatientProtocol
from services.ingest.http.webhooks import Webhooks
from services.kernel import web
from services.kernel.settings import Address
from tests.support.waiting import eventually
from tests.support.webhooks import NOW, account, fixture, sign

pytestmark = pytest.mark.integration

PATIENCE_SECONDS = 0.5
SLOW_SOCKETS = 300
LINE = b"POST /webhooks/twilio/main HTTP/1.1\r\nhost: x\r\n"


@pytest.fixture
async def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Ingest's HTTP on a real socket, with the deadline of a test."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", PATIENCE_SECONDS)
    (port,) = free_ports(1)
    async with FileSpool(tmp_path, 1 << 20) as spool:
        app = Webhooks({"main": account("twilio")}, spool, lambda: NOW)
        serving = asyncio.create_task(
            web.serve(app, Address(LOOPBACK, port), http=ImpatientProtocol, lifespan="off")
        )
        await eventually(lambda: listens(f"{LOOPBACK}:{port}"))
        yield port
        serving.cancel()
        await asyncio.wait({serving})


async def _says(port: int, *pieces: bytes) -> bytes:
    """Send pieces, and read what comes until the server closes or has answered."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    answer = b""
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(4096), 10)
    writer.close()
    return answer


def _status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1.1 (\d{3})", answer)
    return int(found[1]) if found else 0


def _genuine() -> bytes:
    request = sign("twilio", fixture("twilio", "message").request)
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    length = f"content-length: {len(request.body)}\r\n\r\n"
    return LINE + headers.encode() + length.encode() + request.body


async def test_a_genuine_request_is_taken(port: int) -> None:
    assert _status(await _says(port, _genuine())) == 200


async def test_a_get_is_verified_and_taken(port: int) -> None:
    request = sign("twilio", fixture("twilio", "message-by-get").request)
    signature = dict(request.headers)["x-twilio-signature"]
    head = f"GET /webhooks/twilio/main?{request.query} HTTP/1.1\r\nhost: x\r\n"

    answer = await _says(port, f"{head}x-twilio-signature: {signature}\r\n\r\n".encode())
    assert _status(answer) == 200


async def test_a_body_without_an_end_is_cut_off_at_the_limit(port: int) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = await _says(port, LINE + b"transfer-encoding: chunked\r\n\r\n", *([chunk] * 200))

    assert _status(answer) in {413, 0}  # or hung up on while it was still sending


@pytest.mark.parametrize(
    "headers",
    [
        b"content-length: 3\r\ncontent-length: 4\r\n",
        b"content-length: 3\r\ntransfer-encoding: chunked\r\n",
        b"content-length: -1\r\n",
        b"content-length: 9999999999999999999999\r\n",
        b"transfer-encoding: chunked, identity\r\n",
    ],
    ids=range(5),
)
async def test_two_opinions_about_a_bodys_length_are_refused(port: int, headers: bytes) -> None:
    assert _status(await _says(port, LINE + headers + b"\r\nabc")) in {400, 0}


async def test_whoever_sends_a_head_slowly_is_let_go_and_others_do_not_wait(port: int) -> None:
    slow = [await asyncio.open_connection(LOOPBACK, port) for _ in range(SLOW_SOCKETS)]
    for _, writer in slow:
        writer.write(LINE)
    assert _status(await _says(port, _genuine())) == 200

    ends = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in slow)), 20)
    assert set(ends) == {b""}
    for _, writer in slow:
        writer.close()


async def test_a_kept_connection_may_idle_between_requests_but_not_within_one(port: int) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    for _ in range(2):
        writer.write(_genuine())
        assert _status(await reader.readuntil(b"<Response/>")) == 200
    writer.write(LINE)
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()
