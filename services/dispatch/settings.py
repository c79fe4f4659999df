"""Dispatch's settings, read once: carriers' accounts, their pace, and where their APIs may be.

DISPATCH_CARRIERS             path of carriers.toml
DISPATCH_SEGMENTS_PER_SECOND  pace of every number, whatever its carrier; in segments, as limits are
DISPATCH_RATES                other paces, by account: `main=1,shortcode=100`
DISPATCH_ALLOWED_NETWORKS     networks beside the internet's, for a simulator or a proxy
MEDIA_PUBLIC_URL              where carriers fetch our files
TANDEM_MEDIA_LINK_KEY         what links to them are signed with; without it none are sent
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.carriers import accounts
from services.carriers.contract import Account, paces_of
from services.carriers.limits import kind_of
from services.carriers.registry import CARRIERS
from services.kernel.settings import Environment

#: What moves its records unless DISPATCH_RUNTIME says otherwise (DESIGN.md §4.1).
RUNTIME = "faust"
#: Where neither the operator nor the carrier names a pace.
DEFAULT_SEGMENTS_PER_SECOND = 10.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What dispatch is told from outside."""

    accounts: Mapping[str, Account]
    #: Of every number, where the operator says so.
    segments_per_second: float | None
    rates: Mapping[str, float]
    networks: tuple[str, ...]
    media_url: str = ""
    media_link_key: str | None = field(default=None, repr=False)

    def pace(self, account: str, number: str) -> float:
        """Give the segments per second of a number that sends by this account.

        What is said of the number comes first, then of its kind, of the account's numbers, of all
        numbers, and last what the carrier is known to take.
        """
        chosen, kind = self.accounts[account], kind_of(number)
        said = (
            self.rates.get(account),
            chosen.limits.paces.get(number),
            chosen.limits.paces.get(kind),
            chosen.number_segments_per_second,
            self.segments_per_second,
            paces_of(CARRIERS[chosen.carrier]).get(kind),
        )
        return next((pace for pace in said if pace is not None), DEFAULT_SEGMENTS_PER_SECOND)


def read(environment: Environment | None = None) -> Settings:
    """Read the environment and carriers.toml; every mistake in it is named at once."""
    env = environment or Environment()
    text = Path(env.text("DISPATCH_CARRIERS")).read_text(encoding="utf-8")
    pairs = (item.partition("=") for item in env.items("DISPATCH_RATES"))
    return Settings(
        accounts=accounts.read(text, "send", _resolve),
        segments_per_second=_number(env, "DISPATCH_SEGMENTS_PER_SECOND"),
        rates={name.strip(): float(rate) for name, _, rate in pairs},
        networks=env.items("DISPATCH_ALLOWED_NETWORKS"),
        media_url=env.text("MEDIA_PUBLIC_URL", "http://127.0.0.1:8082"),
        media_link_key=env.optional("TANDEM_MEDIA_LINK_KEY"),
    )


def _number(env: Environment, name: str) -> float | None:
    return None if env.optional(name) is None else env.number(name, 0)


def _resolve(reference: Mapping[str, str]) -> str:
    """Give a secret of carriers.toml from the environment or from a file."""
    if "env" in reference:
        return os.environ[reference["env"]]
    return Path(reference["file"]).read_text(encoding="utf-8").strip()
