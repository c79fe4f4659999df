"""A broker that is away is waited for, however aiokafka says it."""

import asyncio
from typing import Any, cast

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    UnknownTopicOrPartitionError,
)

from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness

RECORD = Outgoing("signals", b"key", b"value", [])


class Producer:
    """Stands where aiokafka's is: it fails once, and then all is acknowledged."""

    def __init__(self, error: KafkaError) -> None:
        self._errors = [error]
        self.sent: list[str] = []

    async def send(self, topic: str, *_: object, **__: object) -> "asyncio.Future[object]":
        if self._errors:
            raise self._errors.pop()
        self.sent.append(topic)
        done: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    @property
    def _sender(self) -> Any:  # noqa: ANN401 - aiokafka's own, of which only the task is asked for
        class Sender:
            sender_task = None

        return Sender()


@pytest.mark.parametrize(
    "error", [KafkaTimeoutError(), KafkaConnectionError(), UnknownTopicOrPartitionError()]
)
async def test_a_record_waits_for_a_broker_that_is_away(error: KafkaError) -> None:
    readiness = Readiness()
    publisher, producer = KafkaPublisher("", readiness), Producer(error)
    publisher._producer = cast("Any", producer)
    await publisher.publish([RECORD])
    assert producer.sent == ["signals"]
    assert readiness.away == {}
