import asyncio
import contextlib
import functools
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.carriers.registry import CARRIERS
from services.ingest.adapters.log import Drainer
from services.ingest.adapters.spool import FileSpool
from services.ingest.domain import keep
from services.ingest.handlers import DEAD_TOPIC, spell, translate
from services.kernel.deciding import Outgoing
from tests.support.waiting import eventually
from tests.support.webhooks import NOW, account, fixture, fixtures

#: Carriers of which a fixture shows a state, or a kind of report, that is to come.
TO_COME = {one.carrier: one.name for one in fixtures() if "to-come" in one.name}
UNREADABLE = {one.carrier: one.name for one in fixtures() if one.unparseable and not one.events}


class KeptLog:
    """A broker that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []

    async def start(self) -> None:
        return

    async def publish(self, records: Sequence[Outgoing]) -> None:
        self.records += records


def _counted(carrier: str, meaning: str) -> float:
    labels = {"carrier": carrier, "meaning": meaning}
    return REGISTRY.get_sample_value("tandem_webhook_meaning_total", labels) or 0.0


async def _drained(directory: Path, carrier: str, name: str, *counted: str) -> list[Outgoing]:
    """Drain one fixture; gives what came to the log once it was counted as this."""
    log, read = KeptLog(), functools.partial(translate, accounts={"main": account(carrier)})
    before = _counted(*counted)
    async with FileSpool(directory, 1 << 20) as spool:
        await spool.append(spell(keep(carrier, "main", fixture(carrier, name).request, NOW)))
        run = asyncio.create_task(Drainer(spool, log, read).run())
        await eventually(lambda: _counted(*counted) == before + 1)
        run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await run
    return log.records


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
async def test_a_kind_that_is_new_to_us_is_counted_and_changes_nothing(
    tmp_path: Path, carrier: str
) -> None:
    assert await _drained(tmp_path, carrier, "something-else", "", "nothing") == []


@pytest.mark.parametrize(("carrier", "name"), sorted(TO_COME.items()))
async def test_a_state_that_is_new_to_us_is_kept_and_counted(
    tmp_path: Path, carrier: str, name: str
) -> None:
    records = await _drained(tmp_path, carrier, name, carrier, "unknown-state")

    assert [record.topic for record in records] == ["carrier-events"]


@pytest.mark.parametrize(("carrier", "name"), sorted(UNREADABLE.items()))
async def test_what_cannot_be_read_is_kept_for_the_operator_and_counted(
    tmp_path: Path, carrier: str, name: str
) -> None:
    (letter,) = await _drained(tmp_path, carrier, name, carrier, "dead-letter")

    assert letter.topic == DEAD_TOPIC
    assert letter.value == fixture(carrier, name).request.body


def test_every_carrier_shows_what_is_to_come_and_what_cannot_be_read() -> None:
    assert set(TO_COME) == set(UNREADABLE) == set(CARRIERS)


async def test_nothing_is_published_to_topics_that_are_wrong_and_carriers_are_answered_all_the_same(
    tmp_path: Path,
) -> None:
    log, asked, right, carrier = KeptLog(), asyncio.Event(), asyncio.Event(), "twilio"

    async def described() -> None:
        asked.set()
        await right.wait()

    read = functools.partial(translate, accounts={"main": account(carrier)})
    async with FileSpool(tmp_path, 1 << 20) as spool:
        run = asyncio.create_task(Drainer(spool, log, read, described).run())
        request = fixture(carrier, TO_COME[carrier]).request
        await spool.append(spell(keep(carrier, "main", request, NOW)))  # what a 2xx stands for
        await eventually(asked.is_set)
        assert log.records == []
        right.set()
        await eventually(lambda: log.records)
        run.cancel()
