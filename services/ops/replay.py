"""`tandem replay`: read models built again beside those that serve, compared, switched to."""

import asyncio
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from services.gateway import app as gateway
from services.gateway.adapters import read_models
from services.gateway.adapters.read_models import FarBehind, NothingToSwitchTo
from services.gateway.adapters.rebuild import Replayed
from services.kernel import postgres
from services.kernel.clock import monotonic
from services.ops.settings import dsn_of, required

_POOL_SIZE = 2
#: What came in during a long rebuild is followed within this.
_FOLLOWING_SECONDS = 300.0
_LOOK_SECONDS = 0.5
NoSwitch = Annotated[bool, typer.Option("--no-switch", help="build and compare only")]
Back = Annotated[bool, typer.Option("--back", help="let the one before serve again")]
Anyway = Annotated[bool, typer.Option("--anyway", help="switch although they differ")]


def replay(*, no_switch: NoSwitch = False, back: Back = False, anyway: Anyway = False) -> None:
    """Build the read models from the log, compare by hash, let the new ones serve.

    A new version of a projection differs from the old one by design: look at what differs, then
    say --anyway. Portals load anew when they are switched; nothing is lost either way.
    """
    dsn = dsn_of("gateway")
    if back:
        _switch(dsn, _previous(dsn))
        return
    found = asyncio.run(_build(dsn))
    typer.echo(f"{found.schema}: {found.records} records in {found.seconds:.1f} s")
    if found.differs:
        typer.echo(f"differs from what serves in: {', '.join(found.differs)}")
    if no_switch:
        return
    if found.differs and anyway:
        asyncio.run(_let_stand_ready(dsn, found.schema))
    elif found.differs:
        typer.echo(
            f"not switched; `tandem read-models discard {found.schema}` forgets it", err=True
        )
        raise typer.Exit(1)
    _switch(dsn, found.schema)


async def _build(dsn: str) -> Replayed:
    bar = Progress(
        TextColumn("{task.completed}/{task.total} records"), BarColumn(), TimeRemainingColumn()
    )
    with bar:
        task = bar.add_task("replay", total=None)
        return await gateway.replay(
            dsn,
            required("TANDEM_KAFKA"),
            lambda done, total: bar.update(task, completed=done, total=total),
        )


async def _let_stand_ready(dsn: str, schema: str) -> None:
    async with postgres.make_pool(dsn, "ops", _POOL_SIZE) as pool:
        await read_models.note(pool, schema, "ready")


def _switch(dsn: str, schema: str) -> None:
    try:
        before = asyncio.run(_switch_when_near(dsn, schema))
    except (NothingToSwitchTo, FarBehind) as error:
        typer.echo(f"{type(error).__name__}: {schema}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{schema} serves; `tandem replay --back` returns to {before}")


async def _switch_when_near(dsn: str, schema: str) -> str:
    """Switch once the gateway, which follows with it from here, has brought it near the end."""
    deadline = monotonic() + _FOLLOWING_SECONDS
    while True:
        try:
            return await gateway.switch(dsn, schema)
        except FarBehind:
            if monotonic() > deadline:
                raise
        await asyncio.sleep(_LOOK_SECONDS)


def _previous(dsn: str) -> str:
    """The newest that has served before."""
    found = [one.schema for one in asyncio.run(gateway.models(dsn)) if one.state == "previous"]
    if not found:
        raise typer.BadParameter("none has served before")
    return max(found, key=lambda name: int(name.rpartition("_v")[2]))


app = typer.Typer(help="Read models, serving and not.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Name every read model and its state."""
    for one in asyncio.run(gateway.models(dsn_of("gateway"))):
        typer.echo(f"{one.schema:<16} {one.state}")


@app.command()
def discard(schema: str) -> None:
    """Drop one that does not serve."""
    asyncio.run(gateway.discard(dsn_of("gateway"), schema))
    list_()
