"""What `python -m deploy.local` does: run everything, run only the servers, forget everything."""

import argparse
import contextlib
import fcntl
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from deploy.local import demo
from deploy.local.console import Console
from deploy.local.layout import ROOT, WANTED, Layout
from deploy.local.processes import ChildFailed
from deploy.local.secrets import load
from deploy.local.servers import Ports, running_servers
from deploy.local.system import System, running_system, start_services

_LOOK_SECONDS = 0.3
#: What `clean` leaves: downloads that are the same for everybody.
_KEPT = {"jars", "node"}


class Stopped(Exception):
    """Ctrl-C, or a polite request to end."""


def run_command(arguments: Sequence[str]) -> int:
    """Do what was asked; a failure is a sentence and a status, not a traceback."""
    given = _parser().parse_args(arguments)
    layout = Layout(Path(given.home).resolve())
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        with _alone(layout):
            given.action(layout, given)
    except Stopped:
        print()
    except ChildFailed as error:
        print(f"\n{error}\n\nLogs are in {layout.logs}.")
        return 1
    return 0


def _run(layout: Layout, given: argparse.Namespace) -> None:
    console = Console(verbose=given.verbose)
    if not given.no_portal:
        _portal(console)
    secrets = load(layout.secrets)
    wanted = {} if given.free_ports else WANTED
    with running_system(layout, secrets, console, wanted) as system:
        system.numbers = demo.simulator_numbers(given.directory)
        console.say("starting the services, the portal and the carriers")
        start_services(system)
        sign_ins = demo.seed(system, given.directory, traffic=not given.no_traffic)
        console.say("ready")
        if not given.verbose:
            console.skip(layout.logs)
        console.show(demo.welcome(system, sign_ins))
        try:
            _watch(system, sign_ins, console)
        finally:
            layout.running.unlink(missing_ok=True)
            console.say("stopping everything")


def _watch(system: System, sign_ins: Mapping[str, str], console: Console) -> None:
    """Keep it running until told to stop; tell tests what runs, by process id."""
    told = ""
    while True:
        system.watch()
        now = _state(system, sign_ins)
        if now != told:
            _replace(system.layout.running, now)
            told = now
        console.follow(system.layout.logs)
        time.sleep(_LOOK_SECONDS)


def _state(system: System, sign_ins: Mapping[str, str]) -> str:
    servers = system.servers
    return json.dumps(
        {
            "addresses": asdict(system.places),
            "kafka": servers.kafka.address,
            "postgres": servers.postgres.dsn,
            "sign_ins": dict(sign_ins),
            "simulator_secret": system.secrets.simulator,
            "pids": {child.name: child.process.pid for child in system.children},
        },
        indent=1,
    )


def _replace(path: Path, text: str) -> None:
    """A reader sees the old file or the new one, never half of it."""
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _servers(layout: Layout, _given: argparse.Namespace) -> None:
    """Only Kafka, PostgreSQL and the object store, for tests by hand."""
    ports = Ports(WANTED["kafka"], WANTED["postgres"], WANTED["objects"])
    with running_servers(layout.data, ports) as servers:
        objects = servers.objects
        address = objects.address.replace("//", f"//{objects.access_key}:{objects.secret_key}@")
        print(f"export TEST_KAFKA={servers.kafka.address}")
        print(f"export TEST_POSTGRES={servers.postgres.dsn}")
        print(f"export TEST_S3={address}", flush=True)
        while all(child.alive for child in servers.children):
            time.sleep(_LOOK_SECONDS)


def _clean(layout: Layout, _given: argparse.Namespace) -> None:
    for path in layout.home.iterdir():
        if path.name in _KEPT or path == layout.lock:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    print(f"forgot everything in {layout.home} but the downloads")


def _portal(console: Console) -> None:
    if not (ROOT / "services/gateway/portal/package.json").exists():
        return
    if subprocess.call([str(ROOT / "deploy" / "portal.sh")], cwd=ROOT) != 0:
        console.say("the portal could not be built: see above; its API runs all the same")


@contextlib.contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """Two of us on one directory would spoil its data."""
    layout.home.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ChildFailed(f"Tandem runs already on {layout.home}") from error
        yield


def _stop(_number: int, _frame: object) -> None:
    # A second signal must not cut the stopping short: what is left would be left.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--home", default=ROOT / ".tandem", help="where all state is kept")
    actions = parser.add_subparsers(required=True)
    run = actions.add_parser("run", help="everything, until Ctrl-C")
    run.set_defaults(action=_run)
    run.add_argument("--verbose", action="store_true", help="show all lines of all logs")
    run.add_argument("--free-ports", action="store_true", help="no port that is worth remembering")
    run.add_argument("--no-portal", action="store_true", help="do not build the portal")
    run.add_argument("--no-traffic", action="store_true", help="no sample texts")
    run.add_argument("--directory", type=Path, default=demo.FILE, help="what to define")
    actions.add_parser("servers", help="only the servers").set_defaults(action=_servers)
    actions.add_parser("clean", help="forget all state").set_defaults(action=_clean)
    return parser
