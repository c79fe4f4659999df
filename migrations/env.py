"""Runs the steps of one service in its own schema, as its own role; started by `tandem prepare`."""

from alembic import context
from sqlalchemy import create_engine, pool, text

attributes = context.config.attributes
service, role = attributes["service"], attributes["role"]
engine = create_engine(attributes["url"], poolclass=pool.NullPool)

with engine.begin() as connection:
    connection.execute(text(f'SET LOCAL ROLE "{role}"'))
    connection.execute(text(f'SET LOCAL search_path = "{service}"'))
    context.configure(
        connection=connection,
        version_table="migration",
        version_table_schema=service,
        transactional_ddl=True,
    )
    context.run_migrations()
