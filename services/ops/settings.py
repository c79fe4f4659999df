"""Where the system is: the environment of the services, or what `make run` left of its own."""

import os
from pathlib import Path

import typer

from services.kernel.settings import Environment, MissingSetting

ROOT = Path(__file__).resolve().parents[2]
#: Written by `make run`, so that `./tandem` finds the running demo from any other terminal;
#: TANDEM_ENVIRONMENT names another one.
LOCAL = ROOT / ".tandem" / "environment"
#: The services that own a Postgres schema, in the order in which they are prepared.
STATEFUL = ("router", "queue", "dispatch", "media", "notify", "gateway")


def environment() -> Environment:
    """The process's environment, over the demo's if there is one."""
    path = Path(os.environ.get("TANDEM_ENVIRONMENT", LOCAL))
    local = _read(path) if path.exists() else {}
    return Environment({**local, **os.environ})


def required(name: str) -> str:
    """One setting; where it is missing, a sentence instead of a traceback."""
    try:
        return environment().text(name)
    except MissingSetting as error:
        raise typer.BadParameter(f"{error}; nor is the demo running (make run)") from error


def dsn_of(service: str) -> str:
    """The dsn of a service's own role."""
    return required(f"{service.upper()}_POSTGRES")


def _read(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)
