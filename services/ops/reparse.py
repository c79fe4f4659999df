"""`tandem reparse`: what today's parser makes of yesterday's requests, and only what is missing.

An event's id is derived from what the carrier said, so the same outcome has the same id: what is
on the log already is left alone, for ever, even where today's parser would put it otherwise.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
import typer

from schemas.envelope import Envelope
from services.carriers.contract import Account
from services.ingest.adapters.archive import Archive, Found
from services.ingest.domain import Kept
from services.ingest.handlers import DEAD_TOPIC, outcome, spell
from services.kernel.objects import StoreAway
from services.kernel.runtime import Record
from services.ops import ingest, raw
from services.ops.log import envelopes, records
from services.ops.settings import required

#: Events that one run compares; more are two runs.
MOST_EVENTS = 5_000_000
_TOPIC = "carrier-events"
#: One call to ingest.
_MOST_AT_ONCE, _MOST_BYTES = 200, 4 << 20
_MOST_SHOWN = 20

Source = Callable[[], AsyncIterator[Kept]]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="all that came in on this day (UTC)")
]
Segment = Annotated[str | None, typer.Option(help="one segment, as `tandem raw` names it")]
Identity = Annotated[str | None, typer.Option("--id", help="the carrier's message id, or ours")]
Unparseable = Annotated[bool, typer.Option("--unparseable", help="the webhooks' dead letters")]
Apply = Annotated[bool, typer.Option("--apply", help="publish what is missing")]


@dataclass
class Plan:
    """What a run found."""

    requests: int = 0
    #: Requests that are not wholly understood even now, by carrier and reason.
    unreadable: Counter[str] = field(default_factory=Counter)
    #: What the parser gives: a hash of each event by its id, until it is found on the log.
    missing: dict[str, bytes] = field(default_factory=dict)
    known: int = 0
    #: On the log under the same id, with other content.
    changed: list[str] = field(default_factory=list)

    def parsed(self, kept: Kept, accounts: Mapping[str, Account]) -> None:
        """Count a request, and note what it gives."""
        found = outcome(kept, accounts)
        self.requests += 1
        self.missing.update((one.id, _digest(one)) for one in found.envelopes)
        if found.trouble:
            self.unreadable[f"{kept.carrier}: {': '.join(found.trouble)}"] += 1
        if len(self.missing) > MOST_EVENTS:
            raise typer.BadParameter(f"more than {MOST_EVENTS} events: take less at once")

    def logged(self, envelope: Envelope[Any]) -> None:
        """Hear of an event on the log."""
        digest = self.missing.pop(envelope.id, None)
        if digest is None:
            return
        self.known += 1
        if digest != _digest(envelope):
            self.changed.append(envelope.id)


def reparse(
    day: Day = None,
    segment: Segment = None,
    identity: Identity = None,
    *,
    unparseable: Unparseable = False,
    apply: Apply = False,
) -> None:
    """Say which events the parser of this version gives that are not on the log; --apply adds them.

    Name one of --day, --segment, --id, --unparseable; --id is quicker with its --day, and then also
    finds requests of which the parser made nothing.
    """
    if sum(map(bool, (day or identity, segment, unparseable))) != 1:
        raise typer.BadParameter("name one of --day, --segment, --id, --unparseable")
    if not unparseable and (why := ingest.flush()):
        typer.echo(f"only what is archived: {why}", err=True)
    source = _dead_letters if unparseable else _archived(day and day.date(), segment, identity)
    accounts = raw.accounts()
    try:
        plan, owing = asyncio.run(_compare(source, accounts))
    except StoreAway as away:
        raise typer.BadParameter(f"the object store is away: {away}") from away
    _report(plan, owing)
    if apply:
        _apply(owing)
    elif owing:
        typer.echo("nothing is published yet: --apply does it")


async def _compare(source: Source, accounts: Mapping[str, Account]) -> tuple[Plan, Sequence[Kept]]:
    """Parse, look at the log, and read once more what is missing: memory holds no bodies twice."""
    plan = Plan()
    async for kept in source():
        plan.parsed(kept, accounts)
    if plan.missing:
        async for _, envelope in envelopes(required("TANDEM_KAFKA"), [_TOPIC]):
            plan.logged(envelope)
    return plan, [kept async for kept in _owing(source, accounts, set(plan.missing))]


async def _owing(
    source: Source, accounts: Mapping[str, Account], missing: set[str]
) -> AsyncIterator[Kept]:
    """Give each request with the missing events that are its own; a repeat owes nothing more."""
    if not missing:
        return
    async for kept in source():
        given = [one.id for one in outcome(kept, accounts).envelopes]
        mine = tuple(dict.fromkeys(id_ for id_ in given if id_ in missing))
        if mine:
            missing.difference_update(mine)
            yield msgspec.structs.replace(kept, only=mine)


def _apply(owing: Sequence[Kept]) -> None:
    done = 0
    try:
        for some in _parcels([spell(kept) for kept in owing]):
            ingest.hand_over(some)
            done += len(some)
    except ingest.NotDone as error:
        typer.echo(f"{done} of {len(owing)} requests handed over, then: {error}", err=True)
        typer.echo("nothing is lost or doubled: say it again", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{done} requests handed to ingest, which publishes what they owe")


def _parcels(payloads: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Pack what one call may hold."""
    parcel: list[bytes] = []
    for payload in payloads:
        full = len(parcel) >= _MOST_AT_ONCE or sum(map(len, parcel)) + len(payload) > _MOST_BYTES
        if parcel and full:
            yield parcel
            parcel = []
        parcel.append(payload)
    if parcel:
        yield parcel


