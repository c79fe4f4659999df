"""The read models' base tables: whole rows, each fed by one stream, newest `sequence` wins.

Everything else a viewer sees is a function of these tables, so a refold in any interleaving of
topics gives the same bytes (house.md §7, §11.20).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row as one event determines it."""

    table: str
    tenant: str
    sequence: int
    #: Key columns and all others, by name; the columns of `TABLES[table]`.
    values: Mapping[str, object]


def storable(row: Row) -> Row:
    """Give the same row with U+FFFD for every NUL: Postgres's text and jsonb hold none."""
    return replace(row, values=_without_nul(row.values))


def _without_nul(value: Any) -> Any:  # noqa: ANN401 - of any JSON
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list | tuple):
        return [_without_nul(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _without_nul(one) for name, one in value.items()}
    return value


@dataclass(frozen=True)
class Table:
    """A base table: its columns' types by name, which of them are the key, and its indexes."""

    key: tuple[str, ...]
    columns: Mapping[str, str]
    indexes: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return ("tenant", "sequence", *self.columns)

    @property
    def types(self) -> tuple[str, ...]:
        return ("text", "bigint", *self.columns.values())


_PAIR = ("conversation_id", "extension_id")
_PLACE = ("queue_id", "conversation_id")


#: Key columns that are numbers.
_COUNTED = {"file_index", "attempt"}


def _table(
    key: tuple[str, ...], *indexes: str, more: Mapping[str, str] | None = None, **columns: str
) -> Table:
    keys = {name: "integer" if name in _COUNTED else "text" for name in key}
    return Table(key, MappingProxyType({**keys, **columns, **(more or {})}), indexes)


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        # directory-events, one stream an entity
        "tenant": _table(
            ("tenant_id",),
            name="text",
            texting="boolean",
            consent="text",
            guard="jsonb",
            files="jsonb",
            alert_tone="jsonb",
            time_zone="text",
        ),
        "person": _table(
            ("extension_id",),
            "tenant",
            dial="text",
            name="text",
            roles="jsonb",
            texting="boolean",
            chat="boolean",
        ),
        "personal": _table(("extension_id",), settings="jsonb"),
        "number": _table(
            ("number",),
            "tenant",
            texting="boolean",
            toll_free="boolean",
            label="text",
            callers="jsonb",
            accounts="jsonb",
            route="jsonb",
        ),
        # directory- and conversation-events: what admins and keepers of consent did
        "audit": _table(
            ("change_id",),
            "tenant, at, change_id",
            "tenant, subject, sequence",
            at="timestamptz",
            changed_by="text",
            kind="text",
            subject="text",
            about="jsonb",
        ),
        # directory-events, the streams of contacts and callers; of a deleted one only its id
        "contact": _table(
            ("contact_id",),
            "tenant, owner, sorted_by, contact_id",
            owner="text",
            sorted_by='text COLLATE "C"',
            revision="integer",
            name="text",
            company="text",
            numbers="jsonb",
            emails="jsonb",
            extension_id="text",
            note="text",
            by="text",
            created_by="text",
            removed="boolean",
            at="timestamptz",
        ),
        "caller_name": _table(
            ("caller_id",),
            "tenant, number",
            number="text",
            name="text",
            source="text",
            at="timestamptz",
        ),
        "canned_reply": _table(
            ("reply_id",), "tenant", owner="text", name="text", text="text", forgotten="boolean"
        ),
        "device": _table(
            ("owner", "device_id"),
            "tenant, device_id",
            more=dict.fromkeys(("platform", "app", "name", "signed_in"), "text"),
            registered_at="timestamptz",
        ),
        # conversation-events, the stream of the conversation (or of the consent)
        "conversation": _table(
            ("conversation_id",),
            "number",
            kind="text",
            number="text",
            counterparts="jsonb",
            name="text",
            partition_key="text",
            at="timestamptz",
        ),
        "audience": _table(("conversation_id",), members="jsonb", queue_id="text"),
        "tail": _table(
            ("conversation_id",),
            "tenant, shelf, at, conversation_id",
            position="integer",
            at="timestamptz",
            shelf="text",
        ),
        "message": _table(
            ("message_id",),
            "conversation_id, position",
            "conversation_id, client_id",
            conversation_id="text",
            position="integer",
            at="timestamptz",
            direction="text",
            author="text",
            counterpart="text",
            text="text",
            via="text",
            client_id="text",
            recipients="jsonb",
            files="jsonb",
            # deleted for everybody: only its place is left
            gone="boolean",
        ),
        "hidden_line": _table(
            ("message_id", "extension_id"), conversation_id="text", position="integer"
        ),
        "retry": _table(("message_id",), attempt="integer"),
        "scheduled_text": _table(
            ("scheduled_id",),
            "conversation_id, send_at",
            conversation_id="text",
            client_id="text",
            author="text",
            send_at="timestamptz",
            at="timestamptz",
        ),
        # what was said is the message's own, and goes with it
        "scheduled_words": _table(("scheduled_id",), text="text"),
        "scheduled_end": _table(
            ("scheduled_id",),
            state="text",
            message_id="text",
            code="text",
            reason="text",
            ended_by="text",
            ended_at="timestamptz",
        ),
        "read_mark": _table(_PAIR, up_to="integer", at="timestamptz"),
        "said_mark": _table(_PAIR, up_to="integer", at="timestamptz"),
        "cleared_mark": _table(_PAIR, up_to="integer", at="timestamptz"),
        "mute_mark": _table(_PAIR, muted="boolean"),
        "tagging": _table(("conversation_id", "tag"), "tenant, tag", tagged="boolean"),
        "unread_mark": _table(_PAIR, marked="boolean"),
        "shut_mark": _table(_PAIR, shut="boolean"),
        "consent": _table(("number", "counterpart"), opted_out="boolean"),
        "consent_everywhere": _table(
            ("consent_id",), "tenant, counterpart", counterpart="text", opted_out="boolean"
        ),
        "consent_change": _table(
            ("change_id",),
            "tenant, counterpart",
            "tenant, number",
            number="text",
            counterpart="text",
            at="timestamptz",
            opted_out="boolean",
            everywhere="boolean",
            source="text",
            word="text",
            recorded_by="text",
        ),
        "suspicion": _table(
            ("message_id",),
            "tenant, at",
            conversation_id="text",
            number="text",
            counterpart="text",
            phrase="text",
            at="timestamptz",
        ),
        "review": _table(
            ("message_id",), verdict="text", reviewed_by="text", reviewed_at="timestamptz"
        ),
        # conversation-events, the stream of a tenant's guard
        "held_text": _table(
            ("wish_id",),
            "tenant, at",
            conversation_id="text",
            author="text",
            number="text",
            recipients="jsonb",
            segments="integer",
            rule="text",
            reason="text",
            at="timestamptz",
        ),
        "held_words": _table(("wish_id",), text="text"),
        "held_verdict": _table(
            ("wish_id",), approved="boolean", decided_by="text", decided_at="timestamptz"
        ),
        "blocked_text": _table(
            ("blocked_id",),
            "tenant, at",
            conversation_id="text",
            author="text",
            number="text",
            recipients="jsonb",
            segments="integer",
            rule="text",
            code="text",
            reason="text",
            at="timestamptz",
        ),
        # delivery-events and media-events, the streams of the conversation there
        "delivery": _table(
            ("message_id", "recipient"),
            attempt="integer",
            status="text",
            failure_code="text",
            failure_text="text",
        ),
        "delivery_report": _table(
            ("report_id",),
            "tenant, at, report_id",
            "message_id",
            conversation_id="text",
            message_id="text",
            recipient="text",
            at="timestamptz",
            kind="text",
            carrier="text",
            account="text",
            attempt="integer",
            tries="integer",
            state="text",
            code="text",
            said="text",
            provider_message_id="text",
            retry_at="timestamptz",
            reported_at="timestamptz",
        ),
        # what usage counts: each text once, each sending of it, and how that ended
        "usage_text": _table(
            ("message_id",),
            "tenant, at",
            at="timestamptz",
            direction="text",
            number="text",
            extension_id="text",
            mms="boolean",
            segments="integer",
        ),
        "usage_sending": _table(
            ("message_id", "recipient", "attempt"),
            "tenant, at",
            at="timestamptz",
            sent="boolean",
            segments="integer",
        ),
        "usage_end": _table(("message_id", "recipient", "attempt"), failed="boolean"),
        "media_file": _table(
            ("message_id", "file_index"),
            state="text",
            name="text",
            media_type="text",
            size="bigint",
            width="integer",
            height="integer",
            object_key="text",
            thumb_key="text",
            thumb_type="text",
            code="text",
        ),
        # queue-events, the stream of the queue
        "queue": _table(
            ("queue_id",),
            "tenant",
            name="text",
            agents="jsonb",
            supervisors="jsonb",
            options="jsonb",
            # only its name is left, for what happened in it
            retired="boolean",
        ),
        "queue_agent": _table(("queue_id", "extension_id"), logged_in="boolean"),
        "queue_absence": _table(("queue_id", "extension_id"), away="boolean"),
        "queue_place": _table(
            _PLACE,
            "queue_id, state",
            "conversation_id",
            state="text",
            holder="text",
            epoch="integer",
            lapses_at="timestamptz",
            closes_at="timestamptz",
            at="timestamptz",
        ),
        "queue_wait": _table(_PLACE, queued_at="timestamptz"),
        "queue_escalation": _table(_PLACE, epoch="integer"),
        "queue_offer": _table(_PLACE, epoch="integer", agent="text", ends_at="timestamptz"),
        "mention": _table((*_PLACE, "extension_id"), "tenant, extension_id", at="timestamptz"),
        # a conversation of this shelf has been in this queue
        "queue_shelf": _table(("queue_id", "shelf")),
        "queue_step": _table(
            ("step_id",),
            "queue_id, at",
            queue_id="text",
            conversation_id="text",
            at="timestamptz",
            kind="text",
            agent="text",
            queued_at="timestamptz",
        ),
        "pill": _table(
            ("pill_id",),
            "conversation_id, at",
            conversation_id="text",
            queue_id="text",
            at="timestamptz",
            kind="text",
            about="jsonb",
            note="text",
        ),
    }
)
#: Topics that feed a table.
TOPICS = (
    "conversation-events",
    "directory-events",
    "queue-events",
    "delivery-events",
    "media-events",
)
