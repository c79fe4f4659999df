"""Disk errors and clock jumps inside a service: a small library that is loaded into it.

It is compiled once for a rig where there is a C compiler; elsewhere these faults are left out.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("shim.c")
_COMPILERS = ("cc", "gcc", "clang", "tcc")


@dataclass(frozen=True)
class Shim:
    """Where the switches are, and the library if there is one."""

    folder: Path
    library: Path | None

    @classmethod
    def made(cls, folder: Path) -> "Shim":
        """Compile it, if that can be done here."""
        folder.mkdir(parents=True, exist_ok=True)
        compiler = next((found for name in _COMPILERS if (found := shutil.which(name))), None)
        library = folder / "shim.so"
        if compiler is None:
            return cls(folder, None)
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"]
        done = subprocess.run(command, check=False, capture_output=True)
        return cls(folder, library if done.returncode == 0 else None)

    def environment(self, service: str) -> dict[str, str]:
        """Give what a service must be started with."""
        if self.library is None:
            return {}
        return {"LD_PRELOAD": str(self.library), "CHAOS_SWITCH": str(self.folder / service)}

    def break_disk(self, service: str) -> None:
        """From now on nothing that this service syncs is synced."""
        (self.folder / f"{service}.eio").touch()

    def mend_disk(self, service: str) -> None:
        (self.folder / f"{service}.eio").unlink(missing_ok=True)

    def watch_syncs(self, process: str) -> None:
        """From now on note what this process has brought to the disk."""
        self._book(process).touch()

    def synced(self, process: str) -> dict[Path, int]:
        """Say of each file how much of it would survive a power cut."""
        lines = self._book(process).read_text(encoding="utf-8").splitlines()
        told = (line.partition(" ") for line in lines)
        return {Path(name): int(size) for size, _, name in told}

    def _book(self, process: str) -> Path:
        return self.folder / f"{process}.synced"

    def jump(self, service: str, seconds: int) -> None:
        """Let this service's wall clock be wrong by so much."""
        fresh = self.folder / f"{service}.clock.new"
        fresh.write_text(str(seconds), encoding="ascii")
        fresh.replace(self.folder / f"{service}.clock")

    def set_right(self, service: str) -> None:
        (self.folder / f"{service}.clock").unlink(missing_ok=True)
