"""`tandem topics`: the broker's topics become what schemas/topics.toml says, or it says why not."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from services.kernel import positions, postgres
from services.kernel.kafka import topics as kernel
from services.ops.settings import STATEFUL, dsn_of, required

Replicas = Annotated[int, typer.Option(help="copies of each new topic; 3 in production")]
Topic = Annotated[str, typer.Argument(help="its name in schemas/topics.toml")]
_POOL_SIZE = 1
Check = Annotated[bool, typer.Option("--check", help="compare only, make nothing")]


def topics(replicas: Replicas = 1, *, check: Check = False) -> None:
    """Make the topics that are missing; refuse if one differs from its description."""
    servers = required("TANDEM_KAFKA")
    try:
        made = asyncio.run(_run(servers, replicas, check=check))
    except kernel.TopicsDiffer as error:
        typer.echo(f"the broker's topics differ from schemas/topics.toml: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{len(kernel.described())} topics as described, {len(made)} of them new")


def begin_anew(topic: Topic) -> None:
    """Let a topic's readers begin at its beginning: it was deleted and made anew, they are down."""
    readers = [one for one in kernel.described()[topic].readers if one in STATEFUL]
    typer.confirm(f"{', '.join(readers)} forget how far they have read {topic}. Sure?", abort=True)
    asyncio.run(_begin_anew(topic, readers))
    typer.echo(f"{topic} begins anew for {', '.join(readers)}")


async def _begin_anew(topic: str, readers: Sequence[str]) -> None:
    for service in readers:
        async with postgres.make_pool(dsn_of(service), "ops", _POOL_SIZE) as pool:
            await positions.begin_anew(pool, topic)


async def _run(servers: str, replicas: int, *, check: bool) -> list[str]:
    if check:
        await kernel.compare(servers)
        return []
    return await kernel.prepare(servers, replicas=replicas)
