"""API keys have scopes and say when they were used; a password may be good for one use."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
ALTER TABLE gateway.account
  ADD COLUMN must_change boolean NOT NULL DEFAULT false,
  ADD COLUMN password_ends_at timestamptz;
CREATE INDEX account_viewer ON gateway.account (tenant, viewer);
ALTER TABLE gateway.token
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,write}',
  ADD COLUMN last_used_at timestamptz;
""")


def downgrade() -> None:
    op.execute("""
DROP INDEX gateway.account_viewer;
ALTER TABLE gateway.account DROP COLUMN must_change, DROP COLUMN password_ends_at;
ALTER TABLE gateway.token DROP COLUMN scopes, DROP COLUMN last_used_at;
""")