def _report(plan: Plan, owing: Sequence[Kept]) -> None:
    typer.echo(f"{plan.requests} requests give {plan.known + len(plan.missing)} events")
    typer.echo(f"  on the log already  {plan.known}")
    typer.echo(f"  missing             {len(plan.missing)}, of {len(owing)} requests")
    for kept in owing[:_MOST_SHOWN]:
        at = kept.received_at.isoformat(timespec="seconds")
        typer.echo(f"    {at}  {kept.carrier}/{kept.account}  {' '.join(kept.only)}")
    for reason, count in plan.unreadable.most_common(_MOST_SHOWN):
        typer.echo(f"  not understood      {count}: {reason}")
    if plan.changed:
        typer.echo(
            f"  differs             {len(plan.changed)}: the log never changes, see `tandem raw`"
        )
        for id_ in plan.changed[:_MOST_SHOWN]:
            typer.echo(f"    {id_}")


def _archived(day: date | None, segment: str | None, identity: str | None) -> Source:
    """Read requests of the archive; what `reparse` itself gave to ingest is no request."""

    async def read_them() -> AsyncIterator[Kept]:
        async for found in _found(raw.archive(), day, segment, identity):
            kept = raw.readable(found.payload)
            if kept is not None and not kept.only and day in {None, kept.received_at.date()}:
                yield kept

    return read_them


async def _found(
    archive: Archive, day: date | None, segment: str | None, identity: str | None
) -> AsyncIterator[Found]:
    if identity is not None:
        for found in await raw.search(archive, identity, day):
            yield found
        return
    among = await (archive.of_day(day) if day else archive.segments())
    async for found in archive.requests(each for each in among if segment in {None, each.key}):
        yield found


async def _dead_letters() -> AsyncIterator[Kept]:
    """Make requests again of the webhooks' dead letters."""
    async for record in records(required("TANDEM_KAFKA"), [DEAD_TOPIC]):
        kept = _from_letter(record)
        if kept is not None:
            yield kept


def _from_letter(record: Record) -> Kept | None:
    """Read a dead letter; None for what was never a request of this version."""
    said = {name: value.decode() for name, value in record.headers}
    if said.get("tandem-reason") == "spool":
        return raw.readable(record.value or b"")
    if "tandem-carrier" not in said:
        return None  # another service's letter, or what became of it
    kind = said["content-type"]
    return Kept(
        carrier=said["tandem-carrier"],
        account=said["tandem-account"],
        method="GET" if said["tandem-method"] == "GET" else "POST",
        query=said["tandem-query"],
        headers=(("content-type", kind),) if kind else (),
        body=record.value or b"",
        received_at=datetime.fromisoformat(said["tandem-time"]),
    )


def _digest(envelope: Envelope[Any]) -> bytes:
    return blake2b(msgspec.json.encode(envelope.data), digest_size=8).digest()
