"""Carriers' files over the checked outbound client; credentials go to their hosts alone."""

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.kernel import outbound
from services.kernel.addresses import NotAllowed
from services.kernel.outbound import (
    Credentials,
    Outbound,
    TooBig,
    TooManyRedirects,
    Unknown,
    Unreachable,
)
from services.media.domain.fetching import Wanted
from services.media.ports import Fetched, NotFetched

#: The largest picture, and the largest film, that any carrier hands on (security.md §4.6).
MAX_BYTES = 10 * 1_048_576
MAX_VIDEO_BYTES = 100 * 1_048_576
_SUCCESS = 200
_SERVER_ERRORS = 500
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Login:
    """What fetching an account's files needs: nothing that could send a text with more."""

    hosts: tuple[str, ...]
    user: str = ""
    password: str = field(repr=False)
    #: `Basic` with user and password; any other takes the password as it is (Infobip's `App`).
    scheme: str = "Basic"

    @property
    def credentials(self) -> Credentials:
        """Give the credentials for the carrier's hosts, and for nobody else."""
        token = self.password
        if self.scheme == "Basic":
            token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        headers = {"Authorization": f"{self.scheme} {token}"}
        return Credentials(hosts=frozenset(self.hosts), headers=headers)


def read_logins(path: Path | None) -> dict[str, Login]:
    """Read `[accounts.<name>]` with hosts, user, scheme, and password or password_file."""
    if path is None:
        return {}
    accounts = tomllib.loads(path.read_text(encoding="utf-8")).get("accounts", {})
    return {
        name: Login(
            hosts=tuple(account["hosts"]),
            user=account.get("user", ""),
            scheme=account.get("scheme", "Basic"),
            password=account.get("password") or Path(account["password_file"]).read_text().strip(),
        )
        for name, account in accounts.items()
    }


class OutboundSource:
    """Source by the one client that cannot reach an inside address."""

    def __init__(
        self,
        outbound: Outbound,
        logins: Mapping[str, Login],
        *,
        total_seconds: float = outbound.TOTAL_SECONDS,
    ) -> None:
        self._outbound = outbound
        self._logins = logins
        self._seconds = total_seconds

    async def fetch(self, want: Wanted, into: Path) -> Fetched:
        login = self._logins.get(want.account)
        is_video = (want.file.media_type or "").startswith("video/")
        path = into / "original"
        with path.open("wb") as file:
            try:
                got = await self._outbound.fetch(
                    want.file.url,
                    file,
                    MAX_VIDEO_BYTES if is_video else MAX_BYTES,
                    credentials=login.credentials if login else None,
                    total_seconds=self._seconds,
                )
            except TooManyRedirects as on_and_on:
                raise NotFetched("too-many-redirects", retry=False) from on_and_on
            except NotAllowed as blocked:
                raise NotFetched("blocked-address", retry=False) from blocked
            except TooBig as big:
                raise NotFetched("too-big", retry=False) from big
            except (Unreachable, Unknown) as away:
                raise NotFetched("timeout", retry=True) from away
        _judge(got)
        return Fetched(path=path, sha256=got.sha256, size=got.size)


def _judge(got: outbound.Fetched) -> None:
    if got.status == _SUCCESS:
        return
    later = got.status in _LATER or got.status >= _SERVER_ERRORS
    raise NotFetched("timeout" if later else "gone", retry=later)
