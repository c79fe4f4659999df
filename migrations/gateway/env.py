"""Alembic's way in: one connection, given by who migrates; one schema, `gateway`."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="gateway", target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
