"""Ingest's settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.carriers import accounts
from services.carriers.contract import Account
from services.kernel.settings import Address, Environment

_DEFAULT_SPOOL_BYTES = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`INGEST_*`; the address of health and the broker are the kernel's settings."""

    #: INGEST_HTTP: where carriers' requests come in.
    http: Address
    #: INGEST_SPOOL: a directory on a disk that keeps what it says it has synced.
    spool: Path
    #: INGEST_SPOOL_MAX_BYTES: beyond it carriers hear 503 until the broker has caught up.
    spool_max_bytes: int
    #: INGEST_CARRIERS: path of carriers.toml.
    accounts: Mapping[str, Account]


def read(environment: Environment | None = None) -> Settings:
    """Read ingest's settings; MissingSetting or BadAccounts say what is wrong."""
    env = environment or Environment()
    carriers = Path(env.text("INGEST_CARRIERS")).read_text(encoding="utf-8")
    return Settings(
        http=Address.parse(env.text("INGEST_HTTP", "127.0.0.1:8081")),
        spool=Path(env.text("INGEST_SPOOL")),
        spool_max_bytes=int(env.number("INGEST_SPOOL_MAX_BYTES", _DEFAULT_SPOOL_BYTES)),
        accounts=accounts.read(carriers, "verify", env.refer),
    )
