"""Which of many sessions and keys still let somebody in: one question, asked of PostgreSQL."""

import pytest

from schemas.base import ExtensionId
from services.gateway.adapters.accounts import NewAccount, PostgresAccounts, create_accounts
from services.gateway.adapters.database import Database
from services.gateway.adapters.passwords import Passwords
from services.gateway.ports import Opened
from services.kernel.clock import Clock
from services.kernel.postgres import Pool

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
PASSWORD = "a pass phrase of hers"
_EVERYTHING = "SELECT set_config('app.tenant', '*', true), set_config('app.user', '*', true)"


async def _sign_in(accounts: PostgresAccounts) -> Opened:
    opened = await accounts.sign_in("vera", PASSWORD, "127.0.0.1")
    assert opened is not None
    return opened


async def _run(pool: Pool, statement: str, *values: object) -> list[tuple[object, ...]]:
    async with pool.connection() as plain, plain.transaction():
        await plain.execute(_EVERYTHING)
        cursor = await plain.execute(statement, values)
        return await cursor.fetchall() if cursor.description else []


async def test_what_has_ended_is_named_and_a_key_counts_as_used(pool: Pool, prepared: str) -> None:
    """An ended session, an expired one, a key that was taken back, and what never was."""
    create_accounts(prepared, [NewAccount("acme", ExtensionId("vera"), "vera", ["user"])], PASSWORD)
    accounts = PostgresAccounts(Database(pool), Clock(), Passwords())
    open_, left, expired = [(await _sign_in(accounts)).caller for _ in range(3)]
    used, revoked = [(await accounts.make_token(open_, name, ["read"])).caller for name in "uv"]
    await accounts.end_session(left)
    past = "UPDATE gateway.session SET expires_at = now() - interval '1s' WHERE session_id = %s"
    await _run(pool, past, expired.proof_id)
    await _run(pool, "DELETE FROM gateway.token WHERE token_id = %s", revoked.proof_id)

    asked = [one.proof_id for one in (open_, left, expired, used, revoked)]
    ended = await accounts.ended([*asked, "never"])

    assert ended == {left.proof_id, expired.proof_id, revoked.proof_id, "never"}
    last = "SELECT last_used_at IS NOT NULL FROM gateway.token WHERE token_id = %s"
    assert await _run(pool, last, used.proof_id) == [(True,)]
    assert await accounts.ended([]) == frozenset()
