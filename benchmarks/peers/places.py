"""Where peers live: throw-away virtualenvs, Debian packages, and servers of their own."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.contest import Card, NotHere
from deploy.local.processes import ChildFailed
from tests.support import infra

ROOT = Path(__file__).resolve().parents[2]
_VIRTUALENVS = ROOT / ".tandem" / "peers"
_INSTALL_SECONDS = 300
_SAID = 300
#: Debian starts what it installs unless it believes to be in single-user mode.
_DO_NOT_START = {"RUNLEVEL": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def virtualenv(name: str, *pins: str) -> Path:
    """Give the Python of a virtualenv with exactly these packages, made anew when they change."""
    place = _VIRTUALENVS / name / "venv"
    python, stamp = place / "bin" / "python", place / "pins.sha256"
    pinned = hashlib.sha256("\n".join(pins).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != pinned:
        uv = str(Path(sys.executable).with_name("uv"))
        _said([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)])
        _said([uv, "pip", "install", "--quiet", "--python", str(python), *pins])
        stamp.write_text(pinned)
    return python


def program(name: str, *packages: str) -> str:
    """Give the path of a program, installing the Debian packages that it needs if we may."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    if (found := shutil.which(name, path=path)) is None:
        script = str(ROOT / "deploy" / "apt.sh")
        _said([script, " ".join(packages), f"{name} is missing"], _DO_NOT_START)
        found = shutil.which(name, path=path)
    if found is None:
        raise NotHere(f"{' '.join(packages)} gave no program {name}")
    return found


def filled(template: Path, into: Path, **values: object) -> Path:
    """Write a configuration with its `{name}`s filled in."""
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    into.write_text(text, encoding="utf-8")
    return into


def version_of(card: Card) -> str:
    """Give what ran: the version that was pinned, or that Debian has installed."""
    if not card.debian:
        return card.version
    command = ["/usr/bin/dpkg-query", "-W", "-f", "${Version}", card.debian]
    try:
        return _said(command)
    except NotHere:
        return "-"


def _said(command: list[str], environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"{Path(command[0]).name}: {error}") from error
    if done.returncode:
        raise NotHere(f"{Path(command[0]).name}: {(done.stderr or done.stdout)[-_SAID:].strip()}")
    return done.stdout.strip()


@dataclass(frozen=True)
class Database:
    """A PostgreSQL of a contender's own, and the process at its root."""

    dsn: str
    pid: int


@contextmanager
def database(home: Path) -> Iterator[Database]:
    """Start a PostgreSQL as Tandem's own is started: every commit is on stable storage."""
    home.chmod(0o755)  # PostgreSQL's user must be able to enter
    with infra.own_postgres(home, durable=True) as postgres:
        if not postgres.child.alive:
            raise ChildFailed(postgres.child.tail())
        yield Database(postgres.dsn, postgres.child.process.pid)
