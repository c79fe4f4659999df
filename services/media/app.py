"""Media's wiring: handlers, the fetch performer, the bucket, and its own origin for files."""

from collections.abc import Mapping

from services.kernel import service, web
from services.kernel.handling import Performer
from services.kernel.objects import Objects
from services.kernel.outbound import Outbound, Policy
from services.media import settings as settings_module
from services.media.adapters.fetch import FetchPerformer
from services.media.adapters.source import OutboundSource, read_logins
from services.media.adapters.store import BucketStore
from services.media.adapters.thumbnail import ProcessShrinker
from services.media.handlers import FETCH, MediaHandlers
from services.media.http.files import application


def main() -> None:
    """Run media until SIGTERM."""
    settings = settings_module.read()
    bucket = Objects(settings.s3, settings.s3_key, settings.s3_secret, settings.bucket)
    store = BucketStore(bucket)

    def performers(running: service.Running) -> Mapping[str, Performer]:
        del running
        outbound = Outbound(Policy.read(settings.allowed_networks))
        source = OutboundSource(outbound, read_logins(settings.carrier_logins))
        return {FETCH: FetchPerformer(source, store, ProcessShrinker())}

    async def show(running: service.Running) -> None:
        app = application(store, settings.link_key, running.clock.now)
        await web.serve(app, settings.http)

    service.run("media", MediaHandlers(), runtime="faust", performers=performers, tasks=(show,))
