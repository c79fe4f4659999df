"""Caller-name services (docs/caller-names.md): one over HTTP, and a list in a file."""

import asyncio
import csv
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from services.gateway.domain.config import Config
from services.gateway.ports.caller_names import CallerNames, NamesAway
from services.kernel.addresses import NotAllowed
from services.kernel.outbound import Answer, Outbound, Policy, TooBig, Unknown, Unreachable

#: Nobody waits for a name; a service that takes longer is asked again later.
ASK_SECONDS = 5.0
MOST_FILE_BYTES = 50_000_000
_NOT_FOUND = 404
#: It reaches the service and nothing else, wherever the operator put it.
_ANYWHERE = ("0.0.0.0/0", "::/0")


class _Said(msgspec.Struct, frozen=True):
    name: str | None = None


class HttpCallerNames:
    """Asks one service over HTTP; keeps the port's promises."""

    source = "http"

    def __init__(self, outbound: Outbound, base: str, key: str | None) -> None:
        self._outbound, self._base = outbound, base.rstrip("/")
        self._headers = {"accept": "application/json"}
        if key is not None:
            self._headers["authorization"] = f"Bearer {key}"

    async def name(self, number: str) -> str | None:
        url = f"{self._base}/names/{quote(number, safe='')}"
        try:
            answer = await self._outbound.call(
                "GET", url, headers=self._headers, content=None, total_seconds=ASK_SECONDS
            )
        except (Unreachable, Unknown, TooBig, NotAllowed) as error:
            raise NamesAway(type(error).__name__) from error
        return None if answer.status == _NOT_FOUND else _read(answer)


def _read(answer: Answer) -> str | None:
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - success, as HTTP says it
        raise NamesAway(str(answer.status))
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NamesAway("not understood") from error
    return (said.name or "").strip() or None


class FileCallerNames:
    """Reads `number,name` lines, anew whenever the file was changed; keeps the port's promises."""

    source = "file"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, str] = {}
        self._read_at: tuple[int, int] | None = None

    async def name(self, number: str) -> str | None:
        return await asyncio.to_thread(self._look, number)

    def _look(self, number: str) -> str | None:
        try:
            found = self._path.stat()
            changed = (found.st_mtime_ns, found.st_size)
            if changed != self._read_at:
                if found.st_size > MOST_FILE_BYTES:
                    raise NamesAway("the file is too big")
                self._names = _names(self._path.read_text(encoding="utf-8-sig"))
                self._read_at = changed
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise NamesAway(type(error).__name__) from error
        return self._names.get(number)


def _names(text: str) -> dict[str, str]:
    """Read the lines; a heading, and whatever else has no number and no name, says nothing."""
    pairs = (line for line in csv.reader(text.splitlines()) if len(line) > 1)
    known = {number.strip(): name.strip() for number, name, *_ in pairs}
    return {number: name for number, name in known.items() if number.startswith("+") and name}


def caller_names(config: Config) -> CallerNames | None:
    """Make the way to the service; None where no operator named one."""
    if config.names_url is not None:
        host = urlsplit(config.names_url).hostname or ""
        outbound = Outbound(Policy.read(_ANYWHERE, hosts=(host,)))
        return HttpCallerNames(outbound, config.names_url, config.names_key)
    return None if config.names_file is None else FileCallerNames(config.names_file)
