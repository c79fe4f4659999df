"""Wires the gateway: read models from the log, the API over them, wishes back to the log."""

import asyncio
from collections.abc import Mapping
from typing import Any

from services.gateway.adapters import read_models, rebuild
from services.gateway.adapters.absences import Absences
from services.gateway.adapters.accounts import PostgresAccounts
from services.gateway.adapters.administration import PostgresAdministration
from services.gateway.adapters.applying import unheard
from services.gateway.adapters.asking import LogAsking
from services.gateway.adapters.call_control import call_control
from services.gateway.adapters.caller_names import caller_names
from services.gateway.adapters.contacts import PostgresContacts
from services.gateway.adapters.credentials import PostgresCredentials
from services.gateway.adapters.database import Database
from services.gateway.adapters.delivery_log import PostgresDeliveryLog
from services.gateway.adapters.devices import PostgresDevices
from services.gateway.adapters.history import PostgresHistory
from services.gateway.adapters.hub import Hub
from services.gateway.adapters.jobs import Jobs
from services.gateway.adapters.keeper import Keeper
from services.gateway.adapters.labels import PostgresLabels
from services.gateway.adapters.letters import LogLetters
from services.gateway.adapters.log_index import LogIndex
from services.gateway.adapters.log_reading import LogReading
from services.gateway.adapters.media_uploads import media_uploads
from services.gateway.adapters.migrations import migrate
from services.gateway.adapters.naming_callers import NamingCallers
from services.gateway.adapters.operator_log import PostgresOperatorLog
from services.gateway.adapters.oversight import PostgresOversight
from services.gateway.adapters.passwords import Passwords
from services.gateway.adapters.past import LogPast
from services.gateway.adapters.presence import Presence
from services.gateway.adapters.projector import Following
from services.gateway.adapters.queue_desk import PostgresQueueDesk
from services.gateway.adapters.rebuilding import Build, Rebuilding
from services.gateway.adapters.replaying import Fold, Replaying
from services.gateway.adapters.scheduled import PostgresPlans
from services.gateway.adapters.signalling import Signaller
from services.gateway.adapters.streams import Streams
from services.gateway.adapters.tailing import WAITS_FOR, Tailing
from services.gateway.adapters.typing import Typing
from services.gateway.adapters.usage import PostgresUsage
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.rows import TOPICS
from services.gateway.http.entry import Parts
from services.gateway.http.pace import Pace
from services.gateway.http.pages import Pages
from services.gateway.http.server import MOST_FRAME_BYTES, make_app
from services.gateway.http.watch import Watch
from services.gateway.projections import project
from services.gateway.settings import Settings
from services.kernel import postgres, web
from services.kernel.clock import Clock
from services.kernel.service import Running
from services.kernel.service import run as run_service
from services.kernel.watchdog import Watchdog

_REBUILD_CONNECTIONS = 2
#: The feed pings by frames of its own, and a deflater costs a screen more memory than all else.
_SOCKETS: Mapping[str, Any] = {
    "ws_max_size": MOST_FRAME_BYTES,
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,
}


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.read()
    run_service("gateway", None, tasks=[lambda running: gateway(running, settings)])


async def gateway(running: Running, settings: Settings) -> None:
    """Run everything of the gateway; the first part that fails ends it."""
    for what in (WAITS_FOR, "projector", "feed"):
        running.readiness.lost(what, "starting")
    pool, dsn = running.database, running.settings.postgres or ""
    await asyncio.to_thread(migrate, dsn)
    await read_models.ensure(pool)
    database = Database(pool)
    hub = Hub(dsn, database, running.readiness)
    signaller = Signaller(running.publisher, running.clock, running.settings.instance)
    presence, typing = Presence(hub, signaller), Typing(hub, signaller)
    asking = LogAsking(running.publisher, running.clock, database, hub)
    naming = _naming(running, settings, database, asking)
    changed = unheard if naming is None else naming.changed
    keeper = Keeper(_following(running), presence.is_online_anywhere, hub.deliver, changed)
    tailing = Tailing(
        running.settings.kafka, running.readiness, asking, presence.heard, typing.heard
    )
    rebuilding = Rebuilding(pool, dsn, Jobs(database), _building(dsn, running.settings.kafka))
    replaying = Replaying(pool, Jobs(database), _folding(dsn, running.settings.kafka))
    parts = _parts(running, settings, database, (presence, typing), (asking, rebuilding, replaying))
    app = make_app(parts, Pages(settings.portal, settings.config.media_url))
    jobs = (
        hub.run(),
        signaller.run(),
        presence.run(),
        parts.watch.run(),
        keeper.run(),
        LogIndex(pool, running.settings.kafka).run(),
        tailing.run(),
        rebuilding.run(),
        replaying.run(),
        Watchdog(running.progress, running.readiness, lambda: running.publisher.alive).run(),
        Absences(database, presence, asking, lambda: keeper.leading).run(),
        web.serve(app, settings.listen, **_SOCKETS),
        *(() if naming is None else (naming.run(),)),
    )
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job)


