"""The box's own ruler: what this machine can do at all, measured in the same run."""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FSYNC_ROUNDS = 300
LOOPBACK_ROUNDS = 500
CPU_LOOP = 2_000_000
_BLOCK = b"x" * 600


@dataclass(frozen=True)
class Spread:
    """Milliseconds at p50, p99, p99.9, and how many were measured."""

    p50: float
    p99: float
    p999: float
    count: int

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p99:.2f} / {self.p999:.2f} ms (n={self.count})"


def spread(seconds: Sequence[float]) -> Spread:
    """Sum up durations in seconds; empty input is an error of the benchmark."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    return Spread(at(0.5), at(0.99), at(0.999), len(ordered))


def fdatasync() -> Spread:
    """Append 600 bytes and fdatasync, one after another."""
    times = []
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        for _ in range(FSYNC_ROUNDS):
            began = time.perf_counter()
            os.write(file.fileno(), _BLOCK)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return spread(times)


async def loopback() -> Spread:
    """Send 600 bytes to an echo on loopback and read them back: the floor of any request."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    times = []
    for _ in range(LOOPBACK_ROUNDS):
        began = time.perf_counter()
        writer.write(_BLOCK)
        await reader.readexactly(len(_BLOCK))
        times.append(time.perf_counter() - began)
    writer.write_eof()
    await reader.read()
    writer.close()
    server.close()
    return spread(times)


def cpu_loop() -> float:
    """Time a fixed loop, in CPU-seconds: compare machines by it."""
    began = time.process_time()
    total = 0
    for number in range(CPU_LOOP):
        total += number & 7
    return time.process_time() - began


async def describe() -> str:
    """Say in a table what this box can do right now."""
    return "\n".join(
        [
            "| the box itself | p50 / p99 / p99.9 |",
            "|---|---|",
            f"| fdatasync of 600 B | {fdatasync()} |",
            f"| echo of 600 B on loopback | {await loopback()} |",
            f"| a loop of {CPU_LOOP:,} steps | {cpu_loop():.3f} CPU-s |",
            f"| load average before | {os.getloadavg()[0]:.2f} |",
        ]
    )


if __name__ == "__main__":
    print(asyncio.run(describe()))
