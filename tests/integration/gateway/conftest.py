"""One gateway process per module, on the session's servers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.gateway.adapters import read_models
from services.kernel.postgres import Pool, make_pool
from tests.support.gateway_rig import LINK_KEY, GatewayRig, gateway_rig, own_dsn, prepare_tables
from tests.support.media_desk import MediaDesk, media_desk


@pytest.fixture(scope="module")
def prepared(database: str) -> str:
    prepare_tables(database)
    return database


@pytest.fixture(scope="module")
def dsn(prepared: str) -> str:
    """Give the prepared database as the gateway's own role sees it."""
    return own_dsn(prepared)


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """Give read models without a gateway."""
    async with make_pool(dsn, "test", 4) as pool:
        await read_models.ensure(pool)
        yield pool


@pytest.fixture(scope="module")
def media() -> Iterator[MediaDesk]:
    """Give media's desk over its fakes, for uploads."""
    with media_desk(LINK_KEY) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(
    kafka: str, prepared: str, media: MediaDesk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GatewayRig]:
    directory = tmp_path_factory.mktemp("gateway")
    _build_a_portal(directory / "portal")
    async with gateway_rig(kafka, prepared, directory) as rig:
        rig.start(GATEWAY_MEDIA_URL=media.address)
        await rig.ready()
        yield rig


def _build_a_portal(folder: Path) -> None:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Tandem</title>")
    (folder / "assets" / "app-1a2b.js").write_text("console.log(1)")
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"brotli")
    (folder.parent / "secret.txt").write_text("not for the web")
