"""API keys and sign-ins as their owners and admins manage them; secrets only as hashes."""

from collections.abc import Sequence
from datetime import timedelta

from psycopg.errors import UniqueViolation

from schemas.base import ExtensionId
from services.gateway.adapters.database import Database
from services.gateway.adapters.passwords import Passwords, one_time
from services.gateway.domain.scope import Caller, Scope
from services.gateway.ports import Json
from services.gateway.ports.administration import LoginTaken, OneTime
from services.kernel import ids
from services.kernel.clock import Clock

#: Of one person.
MOST_KEYS = 100
#: How long a one-time password is good for.
ONE_TIME_LIFE = timedelta(days=7)

_KEYS = """
SELECT token_id AS id, name, prefix, scopes, made_at, last_used_at FROM token
WHERE tenant = %s AND viewer = %s ORDER BY made_at DESC, token_id LIMIT %s
"""
_REVOKE = """
DELETE FROM token WHERE tenant = %s AND viewer = %s AND token_id = %s
RETURNING token_id AS id, name, prefix, scopes, made_at, last_used_at
"""
_FORGET = "DELETE FROM account WHERE tenant = %s AND viewer = %s AND account_id <> %s"
_GIVE = """
INSERT INTO account (account_id, tenant, viewer, login, password_hash, roles, must_change,
  password_ends_at)
VALUES (%(id)s, %(tenant)s, %(viewer)s, %(login)s, %(hash)s, %(roles)s, true, %(ends)s)
ON CONFLICT (account_id) DO UPDATE SET password_hash = excluded.password_hash,
  roles = excluded.roles, must_change = true, password_ends_at = excluded.password_ends_at
WHERE account.tenant = excluded.tenant AND account.viewer = excluded.viewer
"""
_CHANGE = """
UPDATE account SET password_hash = %s, must_change = false, password_ends_at = NULL
WHERE account_id = %s
"""


class PostgresCredentials:
    """Keeps the port's promises."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database, self._clock, self._passwords = database, clock, passwords

    async def keys(self, scope: Scope) -> list[Json]:
        async with self._database.knowing() as rows:
            cursor = await rows.execute(_KEYS, (scope.tenant, scope.user, MOST_KEYS))
            return await cursor.fetchall()

    async def revoke(self, scope: Scope, key_id: str) -> Json | None:
        async with self._database.knowing() as rows:
            cursor = await rows.execute(_REVOKE, (scope.tenant, scope.user, key_id))
            return await cursor.fetchone()

    async def give_sign_in(
        self, scope: Scope, extension: ExtensionId, login: str, roles: Sequence[str]
    ) -> OneTime:
        password, account_id = one_time(), ids.derive("account", login.lower())
        ends = self._clock.now() + ONE_TIME_LIFE
        values = {
            "id": account_id,
            "tenant": scope.tenant,
            "viewer": extension,
            "login": login,
            "hash": await self._passwords.hashed(password),
            "roles": list(roles),
            "ends": ends,
        }
        try:
            async with self._database.knowing() as rows:
                given = await rows.execute(_GIVE, values)
                if given.rowcount == 0:
                    raise LoginTaken
                # an extension has one account; whoever was in by an older one is out
                await rows.execute(_FORGET, (scope.tenant, extension, account_id))
                await rows.execute("DELETE FROM session WHERE account_id = %s", (account_id,))
        except UniqueViolation as error:
            raise LoginTaken from error
        return OneTime(login, password, ends)

    async def end_sign_in(self, scope: Scope, extension: ExtensionId) -> bool:
        async with self._database.knowing() as rows:
            ended = await rows.execute(_FORGET, (scope.tenant, extension, ""))
            return ended.rowcount > 0

    async def change_password(self, caller: Caller, now: str, then: str) -> bool:
        async with self._database.knowing() as rows:
            cursor = await rows.execute(
                "SELECT password_hash FROM account WHERE account_id = %s", (caller.account_id,)
            )
            found = await cursor.fetchone()
        if not await self._passwords.verified(found["password_hash"] if found else None, now):
            return False
        hashed = await self._passwords.hashed(then)
        async with self._database.knowing() as rows:
            await rows.execute(_CHANGE, (hashed, caller.account_id))
            await rows.execute("DELETE FROM session WHERE account_id = %s", (caller.account_id,))
        return True
