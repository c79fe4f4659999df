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
from services.kernel.clock import Clock, monotonic

router = APIRouter()

PAGE = 500
PING_SECONDS = 15.0
#: Between two tries of a screen to catch up while the database is away.
AWAY_SECONDS = 1.0
#: Pings that may stay without a pong before the screen counts as gone.
MOST_SILENCE = 2.5 * PING_SECONDS
#: What a client may say in a second; it has only pings, pongs and its typing to say.
MOST_SAID = 20
_MOST_BYTES = 4_096


def may_open(socket: WebSocket, caller: Caller, parts: Parts) -> bool:
    """A browser always names its origin; a program with a bearer token names none."""
    origin = socket.headers.get("origin")
    if caller.proof == "session" or origin is not None:
        return origin in parts.config.origins
    return True


async def may_stay(socket: WebSocket) -> bool:
    """Ask whether they are still signed in; while nobody can tell, they keep their screen."""
    try:
        return await find_caller(socket) is not None
    except psycopg.OperationalError:
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
    working = [
        asyncio.create_task(job)
        for job in (screen.write(feed_id, after), screen.read(), screen.watch())
    ]
    try:
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
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
        self._socket, self._parts, self._caller, self._line = socket, parts, caller, line
        self._heard = monotonic()
        self._clock = Clock()
        self.typist = Typist(parts, caller)

    async def write(self, feed_id: str, after: int) -> None:
        """Send what was missed, then what is told, until the line ends."""
        place = await self._catch_up(feed_id, after)
        while self._line.ended is None:
            for sequence, frame in await self._line.next():
                if sequence is None:
                    await self._socket.send_text(frame)
                elif sequence == place + 1:
                    await self._socket.send_text(f'{{"sequence":{sequence},{frame[1:]}')
                    place = sequence
                elif sequence > place:
                    place = await self._catch_up(feed_id, place)

    async def _catch_up(self, feed_id: str, after: int) -> int:
        more = True
        while more and self._line.ended is None:
            try:
                page = await self._parts.views.changes(self._caller.scope, feed_id, after, PAGE)
            except psycopg.OperationalError:
                await asyncio.sleep(AWAY_SECONDS)  # nothing is missed meanwhile: it is a table
                continue
            if page is None:
                self._line.end(FEED_GONE)
                break
            frames, more = page
            for frame in frames:
                await self._socket.send_text(frame)
            after += len(frames)
        return after

    async def read(self) -> None:
        """Hear pongs and typing, answer pings; who says more than they may is closed."""
        window, said = monotonic(), 0
        while self._line.ended is None:
            text = await self._socket.receive_text()
            now = monotonic()
            window, said = (now, 1) if now - window > 1 else (window, said + 1)
            if said > MOST_SAID or len(text) > _MOST_BYTES:
                self._line.end(TOO_MANY)
                return
            self._heard = now
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
            self._line.say(orjson.dumps(answer).decode())

    async def watch(self) -> None:
        """Ping, and end the line when nobody answers or who they are has ended."""
        while self._line.ended is None:
            now = self._clock.now().timestamp()
            self._line.say(f'{{"type":"ping","t":{int(now * 1000)}}}')
            await asyncio.sleep(min(PING_SECONDS, max(0.0, self._caller.expires - now)))
            if monotonic() - self._heard > MOST_SILENCE:
                self._line.end(RESYNC)
            elif not await may_stay(self._socket):
                self._line.end(SIGNED_OUT)
