"""`tandem topics`: the broker's topics become what schemas/topics.toml says, or it says why not."""

import asyncio
from typing import Annotated

import typer

from services.kernel.kafka import topics as kernel
from services.ops.settings import required

Replicas = Annotated[int, typer.Option(help="copies of each new topic; 3 in production")]
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


async def _run(servers: str, replicas: int, *, check: bool) -> list[str]:
    if check:
        await kernel.compare(servers)
        return []
    return await kernel.prepare(servers, replicas=replicas)
