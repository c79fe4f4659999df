"""Ingest's settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.carriers import accounts
from services.carriers.contract import Account
from services.kernel.settings import Address, Environment

_DEFAULT_SPOOL_BYTES = 1 << 30
_DEFAULT_BACKLOG_BYTES = 4 << 30
_DEFAULT_RAW_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class ArchiveSettings:
    """Where raw requests are kept, and how long."""

    #: TANDEM_S3: `http://host:port`.
    address: str
    #: INGEST_S3_KEY, INGEST_S3_SECRET: of ingest's own bucket, and of no other.
    key: str
    secret: str = field(repr=False)
    #: INGEST_BUCKET.
    bucket: str
    #: INGEST_RAW_DAYS: older requests are deleted; they hold what people wrote.
    days: int
    #: INGEST_RAW_BACKLOG_BYTES: what may wait on the disk while the archive is away.
    backlog_bytes: int


@dataclass(frozen=True, kw_only=True)
class ControlSettings:
    """Where the operator's command reaches ingest; never an address that carriers reach."""

    #: INGEST_CONTROL.
    address: Address
    #: INGEST_CONTROL_KEY: whoever has it can put requests on the log.
    key: str = field(repr=False)


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
    #: INGEST_PROXIES: how many proxies of ours add to X-Forwarded-For.
    proxies: int = 0
    #: None: raw requests are deleted once they are on the log.
    archive: ArchiveSettings | None = None
    #: None: `tandem raw` sees what is archived, and nothing can be parsed again.
    control: ControlSettings | None = None


def read(environment: Environment | None = None) -> Settings:
    """Read ingest's settings; MissingSetting or BadAccounts say what is wrong."""
    env = environment or Environment()
    carriers = Path(env.text("INGEST_CARRIERS")).read_text(encoding="utf-8")
    return Settings(
        http=Address.parse(env.text("INGEST_HTTP", "127.0.0.1:8081")),
        spool=Path(env.text("INGEST_SPOOL")),
        spool_max_bytes=int(env.number("INGEST_SPOOL_MAX_BYTES", _DEFAULT_SPOOL_BYTES)),
        accounts=accounts.read(carriers, "verify", env.refer),
        proxies=int(env.number("INGEST_PROXIES", 0)),
        archive=read_archive(env),
        control=_control(env),
    )


def read_archive(env: Environment) -> ArchiveSettings | None:
    """Read where raw requests are kept; None where nobody has set it up."""
    key = env.optional("INGEST_S3_KEY")
    if key is None:
        return None
    return ArchiveSettings(
        address=env.text("TANDEM_S3"),
        key=key,
        secret=env.text("INGEST_S3_SECRET"),
        bucket=env.text("INGEST_BUCKET", "raw"),
        days=int(env.number("INGEST_RAW_DAYS", _DEFAULT_RAW_DAYS)),
        backlog_bytes=int(env.number("INGEST_RAW_BACKLOG_BYTES", _DEFAULT_BACKLOG_BYTES)),
    )


def _control(env: Environment) -> ControlSettings | None:
    address = env.optional("INGEST_CONTROL")
    if address is None:
        return None
    return ControlSettings(address=Address.parse(address), key=env.text("INGEST_CONTROL_KEY"))
