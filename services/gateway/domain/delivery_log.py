"""A report of the delivery log as plain JSON, with what it means; and the place of a page."""

import base64
import binascii
from datetime import datetime

from services.gateway.domain.delivery_words import words
from services.gateway.domain.views import Json, Rows, phone

#: Whose role it is to see every text's reports.
READERS = frozenset({"admin", "office-manager", "operator"})


def report(row: Rows) -> Json:
    """Show one report."""
    meaning = words(row["state"], row["carrier"], row["code"])
    return {
        "id": row["report_id"],
        "at": row["at"],
        "conversation_id": row["conversation_id"],
        "message_id": row["message_id"],
        "recipient": phone(row["recipient"]),
        "kind": row["kind"],
        "carrier": row["carrier"] or None,
        "account": row["account"] or None,
        "attempt": row["attempt"],
        "tries": row["tries"],
        "state": row["state"],
        "code": row["code"],
        "said": row["said"],
        "provider_message_id": row["provider_message_id"],
        "retry_at": row["retry_at"],
        "reported_at": row["reported_at"],
        "text": meaning.text,
        "advice": meaning.advice or None,
    }


def cursor(row: Rows) -> str:
    """Name the place after a report."""
    plain = f"{row['at'].isoformat()}|{row['report_id']}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def place(text: str) -> tuple[datetime, str] | None:
    """Read a place that `cursor` named; None where it did not."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, _, report_id = plain.partition("|")
        found = datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        return None
    return (found, report_id) if report_id and found.tzinfo else None
