"""What a person sees: steps with times, and of the services only what needs an eye."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

_WIDTH = 10
_LOUD = ("warning", "error", "critical", "exception")
#: Of one log and one look; a flood stays in the file.
_MAX_LINES = 20
_MAX_BYTES = 65_536
_MAX_LINE = 300


@dataclass
class Console:
    """Prefixed lines on standard output."""

    verbose: bool = False
    _begun: float = field(default_factory=time.monotonic)
    _seen: dict[Path, int] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """One step of our own."""
        seconds = time.monotonic() - self._begun
        print(f"{'tandem':>{_WIDTH}} │ {seconds:5.1f} s  {text}", flush=True)

    def show(self, text: str) -> None:
        """A block for people to keep."""
        print(text, flush=True)

    def skip(self, logs: Path) -> None:
        """Take what the logs hold as seen: while all start at once, each misses the others."""
        for path in logs.glob("*.log"):
            self._seen[path] = path.stat().st_size

    def follow(self, logs: Path) -> None:
        """Show what the logs gained since the last look: warnings and worse, or all of it."""
        for path in sorted(logs.glob("*.log")):
            for line in self._fresh(path)[:_MAX_LINES]:
                if self.verbose or is_loud(line):
                    print(f"{path.stem:>{_WIDTH}} │ {line[:_MAX_LINE]}", flush=True)

    def _fresh(self, path: Path) -> list[str]:
        begin = self._seen.get(path, 0)
        size = path.stat().st_size
        if size <= begin:
            return []
        with path.open("rb") as file:
            file.seek(begin)
            raw = file.read(_MAX_BYTES)
        whole = raw.rpartition(b"\n")[0]
        self._seen[path] = size if len(raw) == _MAX_BYTES else begin + len(whole) + bool(whole)
        return whole.decode(errors="replace").splitlines()


def is_loud(line: str) -> bool:
    """Tell a service's warning from its diary; lines that are no JSON are the servers' own."""
    if not line.startswith("{"):
        return False
    try:
        level = json.loads(line).get("level", "")
    except ValueError:
        return False
    return level in _LOUD
