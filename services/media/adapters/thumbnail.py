"""Runs the shrinking of a picture in its own process: limited in time and in number."""

import asyncio
import json
import sys
from pathlib import Path

import structlog

from services.media.ports import Picture

_MAX_AT_ONCE = 2
_TIMEOUT_SECONDS = 30
_log = structlog.get_logger()


class ProcessShrinker:
    """Shrinker by `services.media.adapters.shrink`."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_MAX_AT_ONCE)

    async def shrink(self, path: Path) -> Picture | None:
        target = path.with_suffix(".thumbnail")
        async with self._slots:
            line = await _run(path, target)
        return Picture(thumbnail=target, **json.loads(line)) if line else None


async def _run(source: Path, target: Path) -> bytes | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.media.adapters.shrink",
        str(source),
        str(target),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, error = await asyncio.wait_for(process.communicate(), _TIMEOUT_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    if process.returncode != 0:
        _log.info("picture-not-shrunk", reason=error.decode(errors="replace").strip()[-80:])
        return None
    return out
