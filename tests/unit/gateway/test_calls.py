"""Click to call against a PBX's call control on loopback: the requests of docs/calls.md."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deploy.local.ports import LOOPBACK
from services.gateway.adapters.call_control import CallControl, call_control
from services.gateway.domain.config import Config
from services.gateway.ports.calls import Call, CallsAway, NewCall
from services.gateway.settings import Settings
from services.kernel.settings import Environment

WISH = NewCall(id="call-1", tenant="acme", extension="101", to="+14155550150", caller_id=None)


@dataclass
class Pbx:
    """What it was asked, and what it says."""

    address: str = ""
    asked: list[tuple[str, str, str, Any]] = field(default_factory=list)
    status: int = 200
    says: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def pbx() -> Iterator[Pbx]:
    found = Pbx(
        says={"id": "call-1", "extension": "101", "to": WISH.to, "state": "ringing-you", "new": 1}
    )

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            sent = json.loads(body) if body else None
            key = self.headers.get("authorization", "")
            found.asked.append((self.command, self.path, key, sent))
            said = json.dumps(found.says).encode()
            self.send_response(found.status)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest listens to failures."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://{LOOPBACK}:{server.server_port}/pbx/"
    yield found
    server.shutdown()
    server.server_close()


def _control(address: str) -> CallControl:
    config = Config(
        public_url="http://x",
        media_url="http://m",
        media_inside="http://m",
        media_link_key=b"key",
        push_key=None,
        calls_url=address,
        calls_key="secret",
    )
    made = call_control(config)
    assert made is not None
    return made


async def test_a_call_rings_the_users_own_phone_first(pbx: Pbx) -> None:
    """CALL-01: one call command, with the extension that rings first."""
    said = await _control(pbx.address).ring(WISH)

    assert said == Call("call-1", "101", WISH.to, "ringing-you", None)
    ((method, path, key, body),) = pbx.asked
    assert (method, path, key) == ("POST", "/pbx/calls", "Bearer secret")
    assert body == {
        "id": "call-1",
        "tenant": "acme",
        "extension": "101",
        "to": WISH.to,
        "caller_id": None,
    }


async def test_how_a_call_goes_is_asked_by_its_id(pbx: Pbx) -> None:
    pbx.says |= {"state": "failed", "reason": "Busy"}
    control = _control(pbx.address)

    found = await control.look("a/b")

    assert found is not None
    assert (found.state, found.reason) == ("failed", "Busy")
    assert pbx.asked[0][1] == "/pbx/calls/a%2Fb"
    pbx.status = 404
    assert await control.look("gone") is None


@pytest.mark.parametrize(
    ("status", "says"), [(500, {}), (200, {"state": "dancing"}), (302, {}), (401, {})]
)
async def test_what_is_not_understood_is_a_phone_system_that_is_away(
    pbx: Pbx, status: int, says: dict[str, Any]
) -> None:
    pbx.status = status
    pbx.says = pbx.says | says if says else {}

    with pytest.raises(CallsAway):
        await _control(pbx.address).ring(WISH)


async def test_nobody_there_is_said_and_not_repeated() -> None:
    with pytest.raises(CallsAway):
        await _control("http://127.0.0.1:9/").ring(WISH)


def test_a_video_address_names_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """CALL-03: in an address without {room} every video would be the same one."""
    monkeypatch.setenv("TANDEM_MEDIA_LINK_KEY", "key")
    monkeypatch.setenv("GATEWAY_VIDEO", "https://meet.example.com/all")
    with pytest.raises(ValueError, match="room"):
        Settings.read(Environment())
