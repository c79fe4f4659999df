"""Media's own origin over its fakes, served on loopback: what the gateway hands uploads on to."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.ports import LOOPBACK, free_port, listens
from services.kernel import web
from services.kernel.clock import Clock
from services.kernel.settings import Address
from services.media.adapters.desk import UploadDesk
from services.media.adapters.keeping import Keeping
from services.media.adapters.thumbnail import ProcessLightener, ProcessShrinker
from services.media.http.server import application
from tests.support.media_fakes import FakeHolding, FakePreviews, FakeScratch, FakeStore, FakeUploads
from tests.support.waiting import wait_until


@dataclass(frozen=True)
class MediaDesk:
    """Where it is, and what it has."""

    address: str
    uploads: FakeUploads
    store: FakeStore


@contextlib.contextmanager
def media_desk(key: str) -> Iterator[MediaDesk]:
    """Serve until the block ends; `key` is what the gateway signs with."""
    clock, port = Clock(), free_port()
    uploads, store = FakeUploads(clock.now()), FakeStore()
    keeping = Keeping(store, ProcessShrinker())
    desk = UploadDesk(uploads, FakeScratch(), keeping, ProcessLightener(), FakeHolding())
    app = application(store, desk, FakePreviews(), key.encode(), clock.now)
    loop = asyncio.new_event_loop()

    def serve() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)

    async def run() -> None:
        await web.serve(app, Address(LOOPBACK, port))

    serving = loop.create_task(run())
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        wait_until(lambda: listens(f"{LOOPBACK}:{port}"), 20)
        yield MediaDesk(f"http://{LOOPBACK}:{port}", uploads, store)
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()
        loop.close()
