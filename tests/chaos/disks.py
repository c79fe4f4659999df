"""Small disks of their own for whoever writes: tmpfs of bounded size, where we are root.

They are mounted in a mount namespace of our own (of the main thread, which starts all children), so
they are gone with us however we end. Elsewhere the directories lie on the machine's disk, and the
faults that fill one are left out.
"""

import ctypes
import functools
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.layout import Layout

#: Bytes. A tmpfs takes memory only for what is in it; Kafka's index files are mostly holes.
_SIZES = {"spool": 24 << 20, "kafka": 1 << 30, "postgres": 1 << 30}
_CHUNK = 1 << 20
_CLONE_NEWNS = 0x20000


@dataclass
class Disks:
    """The mounts of one stack."""

    layout: Layout
    mounted: dict[str, Path] = field(default_factory=dict)

    def mount(self) -> None:
        """Mount what may be mounted."""
        if os.geteuid() != 0 or not _apart():
            return
        places = {
            "spool": self.layout.spool,
            "kafka": self.layout.data / "kafka",
            "postgres": self.layout.data / "postgres",
        }
        for name, place in places.items():
            place.mkdir(parents=True, exist_ok=True)
            options = f"size={_SIZES[name]},mode=0755"
            command = ["mount", "-t", "tmpfs", "-o", options, f"tandem-chaos-{name}", str(place)]
            if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                self.mounted[name] = place

    def unmount(self) -> None:
        """Leave no mount behind."""
        for place in self.mounted.values():
            subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)
        self.mounted.clear()

    def fill(self, name: str) -> None:
        """Take all the room that is left."""
        with self._ballast(name).open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\1" * _CHUNK)
            except OSError:
                self._fill_up(name)

    def _fill_up(self, name: str) -> None:
        """Take the last pages too."""
        with self._ballast(name).with_suffix(".last").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\1" * 512)
            except OSError:
                return

    def free(self, name: str) -> None:
        """Give the room back."""
        self._ballast(name).unlink(missing_ok=True)
        self._ballast(name).with_suffix(".last").unlink(missing_ok=True)

    def _ballast(self, name: str) -> Path:
        return self.mounted[name] / "ballast"


@functools.cache
def _apart() -> bool:
    """Take a mount namespace of our own, once; what is mounted in it nobody else sees.

    Threads that are started later share it, and would not see what a second one holds.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS) != 0:
        return False
    command = ["mount", "--make-rprivate", "/"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
