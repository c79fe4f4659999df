"""What operators let run in the background: how far it is, how it ended, from where it goes on."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
CREATE TABLE operator.job (
  id text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('rebuild', 'replay')),
  about text NOT NULL, started_by text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  done bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,
  asked jsonb NOT NULL, result jsonb NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  heard_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX job_kind ON operator.job (kind, started_at DESC);
ALTER TABLE operator.job ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator.job FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON operator.job USING (current_setting('app.tenant', true) = '*');
""")


def downgrade() -> None:
    op.execute("DROP TABLE operator.job")
