"""`tandem raw`: what a carrier really sent, found by its id or by ours, without secrets."""

import asyncio
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from services.carriers import accounts as carriers
from services.carriers.contract import Account
from services.ingest.adapters.archive import Archive, Found
from services.ingest.domain import Kept
from services.ingest.handlers import read
from services.ingest.settings import read_archive
from services.kernel.objects import Objects, StoreAway
from services.ops import ingest
from services.ops.settings import environment, required

#: What a terminal shows of one body.
MAX_SHOWN = 20_000
_HIDDEN = "…"
_WORDS = r"(?:token|secret|passw|signature|\bsig\b|credential|api[-_]?key|jwt|auth)"
_NAME = re.compile(_WORDS, re.IGNORECASE)
#: A parameter of an address or a form, a member of a JSON object.
_PARAMETER = re.compile(rf'((?:^|[\n?&])[^=&\s"]*{_WORDS}[^=&\s"]*=)[^&\s"]+', re.IGNORECASE)
_MEMBER = re.compile(rf'("[^"]*{_WORDS}[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
#: A configured value that is shorter is no secret, and would be found in words.
_SHORTEST_SECRET = 6

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="look only here (UTC); quicker")
]


def raw(
    identity: Annotated[str, typer.Argument(help="the carrier's message id, ours, or an event's")],
    day: Day = None,
) -> None:
    """Show every request of a carrier about this id. It holds what people wrote: mind who looks."""
    if why := ingest.flush():
        typer.echo(f"only what is archived: {why}", err=True)
    found = asyncio.run(_find(identity, day))
    hidden = secrets(accounts())
    for segment, kept in found:
        typer.echo(segment)
        typer.echo(show(kept, hidden))
    if not found:
        typer.echo("no raw request is known by this id")
        raise typer.Exit(1)


def archive() -> Archive:
    """Open the archive of ingest."""
    given = read_archive(environment())
    if given is None:
        raise typer.BadParameter("INGEST_S3_KEY is not set: raw requests are not archived")
    return Archive(Objects(given.address, given.key, given.secret, given.bucket))


def accounts() -> Mapping[str, Account]:
    """Read carriers.toml; a secret that this shell does not know is not needed to parse."""

    def resolve(reference: Mapping[str, str]) -> str:
        try:
            return environment().refer(reference)
        except (LookupError, OSError):
            return "?"

    try:
        text = Path(required("INGEST_CARRIERS")).read_text(encoding="utf-8")
        return carriers.read(text, "verify", resolve)
    except (OSError, carriers.BadAccounts) as error:
        raise typer.BadParameter(f"carriers.toml: {error}") from error


def secrets(known: Mapping[str, Account]) -> frozenset[str]:
    """Give every configured value that must not be shown."""
    values = (
        value for account in known.values() for each in account.values.values() for value in each
    )
    return frozenset(value for value in values if len(value) >= _SHORTEST_SECRET)


def show(kept: Kept, hidden: Collection[str] = ()) -> str:
    """Spell a request for a terminal: secrets masked, control characters too."""
    query = f"?{kept.query}" if kept.query else ""
    body = kept.body[:MAX_SHOWN].decode(errors="replace")
    cut = f"\n{_HIDDEN} {len(kept.body)} bytes in all" if len(kept.body) > MAX_SHOWN else ""
    lines = [
        f"{kept.method} /webhooks/{kept.carrier}/{kept.account}{query}",
        f"at {kept.received_at.isoformat()}",
        *(f"{name}: {_HIDDEN if _NAME.search(name) else value}" for name, value in kept.headers),
        "",
        body + cut,
    ]
    return mask("\n".join(lines), hidden)


def mask(text: str, hidden: Collection[str] = ()) -> str:
    """Hide what proves or opens something."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    text = _PARAMETER.sub(rf"\1{_HIDDEN}", text)
    text = _MEMBER.sub(rf'\1"{_HIDDEN}"', text)
    return "".join(
        each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text
    )


async def search(kept: Archive, identity: str, day: date | None) -> list[Found]:
    """Find requests by an id: by the index, and on a given day by their very bytes too."""
    if day is None:
        return await kept.find(identity, await kept.segments())
    among = await kept.of_day(day)
    found = {(each.segment, each.offset): each for each in await kept.find(identity, among)}
    async for each in kept.requests(among):
        if identity.encode() in each.payload:
            found[each.segment, each.offset] = each
    return list(found.values())


def readable(payload: bytes) -> Kept | None:
    """Read a kept request; None for one of a version that kept requests differently."""
    try:
        return read(payload)
    except msgspec.DecodeError:
        return None


async def _find(identity: str, day: datetime | None) -> list[tuple[str, Kept]]:
    try:
        found = await search(archive(), identity, day.date() if day else None)
    except StoreAway as away:
        raise typer.BadParameter(f"the object store is away: {away}") from away
    kept = [(each.segment, readable(each.payload)) for each in found]
    return [(segment, each) for segment, each in kept if each is not None and not each.only]
