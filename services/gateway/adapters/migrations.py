"""Brings the tables that cannot be rebuilt to this version's shape; safe to repeat, and to race.

`tandem prepare` calls `migrate(dsn)`; the service does so too when it starts.
"""

from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config

_SCRIPTS = Path(__file__).parents[3] / "migrations" / "gateway"
#: Any number, the same in every process: two that start at once migrate one after the other.
_LOCK = 7_240_001


def migrate(dsn: str) -> None:
    """Run what is missing, in one transaction, as the role of the dsn."""
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
