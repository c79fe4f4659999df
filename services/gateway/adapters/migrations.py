"""Brings the tables that cannot be rebuilt to this version's shape; safe to repeat, and to race.

`tandem prepare` calls `migrate(dsn)`; the service does so too when it starts, and mostly finds that
nothing is missing.
"""

from pathlib import Path

import psycopg

_SCRIPTS = Path(__file__).parents[3] / "migrations" / "gateway"
#: Any number, the same in every process: two that start at once migrate one after the other.
_LOCK = 7_240_001


def migrate(dsn: str) -> None:
    """Run what is missing, in one transaction, as the role of the dsn."""
    with psycopg.connect(dsn) as connection:
        if _revision(connection) == newest():
            return
    _upgrade(dsn)


def newest() -> str:
    """Name this version's last revision: files are named by it, and counted up."""
    return max(path.name.split("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _revision(connection: psycopg.Connection) -> str | None:
    if connection.execute("SELECT to_regclass('gateway.alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT version_num FROM gateway.alembic_version").fetchone()
    return None if row is None else str(row[0])


def _upgrade(dsn: str) -> None:
    import sqlalchemy  # noqa: PLC0415 - a fifth of a start, which few starts need
    from alembic import command  # noqa: PLC0415 - likewise
    from alembic.config import Config  # noqa: PLC0415 - likewise

    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=sqlalchemy.NullPool
    )
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = connection.execute(sqlalchemy.text("SELECT to_regnamespace('gateway')")).scalar()
        if found is None:
            connection.execute(sqlalchemy.text("CREATE SCHEMA gateway"))
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
