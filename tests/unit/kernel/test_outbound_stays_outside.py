"""The matrix of security.md T7: no spelling of an inside address is ever connected to."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.kernel import outbound
from services.kernel.outbound import Blocked, NotSent, Outbound, Policy, TooBig, Unanswered

LOOPBACK = Policy.of(["127.0.0.0/8"], max_redirects=2)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/a",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user:secret@example.com/",
        "https://example.com:8443/",
        "https://example.com:99999/",
        "https:///a",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://127.0.0.1/",
        "https://8.8.8.8/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://0/",
        "not a url",
        "",
    ],
)
async def test_a_url_that_is_not_plainly_a_name_over_https_is_refused(url: str) -> None:
    with pytest.raises(Blocked):
        await Outbound(Policy()).request("GET", url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "100.64.0.1", "169.254.169.254", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1",
    ],
)  # fmt: skip
def test_an_inside_address_is_refused_whatever_name_led_to_it(address: str) -> None:
    with pytest.raises(Blocked):
        outbound.check_address(address, Policy())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_global_address_is_called(address: str) -> None:
    outbound.check_address(address, Policy())


async def test_a_name_that_leads_inside_is_refused_before_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def rebound(host: str, port: int) -> list[str]:
        del host, port
        return ["93.184.216.34", "127.0.0.1"]

    monkeypatch.setattr(outbound, "_resolve", rebound)

    with pytest.raises(Blocked):
        await Outbound(Policy()).request("GET", "https://rebind.example.com/")


class _Server(ThreadingHTTPServer):
    released: threading.Event
    server_port: int


class _Hostile(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]]
    server: _Server

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        if self.path == "/inside":
            self._redirect("http://169.254.169.254/latest/")
        elif self.path == "/loop":
            self._redirect("/loop")
        elif self.path == "/elsewhere":
            self._redirect(f"http://127.0.0.2:{self.server.server_port}/big")
        elif self.path == "/hang":
            self.server.released.wait(20)
        else:
            self._big()

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _big(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def hostile() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    seen: list[tuple[str, str | None]] = []
    handler = type("Handler", (_Hostile,), {"seen": seen})
    server = _Server(("0.0.0.0", 0), handler)
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.released.set()
    server.shutdown()
    server.server_close()


Hostile = tuple[str, list[tuple[str, str | None]]]


async def test_a_redirect_inside_is_refused(hostile: Hostile, tmp_path: Path) -> None:
    with pytest.raises(Blocked):
        await Outbound(LOOPBACK).download(f"{hostile[0]}/inside", tmp_path, max_bytes=10_000)


async def test_redirects_have_an_end(hostile: Hostile, tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="too-many-redirects"):
        await Outbound(LOOPBACK).download(f"{hostile[0]}/loop", tmp_path, max_bytes=10_000)
    assert len(hostile[1]) == LOOPBACK.max_redirects + 1


async def test_credentials_do_not_follow_a_redirect_to_another_host(
    hostile: Hostile, tmp_path: Path
) -> None:
    def headers_for(host: str) -> dict[str, str]:
        return {"Authorization": "Basic secret"} if host == "127.0.0.1" else {}

    got = await Outbound(LOOPBACK).download(
        f"{hostile[0]}/elsewhere", tmp_path, max_bytes=10_000, headers_for=headers_for
    )

    assert got.size == 5000
    assert hostile[1] == [("/elsewhere", "Basic secret"), ("/big", None)]


async def test_a_file_beyond_the_cap_is_given_up(hostile: Hostile, tmp_path: Path) -> None:
    with pytest.raises(TooBig):
        await Outbound(LOOPBACK).download(f"{hostile[0]}/big", tmp_path, max_bytes=4999)


async def test_a_server_that_never_answers_is_told_from_one_that_is_not_there(
    hostile: Hostile,
) -> None:
    client = Outbound(LOOPBACK)
    with pytest.raises(Unanswered):
        await client.request("GET", f"{hostile[0]}/hang", total_seconds=0.3)
    with pytest.raises(NotSent):
        await client.request("GET", "http://127.0.0.1:9/")
    await asyncio.sleep(0)
    await client.close()
