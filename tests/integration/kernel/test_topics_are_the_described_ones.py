"""A service refuses topics that are not the described ones, or not the ones that it knows (F32)."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.kernel import described, postgres
from services.kernel.deciding import Outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare
from tests.support.claims_rig import Rig
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration
_PARTITIONS = 3
_TOPIC = """
[defaults]
partitions = {}
dead_retention = "1d"
[topics.{}]
writers = ["a"]
readers = ["b"]
retention = "1d"
dead = false
"""
_numbers = itertools.count(1)


@pytest.fixture
async def topic(kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A topic of this test's own, as a description says."""
    name = f"described-{next(_numbers)}"
    text = _TOPIC.format(_PARTITIONS, name)
    await topics.prepare(kafka, text=text)
    monkeypatch.setattr(topics, "DESCRIPTION", tmp_path / "topics.toml")
    topics.DESCRIPTION.write_text(text, encoding="utf-8")
    return name


@pytest.fixture
async def pool(rig: Rig) -> AsyncIterator[postgres.Pool]:
    await prepare(rig.database, {rig.service: "claims"})
    async with postgres.make_pool(rig.dsn, "test", 2) as pool:
        yield pool


async def test_the_described_topics_are_enough_and_nothing_of_others_is_asked(
    kafka: str, topic: str, pool: postgres.Pool
) -> None:
    for service in ("a", "b", "b", "somebody-else"):
        await described.require(kafka, service, pool, Readiness())
    rows = await postgres.fetch_all(pool, "SELECT topic FROM topic_identity")
    assert rows == [(topic,)], "only a reader has positions"


@pytest.mark.parametrize("service", ["a", "b"])
async def test_another_number_of_partitions_is_refused_by_writers_and_readers(
    kafka: str, topic: str, pool: postgres.Pool, service: str
) -> None:
    topics.DESCRIPTION.write_text(_TOPIC.format(_PARTITIONS + 1, topic), encoding="utf-8")
    with pytest.raises(topics.WrongTopics, match="3 partitions, not 4") as refusal:
        await described.require(kafka, service, pool, Readiness())
    assert refusal.value.code == "topics-differ"


async def test_a_topic_that_was_made_anew_is_refused_however_far_it_has_grown(
    kafka: str, topic: str, pool: postgres.Pool
) -> None:
    await described.require(kafka, "b", pool, Readiness())
    await _make_anew(kafka, topic)
    publisher = KafkaPublisher(kafka, Readiness())
    await publisher.start()
    await publisher.publish([Outgoing(topic, b"k", b"grown", [])] * 10)
    await publisher.stop()
    with pytest.raises(topics.WrongTopics, match=topic) as refusal:
        await described.require(kafka, "b", pool, Readiness())
    assert refusal.value.code == "topics-made-anew"


async def _make_anew(kafka: str, topic: str) -> None:
    admin = make_admin(kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic])

        async def gone() -> bool:
            return topic not in await admin.list_topics()

        await eventually(gone)
    finally:
        await admin.close()
    await topics.prepare(kafka)
