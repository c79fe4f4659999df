"""Media's wiring: handlers, what they have done, the bucket, uploads, and its own origin."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.kernel import service, web
from services.kernel.handling import Performer
from services.kernel.objects import Objects
from services.kernel.outbound import Outbound, Policy
from services.media import settings as settings_module
from services.media.adapters import tables
from services.media.adapters.desk import UploadDesk
from services.media.adapters.fetch import FetchPerformer
from services.media.adapters.keeping import Keeping
from services.media.adapters.log import LogHolding
from services.media.adapters.previews import PostgresPreviews
from services.media.adapters.register import PostgresRegister
from services.media.adapters.source import OutboundSource, read_logins
from services.media.adapters.store import BucketScratch, BucketStore
from services.media.adapters.sweeping import RemovePerformer, Sweeper
from services.media.adapters.thumbnail import ProcessLightener, ProcessShrinker
from services.media.adapters.uploads import PostgresUploads
from services.media.adapters.workshop import Workshop
from services.media.handlers import FETCH, REMOVE, MediaHandlers
from services.media.http.server import application
from services.media.settings import Settings


@dataclass(frozen=True)
class _Works:
    """What the performers and the origin share."""

    store: BucketStore
    keeping: Keeping
    workshop: Workshop
    bucket: Objects


def main() -> None:
    """Run media until SIGTERM."""
    settings = settings_module.read()
    made: list[_Works] = []

    def works(running: service.Running) -> _Works:
        """Make them once: the workshop's limit holds for the whole process."""
        if not made:
            made.append(_works(settings, running))
        return made[0]

    def performers(running: service.Running) -> Mapping[str, Performer]:
        outbound = Outbound(Policy.read(settings.allowed_networks))
        source = OutboundSource(outbound, read_logins(settings.carrier_logins))
        parts = works(running)
        return {
            FETCH: FetchPerformer(source, parts.keeping),
            REMOVE: RemovePerformer(parts.store),
        }

    async def show(running: service.Running) -> None:
        await tables.make(running.database, running.readiness)
        app = application(
            works(running).store,
            _desk(works(running), running),
            PostgresPreviews(running.database),
            settings.link_key,
            running.clock.now,
        )
        await web.serve(app, settings.http)

    async def sweep(running: service.Running) -> None:
        scratch = BucketScratch(works(running).bucket)
        uploads, holding = PostgresUploads(running.database), _holding(running)
        await Sweeper(uploads, scratch, holding).run()

    service.run(
        "media", MediaHandlers(), runtime="faust", performers=performers, tasks=(show, sweep)
    )


def _works(settings: Settings, running: service.Running) -> _Works:
    bucket = Objects(settings.s3, settings.s3_key, settings.s3_secret, settings.bucket)
    store = BucketStore(bucket, PostgresRegister(running.database))
    workshop = Workshop()
    return _Works(store, Keeping(store, ProcessShrinker(workshop)), workshop, bucket)


def _desk(parts: _Works, running: service.Running) -> UploadDesk:
    return UploadDesk(
        PostgresUploads(running.database),
        BucketScratch(parts.bucket),
        parts.keeping,
        ProcessLightener(parts.workshop),
        _holding(running),
    )


def _holding(running: service.Running) -> LogHolding:
    return LogHolding(running.publisher, running.clock)
