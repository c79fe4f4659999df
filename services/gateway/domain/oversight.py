"""What keepers of consent and admins are shown, as plain JSON from rows; and who they are."""

from collections.abc import Iterable

from services.gateway.domain.views import Json, People, Rows, phone

#: Whose role it is to look after consent (the router judges it again).
KEEPERS = frozenset({"agent", "supervisor", "office-manager", "admin", "operator"})
#: Whose role it is to fill the phonebook from a file (the router judges who deletes).
PHONEBOOK_KEEPERS = frozenset({"supervisor", "office-manager", "admin", "operator"})
#: Whose role it is to decide about held texts.
APPROVERS = frozenset({"admin", "office-manager", "operator"})


def has_role(person: Json | None, roles: Iterable[str]) -> bool:
    """Tell whether a person of the directory has one of these roles."""
    return person is not None and bool(set(person["roles"]) & set(roles))


def change(row: Rows, people: People) -> Json:
    """Show one change of consent: who, when, by what."""
    return {
        "at": row["at"],
        "number": phone(row["number"]),
        "counterpart": phone(row["counterpart"]),
        "opted_out": row["opted_out"],
        "everywhere": row["everywhere"],
        "source": row["source"],
        "word": row["word"],
        "by": people.maybe(row["recorded_by"]),
    }


def standing(row: Rows) -> Json:
    """Show how a counterpart stands with one number, or with all of them."""
    return {
        "number": phone(row["number"]) if row["number"] else None,
        "counterpart": phone(row["counterpart"]),
        "opted_out": row["opted_out"],
    }


def revocation(row: Rows, people: People) -> Json:
    """Show a text that may mean STOP, and what was decided about it."""
    return {
        "message_id": row["message_id"],
        "conversation_id": row["conversation_id"],
        "number": phone(row["number"]),
        "counterpart": phone(row["counterpart"]),
        "at": row["at"],
        "text": row["text"] or "",
        "phrase": row["phrase"],
        "verdict": row["verdict"],
        "by": people.maybe(row["reviewed_by"]),
        "reviewed_at": row["reviewed_at"],
    }


def held(row: Rows, people: People) -> Json:
    """Show a text that waits for an admin, or what was decided about it."""
    return {
        "id": row["wish_id"],
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "author": people.view(row["author"]),
        "number": phone(row["number"]),
        "recipients": [phone(one) for one in row["recipients"]],
        "text": row["text"],
        "segments": row["segments"],
        "rule": row["rule"],
        "reason": row["reason"],
        "approved": row["approved"],
        "by": people.maybe(row["decided_by"]),
        "decided_at": row["decided_at"],
    }


def blocked(row: Rows, people: People) -> Json:
    """Show a text that the guard refused."""
    return {
        "id": row["blocked_id"],
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "author": people.view(row["author"]),
        "number": phone(row["number"]),
        "recipients": [phone(one) for one in row["recipients"]],
        "segments": row["segments"],
        "rule": row["rule"],
        "code": row["code"],
        "reason": row["reason"],
    }
