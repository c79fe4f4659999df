"""The object store, hostile files, screens that sleep or come back together: F19, F23-F25."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator

from deploy.local.ports import LOOPBACK
from deploy.local.simulator import twilio
from deploy.local.simulator.accounts import account
from deploy.local.simulator.words import File, Inbound
from services.kernel import ids
from services.kernel.clock import Clock
from tests.chaos import town
from tests.chaos.scene import LONG, SHORT, STEP_SECONDS, Fault, Scene
from tests.support.waiting import eventually

_PICTURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()
_SHOWN_SECONDS = 8.0
#: media tries again after 5 s.
_STORED_SECONDS = 25.0
_HUGE_BYTES, _CHUNK = 40 << 20, 1 << 16
_SLOW_SECONDS = 0.5
#: A screen that reads nothing may cost the gateway this much, bytes, with the noise of a process.
_MOST_GROWTH = 96 << 20
_CROWD = 5
_RESUMED_SECONDS = 30.0
_WAY_OF_A_PICTURE = frozenset(
    {"objects", "ingest", "router", "media", "gateway", "kafka", "postgres", "links"}
)


async def store_is_away(scene: Scene) -> None:
    """F23: the object store is killed; a text with a picture is shown at once, its file later."""
    stack, people, line = scene.stack, scene.people, town.LINES[0]
    await stack.put_down("objects")
    text = f"see the picture {ids.new()}"
    file = {"name": "dot.png", "media_type": "image/png", "content_base64": _PICTURE}
    await people.text(line, scene.fate.choice(town.CUSTOMERS), text, files=[file])
    if "kafka" not in stack.down and "postgres" not in stack.down:
        shown = await _file_state(scene, text, {"pending", "stored"}, _SHOWN_SECONDS)
        scene.expect(shown or stack.down & {"kafka", "postgres"}, "a text waited for its picture")
    await stack.put_up("objects")
    stored = await _file_state(scene, text, {"stored"}, _STORED_SECONDS)
    scene.expect(stored, "the picture was not fetched once the store was back")


async def _file_state(scene: Scene, text: str, states: set[str], seconds: float) -> bool:
    """Wait until the text is shown, with its file in one of these states."""
    line, deadline = town.LINES[0], scene.stack.now + seconds
    while scene.stack.now < deadline:
        found = await scene.people.get(line.people[0], "/conversations", limit=50)
        for one in (found or {}).get("items", []):
            if one["preview"] and one["preview"]["text"] == text:
                items = await scene.people.get(
                    line.people[0], f"/conversations/{one['id']}/messages"
                )
                for item in (items or {}).get("items", []):
                    if item.get("text") == text and item["files"][0]["state"] in states:
                        return True
        await asyncio.sleep(STEP_SECONDS)
    return False


async def files_are_hostile(scene: Scene) -> None:
    """F24: pictures that never end, are too big, lead elsewhere, or are no pictures."""
    async with _hostile_host() as port:
        for path in ("slow.png", "huge.png", "redirect.png", "lie.png"):
            await _text_with(scene, f"http://{LOOPBACK}:{port}/{path}")
        await scene.last(LONG)


async def _text_with(scene: Scene, url: str) -> None:
    """Bring a signed text with a file at this address, as the carrier would."""
    stack, id_ = scene.stack, f"MM{ids.new().replace('-', '')}"
    mine = account("twilio", stack.secrets.simulator)
    message = Inbound(
        id=id_,
        sender=scene.fate.choice(town.CUSTOMERS),
        number=town.LINES[1].number,
        text="look at this",
        files=(File(name="a.png", media_type="image/png", content=b"", url=url),),
        at=Clock().now().isoformat(),
    )
    webhook = twilio.message_webhook(mine, stack.places.webhooks, message)
    scene.people.history.note(stack.now, "text-in", id=id_)
    await scene.people.phone.post(webhook.url, content=webhook.body, headers=webhook.headers)


@contextlib.asynccontextmanager
async def _hostile_host() -> AsyncIterator[int]:
    """Serve on a port of its own; at the end it hangs up on whoever still listens."""
    talking: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(writer)
        await _answer(reader, writer)

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in talking:
            writer.transport.abort()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ")[1]
        if path.startswith(b"/redirect"):
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n")
        elif path.startswith(b"/lie"):
            body = b"<script>alert(1)</script>"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
            for _ in range(_HUGE_BYTES // _CHUNK):
                writer.write(b"\x89PNG" * (_CHUNK // 4) if b"huge" in path else b"\x89")
                await writer.drain()
                await asyncio.sleep(_SLOW_SECONDS if b"slow" in path else 0)
        await writer.drain()
    writer.close()


async def screen_stops_reading(scene: Scene) -> None:
    """F19: a screen reads nothing while much happens; the gateway does not grow with it."""
    pid = scene.stack.children["gateway"].process.pid
    before = _resident(pid)
    screen = scene.people.screens[0]
    screen.awake.clear()
    for number in range(40):
        await scene.people.text(town.DESKS[0], scene.fate.choice(town.CUSTOMERS), f"psst {number}")
    await scene.last(SHORT)
    if scene.stack.children["gateway"].process.pid == pid and scene.stack.is_alive("gateway"):
        grown = _resident(pid) - before
        scene.expect(grown < _MOST_GROWTH, f"the gateway grew by {grown >> 20} MiB")
    screen.awake.set()


def _resident(pid: int) -> int:
    """Read how much memory a process has, bytes."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
        return int(file.read().split()[1]) * 4096


async def everybody_comes_back(scene: Scene) -> None:
    """F25: the gateway is killed under many screens; all are back soon, without a gap."""
    people, stack = scene.people, scene.stack
    people.follow_too([one for names in town.PEOPLE.values() for one in names] * _CROWD)
    with contextlib.suppress(AssertionError):
        await eventually(lambda: all(screen.opened for screen in people.screens), 15, every=0.25)
    stack.kill("gateway")
    await stack.ended("gateway")
    before = [screen.opened for screen in people.screens]
    await stack.wait_ready("gateway")
    deadline = stack.now + _RESUMED_SECONDS
    while stack.now < deadline:
        back = sum(s.opened > was for s, was in zip(people.screens, before, strict=True))
        if back == len(before):
            return
        await asyncio.sleep(0.25)
    scene.miss(f"{back} of {len(before)} screens were back after {_RESUMED_SECONDS:.0f} s")


FAULTS = (
    Fault("F19", "slow WebSocket reader", screen_stops_reading, frozenset({"screens"})),
    Fault("F23", "object store down", store_is_away, _WAY_OF_A_PICTURE),
    Fault("F24", "hostile files of a carrier", files_are_hostile),
    Fault("F25", "reconnect storm", everybody_comes_back, frozenset({"gateway", "screens"})),
)
