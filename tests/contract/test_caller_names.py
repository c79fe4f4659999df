"""Every form of the gateway's port CallerNames: what it knows, what it does not, and away."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from deploy.local.ports import LOOPBACK
from services.gateway.adapters.caller_names import FileCallerNames, caller_names
from services.gateway.domain.config import Config
from services.gateway.ports.caller_names import CallerNames, NamesAway
from services.gateway.settings import Settings
from services.kernel.settings import Environment
from tests.support.caller_names import FakeCallerNames

KNOWN, UNKNOWN = "+14155550150", "+14155550151"
NAME = "SMITH, ROBERT"
KEY = "secret"
#: How soon the peer notices that it is to end.
_POLL_SECONDS = 0.02
#: What the peer says instead of an answer.
BAD = [
    (500, b""),
    (401, b"{}"),
    (302, b""),
    (200, b"<html>"),
    (200, b'{"name": 7}'),
    (200, b"\xff"),
]

GoesAway = Callable[[], None]


class Peer:
    """A caller-name service on loopback, as docs/caller-names.md has it."""

    def __init__(self) -> None:
        self.bad: tuple[int, bytes] | None = None
        self.address = ""

    def answer(self, path: str, key: str) -> tuple[int, bytes]:
        """Say who the number of a path is."""
        if self.bad is not None:
            return self.bad
        if key != f"Bearer {KEY}":
            return 401, b"{}"
        number = unquote(path.removeprefix("/cnam/names/"))
        known = {KNOWN: f" {NAME} ", "+14155550152": None, "+14155550153": " "}
        return (
            (200, json.dumps({"name": known[number]}).encode()) if number in known else (404, b"")
        )


@contextmanager
def _peer() -> Iterator[Peer]:
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = peer.answer(self.path, self.headers.get("authorization", ""))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest listens to failures."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
    peer.address = f"http://{LOOPBACK}:{server.server_port}/cnam/"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()


def _config(*, url: str | None = None, file: Path | None = None) -> Config:
    return Config(
        public_url="http://x",
        media_url="http://m",
        media_inside="http://m",
        media_link_key=b"key",
        push_key=None,
        names_url=url,
        names_key=KEY,
        names_file=file,
    )


def _made(config: Config) -> CallerNames:
    made = caller_names(config)
    assert made is not None
    return made


@pytest.fixture(params=["fake", "file", "http"])
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[CallerNames, GoesAway]]:
    if request.param == "fake":
        fake = FakeCallerNames({KNOWN: NAME})
        yield fake, lambda: setattr(fake, "away", True)
    elif request.param == "file":
        file = tmp_path / "names.csv"
        file.write_text(f'number,name\n{KNOWN},"{NAME}"\n', encoding="utf-8")
        yield _made(_config(file=file)), file.unlink
    else:
        with _peer() as peer:
            yield _made(_config(url=peer.address)), lambda: setattr(peer, "bad", (503, b""))


async def test_a_number_that_is_known_has_its_name(port: tuple[CallerNames, GoesAway]) -> None:
    """CONT-03: as the service spells it."""
    assert await port[0].name(KNOWN) == NAME


async def test_a_number_that_nobody_knows_has_none(port: tuple[CallerNames, GoesAway]) -> None:
    assert await port[0].name(UNKNOWN) is None


async def test_a_service_that_cannot_be_asked_is_away(port: tuple[CallerNames, GoesAway]) -> None:
    names, goes_away = port
    goes_away()

    with pytest.raises(NamesAway):
        await names.name(KNOWN)


async def test_every_service_says_what_it_is_called(port: tuple[CallerNames, GoesAway]) -> None:
    assert port[0].source in {"fake", "file", "http"}


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
async def test_an_answer_that_is_none_is_the_service_away(bad: tuple[int, bytes]) -> None:
    with _peer() as peer:
        peer.bad = bad
        with pytest.raises(NamesAway):
            await _made(_config(url=peer.address)).name(KNOWN)


@pytest.mark.parametrize("number", ["+14155550152", "+14155550153"])
async def test_an_empty_name_is_none(number: str) -> None:
    with _peer() as peer:
        assert await _made(_config(url=peer.address)).name(number) is None


async def test_a_port_where_nobody_listens_is_the_service_away() -> None:
    with pytest.raises(NamesAway):
        await _made(_config(url=f"http://{LOOPBACK}:1")).name(KNOWN)


async def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text(
        "\ufeffnumber,name\nnot a line\n+14155550150\n+14155550150,,\n", encoding="utf-8"
    )
    names = FileCallerNames(file)
    assert await names.name(KNOWN) is None

    file.write_text(f'{KNOWN}, "Ann" ,more\n', encoding="utf-8")

    assert await names.name(KNOWN) == '"Ann"'
    file.write_bytes(b"\xff\xff")
    with pytest.raises(NamesAway):
        await names.name(KNOWN)


def test_without_a_service_none_is_asked_and_two_are_a_mistake(tmp_path: Path) -> None:
    settings = {"TANDEM_MEDIA_LINK_KEY": "key"}
    assert caller_names(Settings.read(Environment(settings)).config) is None
    url = {"GATEWAY_CALLER_NAMES_URL": "https://names.example.com"}
    made = caller_names(Settings.read(Environment({**settings, **url})).config)
    assert made is not None
    assert made.source == "http"
    file = {"GATEWAY_CALLER_NAMES_FILE": str(tmp_path / "names.csv")}
    assert isinstance(
        caller_names(Settings.read(Environment({**settings, **file})).config), FileCallerNames
    )

    with pytest.raises(ValueError, match="choose one"):
        Settings.read(Environment({**settings, **url, **file}))
