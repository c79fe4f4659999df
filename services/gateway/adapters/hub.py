"""Tells every open screen of this replica what was committed, as soon as Postgres says so."""

import asyncio
import sys
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence

import orjson
import psycopg

from services.gateway.adapters.database import Database
from services.gateway.adapters.feed import CHANNEL, Placed
from services.gateway.domain.scope import EVERYTHING, Scope
from services.gateway.ports import FEED_GONE, RESYNC, Line
from services.kernel import postgres
from services.kernel.postgres import is_transient
from services.kernel.readiness import Readiness

#: Another read model serves from now on: every feed has a new id.
SWITCHED = "gateway_switch"
#: Frames that wait for one screen; a slower one reconnects and catches up from the table.
MOST_FRAMES = 1_000
#: security.md §6.
MOST_OF_A_USER, MOST_OF_AN_ADDRESS = 10, 200
_MOST_READ = 5_000
_PAUSE_SECONDS = 1.0
#: Postgres is asked whether it is still there when it has told nothing for so long.
SILENCE_SECONDS = 5.0
#: Newer than whatever was read.
_ANYTHING = sys.maxsize

_FRESH = """
SELECT f.viewer, f.sequence, f.frame
FROM unnest(%s::text[], %s::bigint[]) AS s (viewer, after)
JOIN feed f ON f.viewer = s.viewer AND f.sequence > s.after
ORDER BY f.viewer, f.sequence LIMIT %s
"""


class BoundedLine:
    """Frames on their way to one screen."""

    def __init__(self, scope: Scope, address: str, feed_id: str) -> None:
        self.scope, self.address, self.feed_id = scope, address, feed_id
        self.ended: int | None = None
        self._frames: deque[tuple[int | None, str]] = deque()
        self._something = asyncio.Event()

    async def next(self) -> Sequence[tuple[int | None, str]]:
        await self._something.wait()
        self._something.clear()
        frames = [] if self.ended else list(self._frames)
        self._frames.clear()
        return frames

    def put(self, sequence: int | None, frame: str) -> None:
        if len(self._frames) >= MOST_FRAMES:
            self.end(RESYNC)
            return
        self._frames.append((sequence, frame))
        self._something.set()

    def say(self, frame: str) -> None:
        self.put(None, frame)

    def end(self, code: int) -> None:
        self.ended = self.ended or code
        self._something.set()


