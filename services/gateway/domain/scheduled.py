"""A message that waits for its time, or how it ended, as plain JSON."""

from services.gateway.domain.views import Json, People, Rows


def scheduled(row: Rows, people: People) -> Json:
    """Show one; `held` is why the guard lets it wait after its time."""
    state = row["state"] or "waiting"
    return {
        "type": "scheduled",
        "id": row["scheduled_id"],
        "client_id": row["client_id"],
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "author": people.view(row["author"]),
        "text": row["text"],
        "send_at": row["send_at"],
        "state": state,
        "held": row["held"] if state == "waiting" else None,
        "message_id": row["message_id"],
        "failure": None if row["code"] is None else _failure(row),
        "by": people.maybe(row["ended_by"]),
        "ended_at": row["ended_at"],
    }


def _failure(row: Rows) -> Json:
    return {"code": row["code"], "text": row["reason"]}
