"""A report of the delivery log as plain JSON, with what it means; and the place of a page."""

from schemas.directory import Language
from services.gateway.domain.delivery_words import words
from services.gateway.domain.delivery_words_es import spanish
from services.gateway.domain.places import named
from services.gateway.domain.views import Json, Rows, phone

#: Whose role it is to see every text's reports.
READERS = frozenset({"admin", "office-manager", "operator"})


def report(row: Rows, language: Language = "en") -> Json:
    """Show one report, its meaning in a language."""
    meaning = words(row["state"], row["carrier"], row["code"])
    if language == "es":
        meaning = spanish(meaning)
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
    return named(row["at"], row["report_id"])
