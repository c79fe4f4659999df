"""Disks that are full, fail to sync, forget, keep half a record or a wrong bit.

F3, F7, F10, F11, F33.
"""

import asyncio
import os
from pathlib import Path

from tests.chaos import town
from tests.chaos.brokers import FIRST
from tests.chaos.scene import STEP_SECONDS, WHILE, Fault, Scene

#: What a torn write leaves behind: the beginning of a record that never ended.
_TORN = b"\xff\x01\x02torn tail of a record that was never promised"


async def spool_is_full(scene: Scene) -> None:
    """F10: no room for another request; carriers hear 503, and it heals by itself."""
    scene.stack.disks.fill("spool")
    for _ in range(3):
        await scene.people.customer_texts(scene.fate)
    await scene.last(WHILE)
    scene.stack.disks.free("spool")


async def sync_fails(scene: Scene) -> None:
    """F11: fdatasync says EIO; ingest ends rather than go on, and comes back."""
    stack = scene.stack
    async with scene.may_end("ingest"):
        child = stack.children["ingest"]
        stack.shim.break_disk("ingest")
        for _ in range(10):
            await scene.people.customer_texts(scene.fate)
            await asyncio.sleep(STEP_SECONDS)
            if not child.alive:
                break
        code = child.process.poll()
        scene.expect(code, f"ingest lives on after a failed sync: {code}")
        stack.shim.mend_disk("ingest")


async def power_is_cut(scene: Scene) -> None:
    """F3: the only broker's machine loses power: what was not synced is gone from its log."""
    stack = scene.stack
    await stack.put_down(FIRST)
    on_disk = stack.shim.synced(FIRST)
    scene.expect(on_disk, "the broker has never synced anything")
    for segment in (stack.layout.data / FIRST / "log").rglob("*.log"):
        kept = on_disk.get(segment, 0)
        if kept < segment.stat().st_size:
            os.truncate(segment, kept)
    await scene.people.customer_texts(scene.fate)
    await scene.last()
    await stack.put_up(FIRST)


async def tail_is_torn(scene: Scene) -> None:
    """F7: a write was cut off half-way; the rest is kept, the half is cut."""
    stack = scene.stack
    await stack.put_down("ingest")
    newest = _segments(stack.layout.spool)[-1:]
    for segment in newest:
        with segment.open("ab") as file:
            file.write(_TORN)
    await stack.put_up("ingest")


async def bit_is_flipped(scene: Scene) -> None:
    """F33: a bit of an accepted request is flipped; it is set aside, the others live."""
    stack, people = scene.stack, scene.people
    stack.relays.hold("ingest-kafka")
    ours = await people.text(town.DESKS[0], "+12025550199", "the one that is flipped", wait=True)
    scene.window.sacrificed.add(ours)
    await stack.put_down("ingest")
    flipped = any(_flip(segment, ours.encode()) for segment in _segments(stack.layout.spool))
    scene.expect(flipped, "the accepted request is not in the spool")
    stack.healed("ingest-kafka")
    await stack.put_up("ingest")


def _segments(spool: Path) -> list[Path]:
    found = [path for path in spool.iterdir() if path.is_file() and path.name[:1].isdigit()]
    return sorted(found, key=lambda path: path.name)


def _flip(segment: Path, needle: bytes) -> bool:
    """Flip one bit where the needle is; False where it is not."""
    content = bytearray(segment.read_bytes())
    at = content.find(needle)
    if at < 0:
        return False
    content[at] ^= 1
    with segment.open("r+b") as file:
        file.write(content)
        os.fsync(file.fileno())
    return True


FAULTS = (
    Fault("F3", "power cut of the only broker", power_is_cut, frozenset({FIRST}),
          frozenset({"cc"})),
    Fault("F7", "torn tail of the spool", tail_is_torn, frozenset({"ingest"})),
    Fault("F10", "spool disk full", spool_is_full, frozenset({"ingest"}), frozenset({"root"})),
    Fault("F11", "fsync fails", sync_fails, frozenset({"ingest"}), frozenset({"cc"})),
    Fault("F33", "flipped bit in the spool", bit_is_flipped, frozenset({"ingest", "links"})),
)  # fmt: skip
