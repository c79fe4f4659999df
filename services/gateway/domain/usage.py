"""A tenant's usage as it is shown and as CSV: by day, by number, by person."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from services.gateway.domain.cells import safe
from services.gateway.domain.statistics import Days
from services.gateway.domain.views import Json, People, phone

#: What is counted, in the order of the columns.
COUNTS = ("sent", "received", "mms", "segments_sent", "segments_received", "failed")
#: Whose business the usage of all is.
READERS = frozenset({"admin", "office-manager", "operator"})

Rows = Mapping[str, Any]


def shown(
    counted: Iterable[Rows], labels: Mapping[str, str | None], days: Days, people: People
) -> Json:
    """Show every day, and every number and person that texted; most first."""
    rows = list(counted)
    by_day = {one["day"]: one for one in rows if one["of"] == "day"}
    total = next((one for one in rows if one["of"] == "total"), {})
    return {
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "zone": days.zone,
        "total": _figures(total),
        "days": [{"day": day, **_figures(by_day.get(day, {}))} for day in _each(days)],
        "numbers": [
            {
                "number": phone(one["number"]),
                "label": labels.get(one["number"]) or None,
                **_figures(one),
            }
            for one in _busiest(rows, "number")
        ],
        "people": [
            {"person": people.maybe(one["extension_id"]), **_figures(one)}
            for one in _busiest(rows, "person")
        ],
    }


def _each(days: Days) -> list[str]:
    count = (days.last - days.first).days + 1
    return [(days.first + timedelta(days=n)).isoformat() for n in range(count)]


def _busiest(rows: Iterable[Rows], of: str) -> list[Rows]:
    mine = (one for one in rows if one["of"] == of)
    return sorted(mine, key=lambda one: (-one["sent"] - one["received"], _name(one)))


def _name(row: Rows) -> str:
    return str(row["number"] or row["extension_id"] or "")


def _figures(row: Rows) -> Json:
    return {name: row.get(name) or 0 for name in COUNTS}


def as_csv(found: Json, by: str) -> str:
    """Spell it as CSV (RFC 4180), a line a day, number or person; no cell is a formula."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow((by, *COUNTS))
    for one in found[{"day": "days", "number": "numbers", "person": "people"}[by]]:
        lines.writerow((safe(_head(one, by)), *(one[name] for name in COUNTS)))
    return text.getvalue()


def _head(one: Json, by: str) -> str:
    if by == "day":
        return str(one["day"])
    if by == "number":
        return str(one["number"]["display"])
    return str(one["person"]["name"]) if one["person"] else ""
