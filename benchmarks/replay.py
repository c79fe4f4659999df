"""M6: events per second into fresh read models, while the serving ones serve."""

import os
import re
import subprocess
import sys
import time

from tests.support.system import ROOT, Running

_LIMIT_SECONDS = 300


def ops(system: Running, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an operator's command beside the system; TimeoutExpired after five minutes."""
    return subprocess.run(  # noqa: S603 - the operator's command
        [sys.executable, "-m", "services.ops", *arguments],
        cwd=ROOT,
        env={**os.environ, **system.settings},
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )


def measure(system: Running) -> str:
    """Run `tandem replay` on what the other benchmarks left on the log; gives its own words."""
    began = time.perf_counter()
    done = ops(system, "replay")
    if done.returncode:
        return f"failed: {done.stdout[-500:]} {done.stderr[-500:]}"
    said = re.search(r"(\d+) records in ([\d.]+) s", done.stdout)
    if said is None:
        return f"not understood: {done.stdout[-500:]}"
    records, seconds = int(said[1]), float(said[2])
    whole = time.perf_counter() - began
    return f"{records / seconds:,.0f} events/s ({records:,} records; {whole:.1f} s with start-up)"
