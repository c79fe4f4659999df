"""Topics are what topics.toml says: made where missing, and never run against one that differs."""

import asyncio
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.identity import identities
from services.kernel.readiness import Readiness

DESCRIPTION = Path(__file__).parents[3] / "schemas" / "topics.toml"
_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000}
_SETTLE_TRIES, _SETTLE_SECONDS = 50, 0.2
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
#: Between two alarms of a service that must go on while the topics are wrong.
_SAY_AGAIN_SECONDS = 10.0
_log = structlog.get_logger()


class WrongTopics(RuntimeError):
    """A service cannot run on these topics, and waiting does not help; `code` is stable."""

    code: ClassVar[str]

    def __init__(self, *what: str) -> None:
        super().__init__("; ".join(what))
        #: One by one, for the log.
        self.what = what


class TopicsDiffer(WrongTopics):
    """The broker's topics are not the described ones: running would break order or history."""

    code = "topics-differ"


class TopicsMadeAnew(WrongTopics):
    """A topic was deleted and made anew: positions in it mean other records now."""

    code = "topics-made-anew"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a topic must be."""

    name: str
    partitions: int
    #: Milliseconds, -1 for ever.
    retention: int
    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention),
            "retention.bytes": "-1",
            "message.timestamp.type": "LogAppendTime",
        }


def described(text: str | None = None) -> dict[str, Topic]:
    """Read topics.toml: every topic by name, dead letters included."""
    content = tomllib.loads(DESCRIPTION.read_text(encoding="utf-8") if text is None else text)
    defaults = content["defaults"]
    topics: dict[str, Topic] = {}
    for name, entry in content["topics"].items():
        partitions = int(entry.get("partitions", defaults["partitions"]))
        topics[name] = Topic(
            name=name,
            partitions=partitions,
            retention=_milliseconds(entry["retention"]),
            writers=tuple(entry["writers"]),
            readers=tuple(entry["readers"]),
        )
        if entry.get("dead", True):
            topics[f"{name}-dead"] = Topic(
                name=f"{name}-dead",
                partitions=partitions,
                retention=_milliseconds(defaults["dead_retention"]),
                writers=tuple(entry["readers"]),
            )
    return topics


def inputs_of(service: str) -> tuple[str, ...]:
    """Name the topics that a service reads, by topics.toml."""
    return tuple(name for name, topic in described().items() if service in topic.readers)


async def prepare(servers: str, *, replicas: int = 1, text: str | None = None) -> list[str]:
    """Make what is missing, compare the rest; TopicsDiffer names every difference."""
    wanted = described(text)
    admin = make_admin(servers)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        missing = [topic for name, topic in wanted.items() if name not in present]
        await _make(admin, missing, replicas)
        await _compare(admin, wanted)
    finally:
        await admin.close()
    return [topic.name for topic in missing]


async def compare(
    servers: str, *, text: str | None = None, service: str | None = None
) -> Mapping[str, UUID]:
    """Compare only, all or those that a service reads or writes; gives each one's identity."""
    wanted = {
        name: topic
        for name, topic in described(text).items()
        if service is None or service in (*topic.writers, *topic.readers)
    }
    if not wanted:
        return {}
    admin = make_admin(servers)
    try:
        await admin.start()
        await _compare(admin, wanted)
        return await identities(admin, list(wanted))
    finally:
        await admin.close()


async def compare_patiently(servers: str, service: str, readiness: Readiness) -> Mapping[str, UUID]:
    """Compare what a service reads or writes, once the broker is there."""
    wait = _FIRST_WAIT
    while True:
        try:
            found = await compare(servers, service=service)
        except (KafkaError, TimeoutError) as error:
            readiness.lost("kafka", error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        else:
            readiness.back("kafka")
            return found


async def until_described(servers: str, service: str) -> None:
    """Wait until the topics are as described, and say every so often that they are not."""
    while True:
        try:
            await compare_patiently(servers, service, Readiness())
        except TopicsDiffer as error:
            _log.error("waiting-for-topics", code=error.code, topics=list(error.what))
            await asyncio.sleep(_SAY_AGAIN_SECONDS)
        else:
            return


async def _make(admin: AIOKafkaAdminClient, topics: Sequence[Topic], replicas: int) -> None:
    if not topics:
        return
    response = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, replicas, topic_configs=topic.settings)
            for topic in topics
        ]
    )
    for name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(name)


async def _compare(admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic]) -> None:
    differences: list[str] = []
    for _ in range(_SETTLE_TRIES):
        found = await _partitions(admin, list(wanted))
        if all(name in found for name in wanted):
            break
        await asyncio.sleep(_SETTLE_SECONDS)  # a new topic is known to all a moment later
    settings = await _settings(admin, list(wanted))
    for name, topic in wanted.items():
        if found.get(name) != topic.partitions:
            differences.append(f"{name}: {found.get(name)} partitions, not {topic.partitions}")
        for key, value in topic.settings.items():
            actual = settings.get(name, {}).get(key)
            if actual != value:
                differences.append(f"{name}: {key} is {actual}, not {value}")
    if differences:
        raise TopicsDiffer(*differences)


async def _partitions(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    described_ = await admin.describe_topics(names)
    return {
        entry["topic"]: len(entry["partitions"]) for entry in described_ if not entry["error_code"]
    }


async def _settings(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources):
        for resource in response.resources:
            name, entries = resource[3], resource[4]
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _milliseconds(text: Any) -> int:  # noqa: ANN401 - a value of a TOML file
    if text == "forever":
        return -1
    parts = re.fullmatch(r"(\d+)([dhm])", str(text))
    if parts is None:
        raise ValueError(f"retention {text!r}")
    return int(parts[1]) * _UNITS[parts[2]]
