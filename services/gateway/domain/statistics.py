"""A queue's statistics as they are shown and as CSV: now, by day, by agent; whole seconds."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.gateway.domain.cells import safe
from services.gateway.domain.views import Json, People

#: What is counted, in the order of the columns.
COUNTS = (
    "queued",
    "claimed",
    "received",
    "answered",
    "replies",
    "lapsed",
    "released",
    "transferred",
    "overflowed",
    "passed",
    "closed",
)
#: How long customers waited for a claim, and for the first answer.
SPANS = ("wait_median", "wait_p90", "answer_median", "answer_p90")

Rows = Mapping[str, Any]


@dataclass(frozen=True)
class Days:
    """Days of a time zone, both ends included."""

    first: date
    last: date
    zone: str


def shown(
    queue: Rows, counted: Iterable[Rows], held: Iterable[Rows], days: Days, people: People
) -> Json:
    """Show them to a supervisor; an agent who did nothing is there with zeroes."""
    rows = list(counted)
    holds = {one["holder"]: one["holds"] for one in held}
    by_agent = {one["agent"]: one for one in rows if one["of"] == "agent" and one["agent"]}
    logged_in = set(queue["logged_in"] or ())
    agents = dict.fromkeys((*queue["agents"], *by_agent, *holds))
    total = next((one for one in rows if one["of"] == "total"), {})
    return {
        "queue_id": queue["queue_id"],
        "name": queue["name"],
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "zone": days.zone,
        "now": {
            "waiting": queue["waiting_count"],
            "oldest_at": queue["oldest_at"],
            "claimed": sum(holds.values()),
            "logged_in": len(logged_in & {*queue["agents"]}),
        },
        "total": _figures(total),
        "days": [{"day": one["day"], **_figures(one)} for one in rows if one["of"] == "day"],
        "agents": [
            {
                "agent": people.view(one),
                "logged_in": one in logged_in,
                "holds": holds.get(one, 0),
                **_figures(by_agent.get(one, {})),
            }
            for one in agents
        ],
    }


def _figures(row: Rows) -> Json:
    counts = {name: row.get(name) or 0 for name in COUNTS}
    spans = {name: None if row.get(name) is None else round(row[name]) for name in SPANS}
    return {**counts, **spans}


def as_csv(found: Json, by: str) -> str:
    """Spell them as CSV (RFC 4180), a line a day or an agent; no cell is a formula."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow((by, *COUNTS, *(f"{name}_seconds" for name in SPANS)))
    for one in found["days" if by == "day" else "agents"]:
        head = one["day"] if by == "day" else one["agent"]["name"]
        figures = ("" if one[name] is None else one[name] for name in (*COUNTS, *SPANS))
        lines.writerow((safe(head), *figures))
    return text.getvalue()
