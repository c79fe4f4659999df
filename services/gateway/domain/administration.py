"""What admins are shown, as plain JSON from rows: definitions, and what was changed by whom."""

from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.directory import DefineExtension, DefineNumber, DefineQueue, DefineTenant
from schemas.limits import FileLimits
from services.gateway.domain.views import Json, People, Rows, phone

#: Whose role it is to define (the router judges it again).
ADMINS = frozenset({"admin", "operator"})
Defined = DefineTenant | DefineExtension | DefineNumber | DefineQueue
#: Keys of an entry that say whom it is about; they never change.
_NAMES = frozenset({"tenant_id", "extension_id", "number", "queue_id", "wish_id", "message_id"})


def number(row: Rows) -> Json:
    """Show one of our numbers."""
    return {
        **phone(row["number"]),
        "label": row["label"],
        "texting": row["texting"],
        "toll_free": row["toll_free"],
        "accounts": row["accounts"],
        "route": row["route"],
        "callers": row["callers"],
    }


def extension(row: Rows, online: bool) -> Json:  # noqa: FBT001 - one fact beside its row
    """Show an extension, with what it may use and how its user signs in."""
    return {
        "id": row["extension_id"],
        "dial": row["dial"],
        "name": row["name"],
        "roles": row["roles"],
        "texting": row["texting"],
        "chat": row["chat"],
        "desk_phone": (row["settings"] or {}).get("desk_phone", True),
        "online": online,
        "numbers": [phone(one) for one in row["numbers"] or ()],
        "queues": row["queues"] or [],
        "sign_in": _sign_in(row),
    }


def _sign_in(row: Rows) -> Json | None:
    if row["login"] is None:
        return None
    return {
        "login": row["login"],
        "one_time": row["one_time"],
        "last_at": row["last_sign_in"],
    }


def queue(row: Rows) -> Json:
    """Show a queue with every value, also those that it was defined before."""
    options = msgspec.to_builtins(msgspec.convert(row, DefineQueue, strict=False).options)
    return {
        "id": row["queue_id"],
        "name": row["name"],
        "agents": row["agents"],
        "supervisors": row["supervisors"],
        "options": options,
        "numbers": [phone(one) for one in row["numbers"] or ()],
        "waiting_count": row["waiting_count"],
        "held_count": row["held_count"],
    }


def organization(defined: DefineTenant) -> Json:
    """Show the organisation."""
    tone = defined.alert_tone
    return {
        "id": defined.tenant_id,
        "name": defined.name,
        "texting": defined.texting,
        "consent": defined.consent,
        "guard": msgspec.to_builtins(defined.guard),
        "files": msgspec.to_builtins(defined.files),
        "files_at_most": msgspec.to_builtins(FileLimits()),
        "alert_tone": None if tone is None else {"name": tone.name},
        "time_zone": defined.time_zone,
    }


def change(row: Rows, people: People) -> Json:
    """Show one entry of the audit: what it was before, where that is known, and what it became."""
    about, before = row["about"], row["before"] or {}
    return {
        "id": row["change_id"],
        "at": row["at"],
        "by": people.maybe(row["changed_by"]),
        "kind": row["kind"],
        "subject": row["subject"],
        "name": _name(about),
        "changes": [
            {"field": field, "before": before.get(field), "after": about[field]}
            for field in sorted(about)
            if field not in _NAMES and about[field] != before.get(field)
        ],
        "first": row["before"] is None,
    }


def _name(about: Mapping[str, Any]) -> str | None:
    return about.get("name") or about.get("number") or about.get("counterpart")
