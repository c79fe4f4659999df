"""Who comes in: sessions by password, API keys; in Postgres, secrets only as hashes."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from argon2 import PasswordHasher

from schemas.base import ExtensionId
from services.gateway.adapters.database import Database
from services.gateway.adapters.passwords import Passwords
from services.gateway.domain.scope import Caller, Scope
from services.gateway.ports import Opened, TooManyTries
from services.kernel import ids
from services.kernel.buckets import Buckets, Rate
from services.kernel.clock import Clock, monotonic

SESSION_KEPT = timedelta(days=14)
#: Wrong passwords and right ones alike: ten at once per account, then one in 30 s.
ACCOUNT_RATE = Rate(10, 30.0)
#: An office behind one address signs in together.
ADDRESS_RATE = Rate(60, 5.0)
#: How long a proof is believed without asking again (ASVS 7.4: an ended session ends in 5 s).
BELIEVED_SECONDS = 5.0
_MOST_KNOWN = 10_000
_TOKEN_PREFIX, _PREFIX_LENGTH = "tandem_", 12
#: How exactly it is known when a key was last used.
USED_WITHIN = timedelta(minutes=1)
_CALLER = "a.account_id, a.tenant, a.viewer, a.login, a.roles, a.must_change"
_USED = """
UPDATE token SET last_used_at = clock_timestamp() WHERE token_id = ANY(%s)
  AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - %s)
"""
_ENDED = """
SELECT proof FROM unnest(%s::text[]) AS asked (proof)
WHERE NOT EXISTS (SELECT FROM session WHERE session_id = proof AND expires_at > clock_timestamp())
  AND NOT EXISTS (SELECT FROM token WHERE token_id = proof)
"""


class PostgresAccounts:
    """Keeps the port's promises."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._accounts = Buckets(ACCOUNT_RATE)
        self._addresses = Buckets(ADDRESS_RATE)
        self._known: OrderedDict[tuple[str, bytes], tuple[Caller, float]] = OrderedDict()

    async def sign_in(self, login: str, password: str, address: str) -> Opened | None:
        self._limit(login.lower(), address)
        async with self._database.knowing() as rows:
            cursor = await rows.execute(
                f"SELECT {_CALLER}, a.password_hash FROM account a WHERE lower(login) = lower(%s)"  # noqa: S608 - a constant
                " AND (a.password_ends_at IS NULL OR a.password_ends_at > clock_timestamp())",
                (login,),
            )
            found = await cursor.fetchone()
        # an unknown login costs the same hash as a known one: the answer's time says nothing
        right = await self._passwords.verified(found["password_hash"] if found else None, password)
        return await self._open(found) if found and right else None

    def _limit(self, login: str, address: str) -> None:
        now = monotonic()
        seconds = max(self._accounts.wait(login, now), self._addresses.wait(address, now))
        if seconds:
            raise TooManyTries(seconds)
        self._accounts.take(login, now)
        self._addresses.take(address, now)

    async def _open(self, account: Mapping[str, Any]) -> Opened:
        secret, session_id = secrets.token_urlsafe(32), ids.new()
        expires = self._clock.now() + SESSION_KEPT
        async with self._database.knowing() as rows:
            await rows.execute("DELETE FROM session WHERE expires_at < clock_timestamp()")
            await rows.execute(
                "INSERT INTO session (session_id, account_id, tenant, viewer, secret_hash,"
                " expires_at) VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    session_id,
                    account["account_id"],
                    account["tenant"],
                    account["viewer"],
                    hashed(secret),
                    expires,
                ),
            )
        return Opened(secret, _caller(account, "session", session_id, expires.timestamp()))

    async def by_session(self, secret: str) -> Caller | None:
        return await self._remembered("session", secret, self._by_session)

    async def by_token(self, secret: str) -> Caller | None:
        return await self._remembered("token", secret, self._by_token)

    async def _remembered(
        self, kind: str, secret: str, look: Callable[[bytes], Awaitable[Caller | None]]
    ) -> Caller | None:
        """Believe a proof for a moment: what ends elsewhere ends here within that."""
        key, now = (kind, hashed(secret)), monotonic()
        known = self._known.get(key)
        if known is not None and known[1] > now:
            return known[0]
        caller = await look(key[1])
        if caller is not None:
            self._known[key] = caller, now + BELIEVED_SECONDS
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return caller

    async def _by_session(self, proof: bytes) -> Caller | None:
        async with self._database.knowing() as rows:
            cursor = await rows.execute(
                f"SELECT {_CALLER}, s.session_id, extract(epoch FROM s.expires_at)::float8 AS ends"  # noqa: S608 - a constant
                " FROM session s JOIN account a USING (account_id)"
                " WHERE s.secret_hash = %s AND s.expires_at > clock_timestamp()",
                (proof,),
            )
            found = await cursor.fetchone()
        return _caller(found, "session", found["session_id"], found["ends"]) if found else None

    async def _by_token(self, proof: bytes) -> Caller | None:
        async with self._database.knowing() as rows:
            cursor = await rows.execute(
                f"SELECT {_CALLER}, t.token_id, t.scopes"  # noqa: S608 - a constant
                " FROM token t JOIN account a USING (account_id) WHERE t.secret_hash = %s",
                (proof,),
            )
            found = await cursor.fetchone()
            if found is None:
                return None
            await rows.execute(_USED, ([found["token_id"]], USED_WITHIN))
        caller = _caller(found, "token", found["token_id"], float("inf"))
        return replace(caller, access=tuple(found["scopes"]))

    async def ended(self, proofs: Collection[str]) -> frozenset[str]:
        async with self._database.knowing() as rows:
            await rows.execute(_USED, (list(proofs), USED_WITHIN))
            cursor = await rows.execute(_ENDED, (list(proofs),))
            return frozenset(row["proof"] for row in await cursor.fetchall())

    async def end_session(self, caller: Caller) -> None:
        for key, (known, _) in list(self._known.items()):
            if known.proof_id == caller.proof_id:
                del self._known[key]
        async with self._database.knowing() as rows:
            await rows.execute("DELETE FROM session WHERE session_id = %s", (caller.proof_id,))

    async def make_token(self, caller: Caller, name: str, scopes: Sequence[str]) -> Opened:
        secret, token_id = _TOKEN_PREFIX + secrets.token_urlsafe(32), ids.new()
        async with self._database.knowing() as rows:
            await rows.execute(
                "INSERT INTO token (token_id, account_id, tenant, viewer, name, prefix,"
                " secret_hash, scopes) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    token_id,
                    caller.account_id,
                    caller.scope.tenant,
                    caller.scope.user,
                    name,
                    secret[:_PREFIX_LENGTH],
                    hashed(secret),
                    list(scopes),
                ),
            )
        made = replace(
            caller,
            proof="token",
            proof_id=token_id,
            expires=float("inf"),
            access=tuple(scopes),
        )
        return Opened(secret, made)


