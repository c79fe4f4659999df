"""`tandem prepare`: roles, schemas, kernel tables and migrations; safe to repeat at every start."""

import asyncio
import urllib.parse
from collections.abc import Mapping

import psycopg
import typer
from psycopg import sql

from services.gateway.adapters.migrations import migrate
from services.kernel import tables
from services.ops.settings import STATEFUL, environment, required
from services.ops.topics import topics


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
    if "gateway" in passwords:
        _let_build_read_models(admin)
        migrate(_as_role(admin, "gateway", passwords["gateway"]))


def _let_build_read_models(admin: str) -> None:
    """A new version of the read models is a new schema beside the serving one (DESIGN.md §11)."""
    with psycopg.connect(admin) as connection:
        name = sql.Identifier(connection.info.dbname)
        role = sql.Identifier(tables.role_of("gateway"))
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(name, role))


def _as_role(admin: str, service: str, password: str) -> str:
    """The same database, as a service's own role."""
    url = urllib.parse.urlsplit(admin)
    port = f":{url.port}" if url.port else ""
    who = f"{tables.role_of(service)}:{urllib.parse.quote(password, safe='')}"
    return urllib.parse.urlunsplit(url._replace(netloc=f"{who}@{url.hostname}{port}"))


def _password(service: str) -> str:
    own = environment().optional(f"{service.upper()}_PASSWORD")
    return own or required("TANDEM_SERVICE_PASSWORD")
