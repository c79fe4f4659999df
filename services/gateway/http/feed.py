"""The feed's socket: first what was missed, from the table, then whatever is committed."""

import asyncio
import contextlib
from typing import Annotated

import orjson
import psycopg
from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from services.gateway.domain.scope import Caller
from services.gateway.http.entry import Parts, address_of, find_caller, parts_of
from services.gateway.http.typing import Typist
from services.gateway.ports import FEED_GONE, FORBIDDEN, RESYNC, SIGNED_OUT, TOO_MANY, Line
from services.kernel.clock import monotonic

router = APIRouter()

PAGE = 500
#: Between two tries of a screen to catch up while the database is away.
AWAY_SECONDS = 1.0
#: What a client may say in a second; it has only pings, pongs and its typing to say.
MOST_SAID = 20
_MOST_BYTES = 4_096


def may_open(socket: WebSocket, caller: Caller, parts: Parts) -> bool:
    """A browser always names its origin; a program with a bearer token names none."""
    origin = socket.headers.get("origin")
    if caller.proof == "session" or origin is not None:
        return origin in parts.config.origins
    return True


@router.websocket("/feed")
async def feed(
    socket: WebSocket,
    feed_id: Annotated[str, Query(alias="id", max_length=100)] = "",
    after: Annotated[int, Query(ge=0)] = 0,
) -> None:
    """Frames after a place in the feed, and then every new one."""
    parts = parts_of(socket)
    caller = await find_caller(socket)
    await socket.accept()  # only an open socket can say why it closes
    if caller is None:
        await socket.close(SIGNED_OUT)
    elif not may_open(socket, caller, parts):
        await socket.close(FORBIDDEN)
    else:
        await _serve(socket, parts, caller, feed_id, after)


async def _serve(socket: WebSocket, parts: Parts, caller: Caller, feed_id: str, after: int) -> None:
    address = address_of(socket, parts.config.proxies)
    line = parts.switchboard.join(caller.scope, address, feed_id)
    if line is None:
        await socket.close(TOO_MANY)
        return
    screen = _Screen(socket, parts, caller, line)
    parts.watch.add(screen)
    working = [asyncio.create_task(job) for job in (screen.write(feed_id, after), screen.read())]
    try:
        done, _ = await asyncio.wait((*working, screen.over), return_when=asyncio.FIRST_COMPLETED)
        for job in done:
            job.result()
    except (WebSocketDisconnect, RuntimeError):
        line.end(RESYNC)  # it is gone already: Starlette says RuntimeError after a close
    finally:
        for job in working:
            job.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        screen.typist.leave()
        parts.switchboard.leave(line)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(line.ended or 1000)


class _Screen:
    """One open socket."""

    def __init__(self, socket: WebSocket, parts: Parts, caller: Caller, line: Line) -> None:
        self._socket, self._parts = socket, parts
        self.caller, self.line = caller, line
        self.heard = monotonic()
        #: Done when it is to be let go of, even in the midst of a send.
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.typist = Typist(parts, caller)

    def end(self, code: int) -> None:
        self.line.end(code)
        if not self.over.done():
            self.over.set_result(None)

    async def write(self, feed_id: str, after: int) -> None:
        """Send what was missed, then what is told, until the line ends."""
        place = await self._catch_up(feed_id, after)
        while self.line.ended is None:
            for sequence, frame in await self.line.next():
                if sequence is None:
                    await self._socket.send_text(frame)
                elif sequence == place + 1:
                    await self._socket.send_text(f'{{"sequence":{sequence},{frame[1:]}')
                    place = sequence
                elif sequence > place:
                    place = await self._catch_up(feed_id, place)

    async def _catch_up(self, feed_id: str, after: int) -> int:
        more = True
        while more and self.line.ended is None:
            try:
                page = await self._parts.views.changes(self.caller.scope, feed_id, after, PAGE)
            except psycopg.OperationalError:
                await asyncio.sleep(AWAY_SECONDS)  # nothing is missed meanwhile: it is a table
                continue
            if page is None:
                self.line.end(FEED_GONE)
                break
            frames, more = page
            for frame in frames:
                await self._socket.send_text(frame)
            after += len(frames)
        return after

    async def read(self) -> None:
        """Hear pongs and typing, answer pings; who says more than they may is closed."""
        window, said = monotonic(), 0
        while self.line.ended is None:
            text = await self._socket.receive_text()
            now = monotonic()
            window, said = (now, 1) if now - window > 1 else (window, said + 1)
            if said > MOST_SAID or len(text) > _MOST_BYTES:
                self.line.end(TOO_MANY)
                return
            self.heard = now
            await self._hear(text)

    async def _hear(self, text: str) -> None:
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError:
            return
        kind = frame.get("type") if isinstance(frame, dict) else None
        if kind == "typing":
            await self.typist.hear(frame)
        elif kind == "ping":
            answer = {"type": "pong", "t": frame.get("t") if isinstance(frame.get("t"), int) else 0}
            self.line.say(orjson.dumps(answer).decode())
