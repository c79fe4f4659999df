"""Where every record of the log is, for operators: places and causes, nothing that people wrote."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
CREATE SCHEMA operator;
CREATE TABLE operator.fact (
  position bigint PRIMARY KEY, id text NOT NULL UNIQUE, command boolean NOT NULL,
  topic text NOT NULL, partition integer NOT NULL, log_offset bigint NOT NULL,
  at timestamptz NOT NULL, type text NOT NULL, subject text NOT NULL, tenant text,
  actor text, causation text, correlation text NOT NULL,
  UNIQUE (topic, partition, log_offset));
CREATE INDEX fact_type ON operator.fact (type, position);
CREATE INDEX fact_subject ON operator.fact (subject, position);
CREATE INDEX fact_actor ON operator.fact (actor, position) WHERE actor IS NOT NULL;
CREATE INDEX fact_at ON operator.fact (at, position);
CREATE INDEX fact_correlation ON operator.fact (correlation, position);
CREATE TABLE operator.watermark (
  topic text NOT NULL, partition integer NOT NULL, next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition));

-- whoever looks with a tenant's eyes sees nothing of it
ALTER TABLE operator.fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator.fact FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON operator.fact USING (current_setting('app.tenant', true) = '*');
""")


def downgrade() -> None:
    op.execute("DROP SCHEMA operator CASCADE")
