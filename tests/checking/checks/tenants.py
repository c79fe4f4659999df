"""Organisations are apart: no event, answer or row mixes what belongs to two (cross-tenant)."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from schemas.answer import CommandAccepted
from schemas.conversation import ConversationStarted
from tests.checking.evidence import Anomaly, Evidence

_NAME = "cross-tenant"
#: Fields that name people, queues or numbers of ours; one or several.
_OURS = (
    "queue_id", "from_queue_id", "to_queue_id", "number", "by", "author", "agent_id", "members",
    "agents", "supervisors", "recipient", "to_agent_id", "from_agent_id", "started_by",
)  # fmt: skip


def apart(evidence: Evidence) -> Iterator[Anomaly]:
    """Look at every event, every answered wish and every row."""
    owners: dict[str, str] = {}
    for seen in evidence.events(*evidence.event_topics):
        event = seen.envelope
        if isinstance(event.data, ConversationStarted):
            owners.setdefault(event.data.conversation_id, event.tenant or "")
    for seen in evidence.events(*evidence.event_topics):
        event = seen.envelope
        for name in sorted(set(_owners(event.data, owners, evidence.owners))):
            if name != event.tenant:
                yield Anomaly(_NAME, f"{event.type} {event.id} of {event.tenant} names {name}'s")
    yield from _granted(evidence, owners)
    yield from _rows(evidence, owners)
    yield from _screens(evidence, owners)


def _owners(
    data: msgspec.Struct, conversations: Mapping[str, str], ours: Mapping[str, str]
) -> Iterator[str]:
    for name in _OURS:
        value: Any = getattr(data, name, None)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one in ours:
                yield ours[one]
    about: Any = getattr(data, "conversation_id", None)
    if about in conversations:
        yield conversations[about]


def _granted(evidence: Evidence, conversations: dict[str, str]) -> Iterator[Anomaly]:
    """Expect what a stranger asks for to be refused."""
    accepted = {
        seen.envelope.correlation
        for seen in evidence.all("answers")
        if isinstance(seen.envelope.data, CommandAccepted)
    }
    for topic in evidence.command_topics:
        for seen in evidence.firsts(topic):
            wish = seen.envelope
            owner = set(_owners(wish.data, conversations, evidence.owners)) - {wish.tenant}
            if wish.source == "gateway" and owner and wish.id in accepted:
                yield Anomaly(_NAME, f"{wish.tenant} was granted {wish.type} {wish.id}")


def _rows(evidence: Evidence, conversations: dict[str, str]) -> Iterator[Anomaly]:
    for name, table in evidence.model.rows.items():
        for key, row in table.items():
            owner = conversations.get(str(row.values.get("conversation_id")), row.tenant)
            if row.tenant != owner:
                yield Anomaly(_NAME, f"row {key} of {name} is shown to {row.tenant}")


def _screens(evidence: Evidence, conversations: dict[str, str]) -> Iterator[Anomaly]:
    """Expect no frame about what is another organisation's."""
    for trace in evidence.traces:
        for one in sorted(trace.conversations):
            if conversations.get(one, trace.tenant) != trace.tenant:
                yield Anomaly(_NAME, f"a screen of {trace.viewer} was told of {one}")