def _naming(
    running: Running, settings: Settings, database: Database, asking: LogAsking
) -> NamingCallers | None:
    """Ask a caller-name service, where the operator has one."""
    names = caller_names(settings.config)
    return None if names is None else NamingCallers(names, database, asking.tell, running.clock)


def _building(dsn: str, servers: str) -> Build:
    """Build what an operator of the portal asks for as `tandem replay` does."""
    return lambda schema, progress: replay(dsn, servers, progress, schema)


def _folding(dsn: str, servers: str) -> Fold:
    """Fold a range in the same way, with connections of its own."""

    async def fold(schema: str, *rest: Any) -> rebuild.Replayed:  # noqa: ANN401 - Rebuild's own
        async with postgres.make_pool(
            dsn, "gateway-replay", _REBUILD_CONNECTIONS, patient=True
        ) as pool:
            return await rebuild.Rebuild(pool, servers, project, Clock()).fold(schema, *rest)

    return fold


def _following(running: Running) -> Following:
    return Following(
        pool=running.database,
        servers=running.settings.kafka,
        topics=(*TOPICS, "answers"),
        readiness=running.readiness,
        publisher=running.publisher,
        clock=running.clock,
        project=project,
        progress=running.progress,
    )


def _parts(
    running: Running,
    settings: Settings,
    database: Database,
    live: tuple[Presence, Typing],
    work: tuple[LogAsking, Rebuilding, Replaying],
) -> Parts:
    (presence, typing), (asking, rebuilding, replaying) = live, work
    passwords, reading = Passwords(), LogReading(running.settings.kafka)
    accounts = PostgresAccounts(database, running.clock, passwords)
    return Parts(
        config=settings.config,
        accounts=accounts,
        views=PostgresViews(database, presence),
        asking=asking,
        switchboard=presence,
        signals=typing,
        uploads=media_uploads(settings.config, running.clock),
        oversight=PostgresOversight(database, presence),
        deliveries=PostgresDeliveryLog(database),
        plans=PostgresPlans(database, presence),
        credentials=PostgresCredentials(database, running.clock, passwords),
        administration=PostgresAdministration(database, presence),
        letters=LogLetters(
            running.settings.kafka, running.publisher, running.clock, database, presence
        ),
        calls=call_control(settings.config),
        contacts=PostgresContacts(database, presence),
        desk=PostgresQueueDesk(database, presence),
        labels=PostgresLabels(database),
        devices=PostgresDevices(database),
        history=PostgresHistory(database, presence),
        usage=PostgresUsage(database, presence),
        projections=rebuilding,
        replays=replaying,
        past=LogPast(database, Streams(database, reading, project)),
        operator_log=PostgresOperatorLog(database, reading, running.settings.kafka),
        watch=Watch(accounts, running.clock),
        pace=Pace(settings.requests),
    )


async def replay(
    dsn: str, servers: str, progress: rebuild.Progress, schema: str | None = None
) -> rebuild.Replayed:
    """Build the read models again beside those that serve, and compare; for `tandem replay` too.

    What it built is followed by the service and can be switched to by `switch`.
    """
    async with postgres.make_pool(
        dsn, "gateway-replay", _REBUILD_CONNECTIONS, patient=True
    ) as pool:
        work = rebuild.Rebuild(pool, servers, project, Clock())
        return await work.run(TOPICS, progress, schema)


async def switch(dsn: str, schema: str) -> str:
    """Let a read model that stands ready serve; gives the name to switch back to."""
    async with postgres.make_pool(dsn, "gateway-switch", _REBUILD_CONNECTIONS) as pool:
        return await read_models.switch(pool, schema)


async def models(dsn: str) -> list[read_models.ReadModel]:
    """Name every read model and its state."""
    async with postgres.make_pool(dsn, "gateway-models", _REBUILD_CONNECTIONS) as pool:
        return await read_models.every(pool)


async def discard(dsn: str, schema: str) -> None:
    """Drop a read model that does not serve."""
    async with postgres.make_pool(
        dsn, "gateway-discard", _REBUILD_CONNECTIONS, patient=True
    ) as pool:
        await read_models.discard(pool, schema)
