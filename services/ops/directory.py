"""`tandem directory`: tenants, extensions, numbers and queues, from one TOML file."""

import asyncio
import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from schemas import catalog, codec
from schemas.answer import CommandRefused
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    DirectoryCommand,
)
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.clock import Clock, monotonic
from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.ops.settings import required

#: How long the router may take to decide all of a file.
ANSWER_SECONDS = 60.0
app = typer.Typer(help="Tenants, extensions, numbers, queues.", no_args_is_help=True)


class Directory(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a file may hold; see deploy/local/demo.toml for one."""

    tenant: DefineTenant
    extension: list[DefineExtension] = []
    number: list[DefineNumber] = []
    queue: list[DefineQueue] = []

    def commands(self) -> list[tuple[str, DirectoryCommand]]:
        """Every definition with its subject; what is referred to comes before who refers to it."""
        return [
            (f"tenant/{self.tenant.tenant_id}", self.tenant),
            *((f"extension/{one.extension_id}", one) for one in self.extension),
            *((f"queue/{one.queue_id}", one) for one in self.queue),
            *((f"number/{one.number}", one) for one in self.number),
        ]


@app.command()
def apply(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Define all that a file holds; what is defined already is defined anew."""
    try:
        directory = read(file)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise typer.BadParameter(f"{file}: {error}") from error
    refused = asyncio.run(define(required("TANDEM_KAFKA"), directory))
    for line in refused:
        typer.echo(line, err=True)
    if refused:
        raise typer.Exit(1)
    typer.echo(f"{len(directory.commands())} definitions accepted")


def read(file: Path) -> Directory:
    """Read a file; errors say where it is wrong."""
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Directory)


async def define(servers: str, directory: Directory) -> list[str]:
    """Send every definition and wait for the router's answers; gives the refusals."""
    readiness = Readiness("ops")
    publisher = KafkaPublisher(servers, readiness)
    await publisher.start()
    try:
        async with Tail(servers, ["answers"], readiness) as tail:
            await tail.start_at_end()
            refused: list[str] = []
            # One kind after another: a queue's agents must be known before the queue names them.
            for _, group in itertools.groupby(directory.commands(), lambda pair: type(pair[1])):
                asked = [_command(subject, directory, data) for subject, data in group]
                await publisher.publish([_record(envelope) for envelope in asked])
                refused += await _refusals(tail, asked)
            return refused
    finally:
        await publisher.stop()


async def _refusals(tail: Tail, asked: Sequence[Envelope[DirectoryCommand]]) -> list[str]:
    """Wait until all of these are answered."""
    waiting = {envelope.id: envelope for envelope in asked}
    refused: list[str] = []
    deadline = monotonic() + ANSWER_SECONDS
    while waiting and monotonic() < deadline:
        for record in itertools.chain.from_iterable((await tail.fetch()).values()):
            answer = codec.decode(record.value or b"")
            if (envelope := waiting.pop(answer.correlation, None)) is not None:
                refused += _refused(envelope, answer.data)
    late = f"no answer in {ANSWER_SECONDS:.0f} s; is the router running?"
    return refused + [f"{envelope.subject}: {late}" for envelope in waiting.values()]


def _refused(asked: Envelope[DirectoryCommand], answer: object) -> Sequence[str]:
    if isinstance(answer, CommandRefused):
        return [f"{asked.subject}: {answer.code}: {answer.text}"]
    return []


def _command(
    subject: str, directory: Directory, data: DirectoryCommand
) -> Envelope[DirectoryCommand]:
    identity = ids.new()
    return Envelope(
        id=identity,
        type=catalog.wire_name(data),
        source="ops",
        subject=subject,
        time=Clock().now(),
        partitionkey=subject,
        tenant=directory.tenant.tenant_id,
        correlation=identity,
        data=data,
    )


def _record(envelope: Envelope[DirectoryCommand]) -> Outgoing:
    topic = catalog.topic_of(envelope.data)
    key = envelope.partitionkey.encode()
    return Outgoing(topic, key, codec.encode(envelope), codec.headers(envelope))
