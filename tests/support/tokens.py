"""Tokens for a crowd, as rows: two hundred sign-ins are two hundred hashes of 64 MiB each."""

import secrets
from collections.abc import Sequence

import psycopg

from services.gateway.adapters.accounts import hashed
from services.gateway.domain.scope import EVERYTHING
from services.kernel import ids

#: What the tests of signing in show is not shown again here.
_MADE = """
INSERT INTO token (token_id, account_id, tenant, viewer, name, prefix, secret_hash, scopes)
SELECT %s, account_id, tenant, viewer, 'crowd', %s, %s, '{read,write}' FROM account
WHERE login = %s"""


def tokens_of(dsn: str, logins: Sequence[str]) -> list[str]:
    """Make a token for each account, in this order; the gateway's own role must be the dsn's."""
    made = [f"tandem_{secrets.token_urlsafe(32)}" for _ in logins]
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "SELECT set_config('search_path', 'gateway', true),"
            " set_config('app.tenant', %s, true), set_config('app.user', %s, true)",
            (EVERYTHING.tenant, EVERYTHING.user),
        )
        for login, secret in zip(logins, made, strict=True):
            row = (ids.new(), secret[:12], hashed(secret), login)
            if connection.execute(_MADE, row).rowcount != 1:
                raise LookupError(f"{login} has no account")
    return made
