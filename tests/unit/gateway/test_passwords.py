import pytest
from argon2 import PasswordHasher

from services.gateway.adapters.passwords import Passwords


class _Counting(PasswordHasher):
    """Counts what takes the time of a hash."""

    hashes = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashes += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002 - argon2's name
        self.hashes += 1
        return bool(super().verify(hash, password))


@pytest.mark.parametrize("there", [True, False])
async def test_a_wrong_password_costs_one_hash_whether_the_account_is_there_or_not(
    *, there: bool
) -> None:
    passwords = Passwords()
    stored = await passwords.hashed("the right one") if there else None
    passwords._hasher = hasher = _Counting()

    assert not await passwords.verified(stored, "a wrong one")

    assert hasher.hashes == 1


async def test_the_right_password_is_right() -> None:
    passwords = Passwords()

    assert await passwords.verified(await passwords.hashed("the right one"), "the right one")
