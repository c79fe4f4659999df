"""A message that waits for its time, or how it ended, as plain JSON."""

from services.gateway.domain.views import Json, People, Rows


def scheduled(row: Rows, people: People, *, hidden: bool) -> Json:
    """Show one; `held` is why the guard lets it wait after its time.

    `hidden`: whose role it is to cancel it, but who has no part in the conversation, sees that it
    waits, whose it is and until when, not what it says.
    """
    state = row["state"] or "waiting"
    return {
        "type": "scheduled",
        "id": row["scheduled_id"],
        "client_id": row["client_id"],
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "author": people.view(row["author"]),
        "text": "" if hidden else row["text"],
        "hidden": hidden,
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
