"""`tandem why` and `tandem history`: what the log says about one id or one conversation."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
import typer

from schemas.base import Event
from schemas.envelope import Envelope
from services.kernel.kafka import topics
from services.ops.log import envelopes, events_topics
from services.ops.settings import required

#: Most that is shown of one answer.
MAX_SHOWN = 1_000
#: What people wrote stays out of a terminal unless it is asked for.
_PERSONAL = frozenset(
    {
        "text",
        "note",
        "name",
        "word",
        "counterpart",
        "counterparts",
        "others",
        "recipient",
        "recipients",
        "partition_key",
        "files",
        "original",
        "thumbnail",
    }
)
Personal = Annotated[bool, typer.Option("--personal", help="show what people wrote, and who")]


def why(
    identity: Annotated[str, typer.Argument(help="of an event, a command or a message")],
    *,
    personal: Personal = False,
) -> None:
    """Show what began it, and everything that followed from the same beginning."""
    servers = required("TANDEM_KAFKA")
    names = [name for name in topics.described() if not name.endswith("-dead")]
    _print(asyncio.run(_same_beginning(servers, names, identity)), personal=personal)


def history(
    conversation: Annotated[str, typer.Argument(help="a conversation's id")],
    *,
    personal: Personal = False,
) -> None:
    """Show everything that the log holds about a conversation, by time."""

    def about(envelope: Envelope[Any]) -> bool:
        own = getattr(envelope.data, "conversation_id", None)
        return conversation in {envelope.subject, own}

    found = asyncio.run(_search(required("TANDEM_KAFKA"), events_topics(), about))
    _print(found, personal=personal)


async def _same_beginning(
    servers: str, names: list[str], identity: str
) -> list[tuple[str, Envelope[Any]]]:
    """Two passes: which requests concern the id, then everything of those requests."""

    def concerns(envelope: Envelope[Any]) -> bool:
        own = {envelope.id, getattr(envelope.data, "message_id", None)}
        return identity in own

    beginnings = {
        envelope.correlation for _, envelope in await _search(servers, names, concerns)
    } or {identity}
    return await _search(servers, names, lambda envelope: envelope.correlation in beginnings)


async def _search(
    servers: str, names: list[str], wanted: Callable[[Envelope[Any]], bool]
) -> list[tuple[str, Envelope[Any]]]:
    found: list[tuple[str, Envelope[Any]]] = []
    async for record, envelope in envelopes(servers, names):
        if wanted(envelope) and len(found) < MAX_SHOWN:
            found.append((record.topic, envelope))
    return sorted(found, key=lambda pair: pair[1].time)


def _print(found: Sequence[tuple[str, Envelope[Any]]], *, personal: bool) -> None:
    """Two lines each, wide ones unbroken: made to be searched through as much as read."""
    if not found:
        typer.echo("the log knows nothing of it")
    for topic, envelope in found:
        at = envelope.time.isoformat(timespec="milliseconds")
        place = f"{topic} {envelope.sequence}" if envelope.sequence else topic
        cause = f" because of {envelope.causation}" if envelope.causation else ""
        typer.secho(f"{at}  {envelope.type}", bold=True, nl=False)
        typer.echo(f"  {place}  {envelope.id}{cause}")
        typer.echo(f"    {_data(envelope.data, personal=personal)}")


def _data(data: Event, *, personal: bool) -> str:
    fields = msgspec.to_builtins(data)
    shown = {
        name: value if personal or name not in _PERSONAL else "…" for name, value in fields.items()
    }
    return " ".join(f"{name}={value}" for name, value in shown.items() if value is not None)
