"""`tandem prepare`: roles, schemas, kernel tables and migrations; safe to repeat at every start."""

import asyncio
import urllib.parse
from collections.abc import Mapping

import typer
from alembic import command
from alembic.config import Config

from services.kernel import tables
from services.ops.settings import ROOT, STATEFUL, environment, required
from services.ops.topics import topics

MIGRATIONS = ROOT / "migrations"


def prepare() -> None:
    """Make topics, roles, schemas and tables what this version needs.

    TANDEM_ADMIN_POSTGRES is the dsn of an owner of the database. Passwords of the services' roles
    are <SERVICE>_PASSWORD, or TANDEM_SERVICE_PASSWORD for all of them.
    """
    prepare_database(
        required("TANDEM_ADMIN_POSTGRES"), {service: _password(service) for service in STATEFUL}
    )
    typer.echo(f"{len(STATEFUL)} schemas prepared")
    topics(replicas=int(environment().number("TANDEM_KAFKA_REPLICAS", 1)))


def prepare_database(admin: str, passwords: Mapping[str, str]) -> None:
    """Make roles, schemas and tables of these services what this version needs."""
    asyncio.run(tables.prepare(admin, passwords))
    for service in passwords:
        migrate(admin, service)


def migrate(admin: str, service: str) -> None:
    """Bring what cannot be rebuilt of a service to this version (migrations/<service>)."""
    steps = MIGRATIONS / service
    if not any(steps.glob("*.py")):
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(steps))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(url=_sqlalchemy(admin), service=service, role=tables.role_of(service))
    command.upgrade(config, "head")


def _password(service: str) -> str:
    own = environment().optional(f"{service.upper()}_PASSWORD")
    return own or required("TANDEM_SERVICE_PASSWORD")


def _sqlalchemy(dsn: str) -> str:
    """The same dsn, in SQLAlchemy's spelling of psycopg 3."""
    url = urllib.parse.urlsplit(dsn)
    return urllib.parse.urlunsplit(url._replace(scheme="postgresql+psycopg"))
