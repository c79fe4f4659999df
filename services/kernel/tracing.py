"""Spans, told to a collector after the fact; without a collector only the header is written.

Their ids are those of `services.kernel.traceparent`, so a repeat tells the same span again.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from services.kernel.traceparent import follow

if TYPE_CHECKING:
    from services.kernel.spans import Spans

#: A record's, as `schemas.codec.headers` writes them.
Headers = Sequence[tuple[str, bytes]]


class Tracer:
    """Where finished spans go; one for a process."""

    def __init__(self) -> None:
        self._service = ""
        self._spans: Spans | None = None

    def configure(self, service: str, endpoint: str | None) -> None:
        """Export to this OTLP/HTTP address; None exports nothing."""
        self._service = service
        if endpoint is not None:
            from services.kernel.spans import Spans  # noqa: PLC0415 - slow, needed by few

            self._spans = Spans(service, endpoint)

    @property
    def on(self) -> bool:
        """Whether anybody listens."""
        return self._spans is not None

    def began(self, headers: Headers, since: datetime) -> None:
        """Tell of the request that this record, the first of its correlation, stands for."""
        if self.on:
            fields = _fields(headers)
            seconds = time.time() - since.timestamp()  # noqa: TID251 - for people, decides nothing
            self._tell(fields["type"], fields.get("traceparent"), None, seconds)

    def decided(self, records: Iterable[Headers], seconds: float) -> None:
        """Tell of records that were worked on together, by their headers."""
        for headers in records if self.on else ():
            fields = _fields(headers)
            parent = fields.get("traceparent")
            self.followed(fields.get("type", ""), fields.get("id", ""), parent, seconds)

    def followed(self, name: str, cause: str, parent: str | None, seconds: float) -> None:
        """Tell of the work that followed from a record or an effect, by its id and traceparent."""
        self._tell(name, follow(parent, cause, self._service), parent, seconds)

    def _tell(self, name: str, own: str | None, parent: str | None, seconds: float) -> None:
        if self._spans is not None:
            self._spans.tell(name, own, parent, seconds)


#: The process's own; services configure it once.
tracer = Tracer()


def _fields(headers: Headers) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in headers}
