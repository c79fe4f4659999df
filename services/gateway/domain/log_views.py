"""Facts and what their records say, as plain JSON; `http/operator_shapes.py` describes them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.envelope import Envelope
from services.gateway.domain.log_facts import masked
from services.gateway.domain.personal import ERASED, HIDDEN, is_personal, without

Json = dict[str, Any]
Rows = Mapping[str, Any]


def fact(row: Rows) -> Json:
    """Show one fact of the index, joined with its cause and its actor's name."""
    cause = row["cause_position"]
    return {
        "position": row["position"],
        "id": row["id"],
        "command": row["command"],
        "at": row["at"],
        "type": row["type"],
        "subject": row["subject"],
        "tenant": row["tenant"],
        "actor": actor(row["actor"], row["actor_name"]),
        "cause": None if cause is None else {"position": cause, "type": row["cause_type"]},
        "correlation": row["correlation"],
    }


def actor(id_: str | None, name: str | None) -> Json | None:
    return None if id_ is None else {"id": id_, "name": name}


def detail(
    row: Rows,
    value: bytes | None,
    envelope: Envelope[Any] | None,
    *,
    erased: bool,
    personal: bool,
) -> Json:
    """Show a fact with its record, which is None where the log has let it go."""
    instead = ERASED if erased else None if personal else HIDDEN
    stored = None if value is None else msgspec.json.decode(value)
    read = None if envelope is None else msgspec.to_builtins(envelope)
    return fact(row) | {
        "topic": row["topic"],
        "partition": row["partition"],
        "offset": row["log_offset"],
        "causation": row["causation"],
        "kept": value is not None,
        "erased": erased,
        "personal": is_personal(row["type"]),
        "stored": _shown(stored, instead),
        "read": _shown(read, instead),
    }


def _shown(record: Json | None, instead: str | None) -> Json | None:
    if record is None or instead is None:
        return record
    about = {name: masked(record[name]) for name in ("subject", "partitionkey")}
    return record | about | {"data": without(record["data"], record["type"], instead)}