class Hub:
    """Keeps the lines, reads new frames once for all of them, and wakes who waits for a commit."""

    def __init__(self, dsn: str, database: Database, readiness: Readiness) -> None:
        self._dsn, self._database, self._readiness = dsn, database, readiness
        self._lines: dict[str, set[BoundedLine]] = {}
        self._addresses: Counter[str] = Counter()
        #: Last sequence that was read for a viewer.
        self._read: dict[str, int] = {}
        #: Of the feeds that `_read` is about; None until they are read.
        self._feed_id: str | None = None
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._committed = asyncio.Event()
        self._error: BaseException | None = None
        self._switches = 0

    def join(self, scope: Scope, address: str, feed_id: str) -> BoundedLine | None:
        """Begin to tell a screen; the first frames of a viewer are read from where they are."""
        lines = self._lines.setdefault(scope.user, set())
        if len(lines) >= MOST_OF_A_USER or self._addresses[address] >= MOST_OF_AN_ADDRESS:
            return None
        line = BoundedLine(scope, address, feed_id)
        lines.add(line)
        self._addresses[address] += 1
        return line

    def leave(self, line: Line) -> None:
        if not isinstance(line, BoundedLine):
            raise TypeError("a line of another switchboard")
        lines = self._lines.get(line.scope.user, set())
        lines.discard(line)
        self._addresses -= Counter([line.address])
        if not lines:
            self._lines.pop(line.scope.user, None)
            self._read.pop(line.scope.user, None)

    def tell(self, tenant: str, frame: str) -> None:
        """Tell every screen of a tenant, outside the feeds."""
        for lines in list(self._lines.values()):
            for line in lines:
                if line.scope.tenant == tenant:
                    line.say(frame)

    def tell_people(self, tenant: str, people: Collection[str], frame: str) -> None:
        """Tell every screen of some people of a tenant, outside the feeds."""
        for person in people:
            for line in list(self._lines.get(person, ())):
                if line.scope.tenant == tenant:
                    line.say(frame)

    def deliver(self, feed_id: str, placed: Sequence[Placed]) -> None:
        """Hand on what this replica has just committed itself; its note will be no news then.

        A line drops what it has, and reads the table where it finds a gap.
        """
        for viewer, sequence, frame in placed:
            for line in self._lines.get(viewer, ()):
                if line.feed_id == feed_id:
                    line.put(sequence, frame)
            if feed_id == self._feed_id:
                self._read[viewer] = max(sequence, self._read.get(viewer, 0))
        self._say_committed()

    def next_commit(self) -> asyncio.Event:
        """Give what is set at the projector's next commit."""
        return self._committed

    def broken(self, error: BaseException | None) -> None:
        """Something that only a restart heals: `run` ends with it."""
        self._error = error
        self._wake.set()

    async def run(self) -> None:
        """Listen and read until cancelled."""
        await asyncio.gather(self._listen(), self._pump())

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (psycopg.OperationalError, TimeoutError) as error:
                self._readiness.lost("feed", error)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        async with await postgres.connect(self._dsn, "gateway-feed") as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await connection.execute(f"LISTEN {SWITCHED}")
            self._readiness.back("feed")
            self._mark(dict.fromkeys(self._lines, _ANYTHING))  # what was told meanwhile
            while True:
                async for note in connection.notifies(timeout=SILENCE_SECONDS):
                    self._heard(note)
                await connection.execute("SELECT 1")  # is it peace, or is nobody there?

    def _heard(self, note: psycopg.Notify) -> None:
        if note.channel == SWITCHED:
            self._switched()
        else:
            self._mark(orjson.loads(note.payload))

    def _mark(self, newest: Mapping[str, int]) -> None:
        """Note whose feeds have more than was read; by viewer, the newest place."""
        news = (one for one, sequence in newest.items() if self._read.get(one, 0) < sequence)
        self._dirty.update(one for one in news if one in self._lines)
        self._say_committed()
        if self._dirty:
            self._wake.set()

    def _say_committed(self) -> None:
        committed, self._committed = self._committed, asyncio.Event()
        committed.set()

    def _switched(self) -> None:
        """End every line: places of the old feeds mean nothing in the new ones."""
        self._switches += 1
        self._feed_id = None
        self._read.clear()
        for lines in self._lines.values():
            for line in lines:
                line.end(FEED_GONE)

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._error is not None:
                raise self._error
            try:
                await self._read_fresh()
            except Exception as error:
                if not is_transient(error):
                    raise
                self._readiness.lost("frames", error)
                await asyncio.sleep(_PAUSE_SECONDS)
                self._wake.set()
            else:
                self._readiness.back("frames")

    async def _read_fresh(self) -> None:
        """Read once for all viewers with something new; lines drop what they have."""
        wanted = sorted(self._dirty & self._lines.keys())
        if not wanted:
            self._dirty.clear()
            return
        switches = self._switches
        async with self._database.looking(EVERYTHING) as (rows, feed_id):
            fresh = [one for one in wanted if one not in self._read]
            heads = await rows.execute(
                "SELECT viewer, sequence FROM feed_head WHERE viewer = ANY(%s)", (fresh,)
            )
            # lines of a viewer who was not read for yet catch up from the table themselves
            begun = {head["viewer"]: head["sequence"] - 1 for head in await heads.fetchall()}
            places = [self._read.get(one, begun.get(one, 0)) for one in wanted]
            cursor = await rows.execute(_FRESH, (wanted, places, _MOST_READ))
            found = await cursor.fetchall()
        if switches != self._switches:
            return  # read from the old feeds, whose lines have ended
        self._feed_id = feed_id
        self._dirty.difference_update(wanted)
        for one in found:
            self._read[one["viewer"]] = one["sequence"]
            for line in self._lines.get(one["viewer"], ()):
                line.put(one["sequence"], one["frame"])
        if len(found) == _MOST_READ:
            self._dirty.update(wanted)
            self._wake.set()