def _caller(row: Mapping[str, Any], proof: str, proof_id: str, expires: float) -> Caller:
    return Caller(
        scope=Scope(row["tenant"], ExtensionId(row["viewer"])),
        account_id=row["account_id"],
        login=row["login"],
        roles=tuple(row["roles"]),
        proof=proof,
        proof_id=proof_id,
        expires=expires,
        must_change=row["must_change"],
    )


def hashed(secret: str) -> bytes:
    """Hash a secret of ours: it has 256 random bits, so one round is enough."""
    return hashlib.sha256(secret.encode()).digest()


class NewAccount(NamedTuple):
    """Who may sign in, as which extension."""

    tenant: str
    extension_id: str
    login: str
    roles: Sequence[str]

    @property
    def id(self) -> str:
        return ids.derive("account", self.login.lower())


def create_accounts(dsn: str, accounts: Sequence[NewAccount], password: str) -> None:
    """Make accounts, or give those of these logins a new password and roles; for operators.

    Needs `tandem prepare` to have run once. One hash serves all of them: it is one password.
    """
    password_hash = PasswordHasher().hash(password)
    rows = [
        (one.id, one.tenant, one.extension_id, one.login, password_hash, list(one.roles))
        for one in accounts
    ]
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.tenant', '*', true), set_config('app.user', '*', true)"
        )
        cursor.executemany(
            "INSERT INTO gateway.account (account_id, tenant, viewer, login, password_hash, roles)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (account_id) DO UPDATE SET"
            " tenant = excluded.tenant, viewer = excluded.viewer, roles = excluded.roles,"
            " password_hash = excluded.password_hash, must_change = false,"
            " password_ends_at = NULL",
            rows,
        )
