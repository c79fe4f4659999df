"""One contender of one duel in a process of its own: `python -m benchmarks.peers.contestant`.

Whatever it starts ends with it, and its failure is its own.
"""

import dataclasses
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.contest import NotHere, Outcome, contender, measured
from deploy.local.processes import Program, start

#: What a contender may take in all: installing, starting, loading, and four runs.
LIMIT_SECONDS = 420.0
_STOP_SECONDS = 90.0


def apart(duel: str, name: str, logs: Path) -> Outcome:
    """Let a contender run in a process of its own; gives how it did."""
    result = logs / f"{duel}-{name}.json"
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.peers.contestant", duel, name, str(result)]
    outcome = Outcome(name, contender(duel, name).CARD)
    (logs / f"{duel}-{name}.log").unlink(missing_ok=True)
    child = start(Program(name=f"{duel}-{name}", command=command), logs)
    try:
        child.process.wait(LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        outcome.why_not = f"it took longer than {LIMIT_SECONDS:.0f} s"
    finally:
        child.stop(_STOP_SECONDS)
    if result.exists():
        return dataclasses.replace(outcome, **json.loads(result.read_text()))
    lines = child.tail().splitlines() or ["it said nothing"]
    return dataclasses.replace(outcome, why_not=outcome.why_not or lines[-1])


def main(duel: str, name: str, result: Path) -> None:
    """Run it and write how it did."""
    with tempfile.TemporaryDirectory(prefix=f"tandem-peers-{name}-") as home:
        Path(home).chmod(0o755)
        try:
            said = {"runs": measured(contender(duel, name), Path(home))}
        except NotHere as error:
            said = {"why_not": str(error)}  # type: ignore[dict-item]  # one of the two
    result.write_text(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
