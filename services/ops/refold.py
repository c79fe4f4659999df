"""`tandem refold`, `tandem verify`: state tables are a fold of the log; compare, or replace."""

import asyncio
import importlib
from typing import Annotated

import typer

from services.kernel import postgres
from services.kernel import refold as kernel
from services.kernel.handling import Handlers
from services.kernel.kafka import topics
from services.kernel.refold import Refolded
from services.ops.settings import dsn_of, required

#: Where each deciding service's handlers are; folding needs none of their settings.
HANDLERS: dict[str, tuple[str, str, tuple[object, ...]]] = {
    "router": ("services.router.handlers", "RouterHandlers", ()),
    "queue": ("services.queue.handlers", "QueueHandlers", ()),
    "dispatch": ("services.dispatch.handlers", "DispatchHandlers", ({},)),
    "media": ("services.media.handlers", "MediaHandlers", ()),
    "notify": ("services.notify.handlers", "NotifyHandlers", ()),
}
_POOL_SIZE = 2
_MOST_SHOWN = 20
Service = Annotated[str, typer.Argument(help=", ".join(HANDLERS))]


def verify(service: Annotated[str, typer.Argument()] = "all") -> None:
    """Fold the log and compare with what is stored; status 1 if they differ."""
    names = list(HANDLERS) if service == "all" else [service]
    differing = [name for name in names if not _report(name, asyncio.run(_fold(name)))]
    raise typer.Exit(1 if differing else 0)


def refold(service: Service) -> None:
    """Put the fold of the log in the place of what is stored. The service must not run."""
    if not _report(service, asyncio.run(_fold(service, replace=True))):
        typer.echo(f"{service}: replaced by the fold")


def handlers_of(service: str) -> Handlers:
    """Make a service's handlers, for folding only."""
    if service not in HANDLERS:
        raise typer.BadParameter(f"{service} is none of {', '.join(HANDLERS)}")
    module, name, arguments = HANDLERS[service]
    made: Handlers = getattr(importlib.import_module(module), name)(*arguments)
    return made


async def _fold(service: str, *, replace: bool = False) -> Refolded:
    return await fold(service, required("TANDEM_KAFKA"), dsn_of(service), replace=replace)


async def fold(service: str, servers: str, dsn: str, *, replace: bool = False) -> Refolded:
    """Fold the log for a service, compare, and replace what is stored where that is wanted."""
    handlers = handlers_of(service)
    known = topics.described()
    events = {name for name in known if name.endswith("-events")}
    own = {name for name in events if service in known[name].writers}
    async with postgres.make_pool(dsn, "ops", _POOL_SIZE) as pool:
        found = await kernel.refold(
            servers,
            pool,
            handlers,
            own=own,
            foreign={name for name in events if service in known[name].readers},
            consumer=service,
        )
        if replace:
            await kernel.replace(pool, found.parts)
        return found


def _report(service: str, found: Refolded) -> bool:
    """Say what was found; whether all is equal."""
    equal = not found.different
    verdict = "equal" if equal else f"{len(found.different)} differ"
    typer.echo(f"{service}: {found.events} events, {len(found.parts)} parts, {verdict}")
    for key in found.different[:_MOST_SHOWN]:
        typer.echo(f"  {key}")
    return equal
