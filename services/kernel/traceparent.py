"""W3C `traceparent`s that follow from the records: a repeat of a record writes the same header.

The trace's id is the correlation's, so whoever has either finds the other; a span's id is derived
from the cause and the service.
"""

from services.kernel import ids

_FIELDS = 4


def root(correlation: str) -> str:
    """Give the traceparent of the request that begins a correlation."""
    trace = ids.canonical(correlation).replace("-", "")
    return f"00-{trace}-{_span(correlation, 'root')}-01"


def follow(parent: str | None, cause: str, service: str) -> str | None:
    """Give the traceparent of what a service makes of a record; None where no trace began."""
    fields = (parent or "").split("-")
    if len(fields) != _FIELDS:
        return None
    return f"{fields[0]}-{fields[1]}-{_span(cause, service)}-{fields[3]}"


def _span(cause: str, service: str) -> str:
    return ids.derive(cause, service, "span").replace("-", "")[:16]
