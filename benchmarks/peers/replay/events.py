"""The events that peers replay, as long as ours; also read in the peers' own virtualenvs."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

#: Texts that make our log, and events that make theirs.
TEXTS, EVENTS, OF_ONE = 5_000, 2_000, 10
_EXAMPLE = (
    Path(__file__).resolve().parents[3]
    / "schemas"
    / "examples"
    / "conversation.message-received.v1.json"
)
#: What a peer keeps of each: its id, whose it is, and the whole of it.
TABLE = "CREATE TABLE event (id uuid PRIMARY KEY, subject uuid NOT NULL, body jsonb NOT NULL)"
INDEX = "CREATE INDEX ON event (subject)"


def events() -> Iterator[tuple[str, str, bytes]]:
    """Give each event as its id, its conversation's, and its bytes, in their order."""
    example = json.loads(_EXAMPLE.read_text(encoding="utf-8"))
    for number in range(EVENTS):
        subject = str(uuid.uuid5(uuid.NAMESPACE_OID, f"conversation {number // OF_ONE}"))
        id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"event {number}"))
        spelled = {**example, "id": id_, "subject": subject, "sequence": number % OF_ONE + 1}
        yield id_, subject, json.dumps(spelled, separators=(",", ":")).encode()


def with_cpu(said: dict[str, float], used: dict[str, float]) -> dict[str, float]:
    """Turn seconds for so many events into the figures."""
    cpu = sum(used.values()) / said["events"] * 1_000
    return {"rate": said["events"] / said["seconds"], "cpu": cpu, "events": said["events"]}
