"""Raw requests on real servers: archived, found, and parsed again after a parser was mended."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.ports import LOOPBACK, free_ports
from services.kernel import ids
from services.kernel.kafka import topics
from services.ops.app import app
from tests.support.infra import ObjectStore
from tests.support.ingest_rig import ROOT, Ingest, Log, accounts_of, message, post, reading
from tests.support.waiting import eventually
from tests.support.webhooks import account

pytestmark = pytest.mark.integration
#: What the broken parser cannot read.
BROKEN = "SMbad"
#: Loaded by Python itself before ingest: the parser of yesterday.
_BUG = f"""
from services.carriers import twilio

_parse = twilio.parse

def parse(request, account):
    if b"{BROKEN}" in request.body:
        raise KeyError("a bug")
    return _parse(request, account)

twilio.parse = parse
"""


@pytest.fixture
async def log(kafka: str) -> AsyncIterator[Log]:
    await topics.prepare(kafka)
    async with reading(kafka) as log:
        yield log


@pytest.fixture
def settings(kafka: str, objects: ObjectStore) -> dict[str, str]:
    return {
        "TANDEM_KAFKA": kafka,
        "TANDEM_S3": objects.address,
        "INGEST_S3_KEY": objects.access_key,
        "INGEST_S3_SECRET": objects.secret_key,
        "INGEST_BUCKET": f"raw-{ids.new()}",
        "INGEST_CONTROL": f"{LOOPBACK}:{free_ports(1)[0]}",
        "INGEST_CONTROL_KEY": "operator",
    }


@pytest.fixture
def ingest(kafka: str, tmp_path: Path) -> Iterator[Ingest]:
    ingest = Ingest(kafka, tmp_path, accounts_of({"main": account("twilio")}))
    try:
        yield ingest
    finally:
        ingest.kill()


async def _tandem(settings: dict[str, str], ingest: Ingest, *words: str) -> str:
    """Call the operator's command as its shell would, in a thread: it has a loop of its own."""
    surroundings = {
        "TANDEM_ENVIRONMENT": "/nonexistent",
        "INGEST_CARRIERS": str(ingest.directory / "carriers.toml"),
        **settings,
    }
    done = await asyncio.to_thread(CliRunner().invoke, app, words, env=surroundings)
    assert done.exit_code == 0, done.output
    return done.output


async def test_a_mended_parser_adds_exactly_what_is_missing_and_nothing_twice(
    ingest: Ingest, settings: dict[str, str], log: Log, tmp_path: Path
) -> None:
    good = [f"SM{ids.new()}" for _ in range(3)]
    bad = [f"{BROKEN}{ids.new()}" for _ in range(2)]
    ingest.start(**settings, PYTHONPATH=f"{_with_a_bug(tmp_path)}:{ROOT}")
    for id_ in (*good, *bad, bad[0]):
        assert await post(ingest, "twilio", message("twilio", id_)) == 200
    await eventually(lambda: log.has(*good), seconds=20)
    assert await log.events(*bad) == []

    assert ingest.stop() == 0
    ingest.start(**settings)
    tried = await _tandem(
        settings, ingest, "reparse", "--segment", await _segment(settings, ingest, good[0])
    )
    assert "6 requests give 5 events" in tried
    assert "missing             2, of 2 requests" in tried
    assert "nothing is published yet" in tried
    assert await log.events(*bad) == []

    await _tandem(settings, ingest, "reparse", "--unparseable", "--apply")
    await eventually(lambda: log.has(*bad), seconds=20)
    assert len(await log.events(*good, *bad)) == 5
    day = (await log.events(bad[0]))[0].time.date().isoformat()
    again = await _tandem(settings, ingest, "reparse", "--day", day, "--apply")
    assert "missing             0" in again
    assert len(await log.events(*good, *bad)) == 5


async def test_a_request_is_found_by_the_carriers_id_at_once_and_without_its_proof(
    ingest: Ingest, settings: dict[str, str], log: Log
) -> None:
    id_ = f"SM{ids.new()}"
    ingest.start(**settings)
    assert await post(ingest, "twilio", message("twilio", id_)) == 200
    await eventually(lambda: log.has(id_), seconds=20)

    shown = await _tandem(settings, ingest, "raw", id_)
    assert f"MessageSid={id_}" in shown
    assert "x-twilio-signature: …" in shown
    (event,) = await log.events(id_)
    assert id_ in await _tandem(settings, ingest, "raw", ids.derive(event.id, "message"))
    await eventually(lambda: not list(ingest.spool.glob("*.spool")))


async def _segment(settings: dict[str, str], ingest: Ingest, id_: str) -> str:
    return (await _tandem(settings, ingest, "raw", id_)).splitlines()[0]


def _with_a_bug(directory: Path) -> Path:
    """Give a directory that makes the parser of whoever starts with it stumble."""
    place = directory / "broken"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_BUG)
    return place


async def test_while_the_store_is_away_carriers_are_answered_and_nothing_is_lost(
    ingest: Ingest, settings: dict[str, str], log: Log
) -> None:
    id_ = f"SM{ids.new()}"
    ingest.start(**{**settings, "TANDEM_S3": f"http://{LOOPBACK}:9"})
    assert await post(ingest, "twilio", message("twilio", id_)) == 200
    await eventually(lambda: log.has(id_), seconds=20)
    assert ingest.stop() == 0
    assert list(ingest.spool.glob("*.spool"))

    ingest.start(**settings)
    assert f"MessageSid={id_}" in await _tandem(settings, ingest, "raw", id_)
    await eventually(lambda: not list(ingest.spool.glob("*.spool")))
