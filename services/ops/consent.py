"""`tandem consent` and `tandem verify-consent`: who withdrew, and that it was heeded."""

import asyncio
from typing import Annotated, Any

import typer

from schemas.consent import RevocationReviewed, RevocationSuspected
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut
from schemas.envelope import Envelope
from services.ops.consent_check import Breach, ConsentChecker
from services.ops.log import envelopes
from services.ops.settings import required

#: Most that is shown of one number's history.
MAX_SHOWN = 1_000
_CONVERSATIONS, _DELIVERIES = "conversation-events", "delivery-events"

ConsentEvent = CounterpartOptedOut | CounterpartOptedIn | RevocationSuspected | RevocationReviewed


def consent(
    number: Annotated[str, typer.Argument(help="a counterpart's number, or one of ours: +1415…")],
    *,
    personal: Annotated[bool, typer.Option("--personal", help="show what they wrote")] = False,
) -> None:
    """Show who withdrew or renewed consent, when, and by what; then how it stands."""
    found = asyncio.run(_history(required("TANDEM_KAFKA"), number))
    if not found:
        typer.echo("the log knows nothing of it")
    for envelope in found[-MAX_SHOWN:]:
        typer.echo(line(envelope, personal=personal))
    for standing in standings(found):
        typer.echo(standing)


def verify_consent() -> None:
    """Check over the whole log that nobody was texted after STOP; fails where somebody was."""
    checker = asyncio.run(check(required("TANDEM_KAFKA")))
    for breach in checker.breaches:
        typer.echo(_told(breach), err=True)
    typer.echo(
        f"{checker.stops} opt-outs, {checker.texts} texts, {checker.calls} calls to carriers:"
        f" {len(checker.breaches)} after a STOP, {checker.unproven} without evidence"
    )
    if checker.breaches:
        raise typer.Exit(1)


async def check(servers: str) -> ConsentChecker:
    """Read both topics once, one after the other."""
    checker = ConsentChecker()
    async for record, envelope in envelopes(servers, [_CONVERSATIONS]):
        checker.conversation(record, envelope)
    async for _, envelope in envelopes(servers, [_DELIVERIES]):
        checker.delivery(envelope)
    return checker


async def _history(servers: str, number: str) -> list[Envelope[Any]]:
    found = [
        envelope
        async for _, envelope in envelopes(servers, [_CONVERSATIONS])
        if isinstance(envelope.data, ConsentEvent)
        and number in {envelope.data.number, envelope.data.counterpart}
    ]
    return sorted(found, key=lambda envelope: envelope.time)


def line(envelope: Envelope[Any], *, personal: bool) -> str:
    """Say one event of a history: when, what, who, by what."""
    event = envelope.data
    at = envelope.time.isoformat(timespec="seconds")
    pair = f"{event.number} {event.counterpart}"
    return f"{at}  {pair}  {_what(event, personal=personal)}"


def _what(event: ConsentEvent, *, personal: bool) -> str:
    match event:
        case RevocationSuspected(phrase=phrase):
            return f'flagged for review: "{phrase}"'
        case RevocationReviewed(verdict=verdict, by=by):
            return f"review {verdict} by {by}"
        case CounterpartOptedOut() | CounterpartOptedIn():
            did = "opted out" if isinstance(event, CounterpartOptedOut) else "opted in"
            reach = " everywhere" if event.everywhere else ""
            who = getattr(event, "by", None) or _WHO[event.source]
            word = f' "{event.word}"' if personal else ""
            return f"{did}{reach} by {who} ({event.source}){word}"


_WHO = {"text": "counterpart", "carrier": "carrier", "operator": "operator"}


def standings(history: list[Envelope[Any]]) -> list[str]:
    """Say how each pair stands now, and each counterpart with the tenant's numbers together."""
    now: dict[str, bool] = {}
    for envelope in history:
        event = envelope.data
        if isinstance(event, CounterpartOptedOut | CounterpartOptedIn):
            name = "all numbers" if event.everywhere else event.number
            now[f"{name} {event.counterpart}"] = isinstance(event, CounterpartOptedOut)
    return [f"now: {pair} {'opted out' if out else 'may be texted'}" for pair, out in now.items()]


def _told(breach: Breach) -> str:
    return (
        f"{breach.rule}: message {breach.message_id} by event {breach.event_id}"
        f" after the STOP {breach.stop_id}"
    )
