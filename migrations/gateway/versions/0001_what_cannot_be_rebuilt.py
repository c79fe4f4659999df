"""Accounts, sessions and tokens, which read model serves, and whose a slow command is."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE gateway.account (
  account_id text PRIMARY KEY, tenant text NOT NULL, viewer text NOT NULL,
  login text NOT NULL, password_hash text NOT NULL, roles text[] NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE UNIQUE INDEX account_login ON gateway.account (lower(login));

CREATE TABLE gateway.session (
  session_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES gateway.account ON DELETE CASCADE,
  tenant text NOT NULL, viewer text NOT NULL, secret_hash bytea NOT NULL UNIQUE,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(), expires_at timestamptz NOT NULL);
CREATE INDEX session_account ON gateway.session (account_id);
CREATE INDEX session_expires ON gateway.session (expires_at);

CREATE TABLE gateway.token (
  token_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES gateway.account ON DELETE CASCADE,
  tenant text NOT NULL, viewer text NOT NULL, name text NOT NULL,
  prefix text NOT NULL, secret_hash bytea NOT NULL UNIQUE,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX token_account ON gateway.token (account_id);

CREATE TABLE gateway.command_request (
  command_id text PRIMARY KEY, tenant text NOT NULL, viewer text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX command_request_at ON gateway.command_request (at);

-- which schema serves; the log cannot say it, and a switch is one row
CREATE TABLE gateway.read_model (
  schema text PRIMARY KEY, feed_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('building', 'ready', 'serving', 'previous')),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE UNIQUE INDEX read_model_one_serves ON gateway.read_model (state) WHERE state = 'serving';
"""
_WALL = """
ALTER TABLE gateway.{0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE gateway.{0} FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON gateway.{0}
  USING (current_setting('app.tenant', true) IN (tenant, '*')
     AND current_setting('app.user', true) IN (viewer, '*'));
"""
_PRIVATE = ("account", "session", "token", "command_request")


def upgrade() -> None:
    op.execute(_TABLES)
    for table in _PRIVATE:
        op.execute(_WALL.format(table))


def downgrade() -> None:
    for table in (*_PRIVATE, "read_model"):
        op.execute(f"DROP TABLE gateway.{table} CASCADE")
