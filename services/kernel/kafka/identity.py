"""Which topic it is, beyond its name: one that was deleted and made anew has another identity.

The broker names a topic's identity since version 10 of its metadata answer; aiokafka stops at 5, so
the question and the answer are spelled out here.
"""

from collections.abc import Collection, Mapping
from io import BytesIO
from uuid import UUID

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_BYTES = 16
_NOBODY = UUID(int=0)
#: Neither make topics nor tell who may do what.
_NO_EXTRAS = (False, False, False)
_TEXT = CompactString("utf-8")


class _Uuid(AbstractType):  # type: ignore[misc]  # aiokafka ships no types
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(_BYTES))


class _Answer(Response):  # type: ignore[misc]  # as above
    API_KEY, API_VERSION = 3, 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16), ("topic", _TEXT), ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16), ("partition", Int32), ("leader", Int32),
                        ("leader_epoch", Int32), ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)), ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32), ("tags", TaggedFields),
            ),
        ),
        ("authorized_operations", Int32),
        ("tags", TaggedFields),
    )  # fmt: skip


class _Question(RequestStruct):  # type: ignore[misc]  # as above
    FLEXIBLE_VERSION = True
    API_KEY, API_VERSION = 3, 10
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        ("topics", CompactArray(("id", _Uuid), ("name", _TEXT), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Identities(Request[_Question]):  # type: ignore[misc]  # as above
    API_KEY = 3

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def build(self, spelled: type[_Question]) -> _Question:
        asked: list[tuple[UUID, str, dict[int, bytes]]] = [
            (_NOBODY, name, {}) for name in self._names
        ]
        return spelled(asked, *_NO_EXTRAS, {})


async def identities(admin: AIOKafkaAdminClient, names: Collection[str]) -> Mapping[str, UUID]:
    """Ask the broker which topics bear these names now; a name that no topic bears is left out."""
    answer = await admin._send_request(_Identities(names))  # noqa: SLF001 - aiokafka offers no question of one's own
    found = {one["topic"]: one["topic_id"] for one in answer.to_object()["topics"]}
    return {name: id_ for name, id_ in found.items() if id_ != _NOBODY}
