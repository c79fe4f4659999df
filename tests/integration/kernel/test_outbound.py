"""What leaves this machine: checked addresses, checked redirects, limits, and honest errors."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Sequence

import pytest

from services.kernel.addresses import NotAllowed
from services.kernel.outbound import (
    Credentials,
    Outbound,
    Policy,
    TooBig,
    Unknown,
    Unreachable,
)

pytestmark = pytest.mark.integration

POLICY = Policy.read(["127.0.0.0/8"])
SEEN: list[str] = []


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    SEEN.append(head)
    path = head.split(" ")[1]
    answers = {
        "/file": b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 5\r\n\r\nhello",
        "/away": b"HTTP/1.1 302 Found\r\nlocation: http://other.example:%d/file\r\n"
        b"content-length: 0\r\n\r\n" % writer.get_extra_info("sockname")[1],
        "/inside": b"HTTP/1.1 302 Found\r\nlocation: http://inside.example/\r\n"
        b"content-length: 0\r\n\r\n",
        "/loop": b"HTTP/1.1 302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\n\r\n",
        "/endless": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 << 20),
    }
    if path in answers:
        writer.write(answers[path])
        await writer.drain()
    elif path == "/never":
        await asyncio.Event().wait()
    writer.close()


async def _resolver(host: str, _port: int) -> Sequence[str]:
    return ["10.0.0.1"] if host == "inside.example" else ["127.0.0.1"]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    SEEN.clear()
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    yield f"http://files.example:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    client = Outbound(POLICY, resolver=_resolver)
    yield client
    await client.close()


async def test_the_name_is_kept_while_the_checked_address_is_called(
    outbound: Outbound, address: str
) -> None:
    into = io.BytesIO()
    found = await outbound.fetch(f"{address}/file", into, 100)
    assert (found.status, found.media_type, found.size) == (200, "image/png", 5)
    assert found.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert "host: files.example:" in SEEN[0].lower()
    assert "accept-encoding: identity" in SEEN[0].lower()


async def test_credentials_go_to_the_carriers_host_and_not_on_with_a_redirect(
    outbound: Outbound, address: str
) -> None:
    secret = Credentials(hosts=frozenset({"files.example"}), headers={"authorization": "Basic x"})
    await outbound.fetch(f"{address}/away", io.BytesIO(), 100, credentials=secret)
    assert "authorization: Basic x" in SEEN[0]
    assert "authorization" not in SEEN[1]
    assert "Basic" not in repr(secret)


async def test_a_redirect_to_the_inside_is_refused(outbound: Outbound, address: str) -> None:
    with pytest.raises(NotAllowed):
        await outbound.fetch(f"{address}/inside", io.BytesIO(), 100)


async def test_a_plain_policy_calls_nothing_on_this_machine(address: str) -> None:
    client = Outbound(Policy(), resolver=_resolver)
    with pytest.raises(NotAllowed):
        await client.call("GET", "https://files.example/")
    with pytest.raises(NotAllowed):
        await client.call("GET", f"{address}/file")
    await client.close()


async def test_redirects_end(outbound: Outbound, address: str) -> None:
    with pytest.raises(NotAllowed, match="redirects"):
        await outbound.fetch(f"{address}/loop", io.BytesIO(), 100)


async def test_a_file_that_is_too_big_is_given_up_on_the_way(
    outbound: Outbound, address: str
) -> None:
    with pytest.raises(TooBig):
        await outbound.fetch(f"{address}/endless", io.BytesIO(), 1 << 20)
    with pytest.raises(TooBig):
        await outbound.call("GET", f"{address}/endless")


async def test_what_never_left_is_told_from_what_may_have_arrived(
    outbound: Outbound, address: str
) -> None:
    with pytest.raises(Unreachable):
        await outbound.call("POST", "http://files.example:1/")
    with pytest.raises(Unknown):
        await outbound.call("POST", f"{address}/never", total_seconds=0.3)
    with pytest.raises(Unknown):
        await outbound.call("POST", f"{address}/closed")
