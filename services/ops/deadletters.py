"""`tandem dead-letters`: what was set aside, why, and letting it be decided again after the fix."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from services.kernel import deadletters as kernel
from services.kernel import postgres
from services.kernel.postgres import Pool
from services.ops.settings import STATEFUL, dsn_of

ResultT = TypeVar("ResultT")
_POOL_SIZE = 2
#: What a terminal shows of one record.
_MAX_SHOWN = 4_000

app = typer.Typer(help="Records that were set aside.", no_args_is_help=True)
Service = Annotated[str, typer.Argument(help=", ".join(STATEFUL))]
Limit = Annotated[int, typer.Option(help="rows for each service")]


@app.command("list")
def list_(service: Annotated[str, typer.Argument()] = "all", limit: Limit = 100) -> None:
    """List what nobody has settled, oldest first."""
    table = Table("service", "id", "topic", "at", "reason", "died", "error", box=None)
    for one in STATEFUL if service == "all" else (service,):
        for letter in _with_pool(one, lambda pool: kernel.list_open(pool, limit=limit)):
            died = letter.died_at.isoformat(timespec="seconds")
            at = f"{letter.partition}/{letter.offset}"
            table.add_row(one, str(letter.id), letter.topic, at, letter.reason, died, letter.error)
    Console().print(table if table.row_count else "no dead letters")


@app.command()
def show(service: Service, number: int) -> None:
    """Show one, with its original bytes. They may hold what people wrote: mind who looks on."""
    letter, value = _with_pool(service, lambda pool: kernel.show(pool, number))
    for name, shown in letter._asdict().items():
        typer.echo(f"{name:>10}  {shown!r}" if isinstance(shown, bytes) else f"{name:>10}  {shown}")
    typer.echo((value or b"").decode(errors="replace")[:_MAX_SHOWN])


@app.command()
def release(service: Service, number: int) -> None:
    """Let the whole key of this one be decided again, in order; do it once the cause is fixed."""
    letter, _ = _with_pool(service, lambda pool: kernel.show(pool, number))
    asked = _with_pool(service, lambda pool: kernel.release(pool, letter.key or b""))
    typer.echo(f"asked {service} to decide {asked} key(s) again; see `tandem dead-letters list`")


@app.command()
def discard(service: Service, number: int) -> None:
    """Give one up for good: no release will decide it."""
    typer.confirm("This record will never be decided. Sure?", abort=True)
    settled = _with_pool(service, lambda pool: kernel.discard(pool, number))
    typer.echo(f"{settled} settled")


def _with_pool(service: str, ask: Callable[[Pool], Awaitable[ResultT]]) -> ResultT:
    async def run() -> ResultT:
        async with postgres.make_pool(dsn_of(service), "ops", _POOL_SIZE) as pool:
            return await ask(pool)

    return asyncio.run(run())
