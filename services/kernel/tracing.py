"""Spans, told to a collector after the fact; without a collector only the header is written.

Their ids are those of `services.kernel.traceparent`, so a repeat tells the same span again.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, TraceFlags

from services.kernel.traceparent import follow

#: Spans that wait for a collector that is slow or away; more are dropped, never the work.
MOST_WAITING = 2048

#: A record's, as `schemas.codec.headers` writes them.
Headers = Sequence[tuple[str, bytes]]


class Tracer:
    """Where finished spans go; one for a process."""

    def __init__(self) -> None:
        self._service = ""
        self._resource = Resource.get_empty()
        self._processor: SpanProcessor | None = None

    def configure(self, service: str, endpoint: str | None) -> None:
        """Export to this OTLP/HTTP address; None exports nothing."""
        self._service = service
        if endpoint is not None:
            self._resource = Resource.create({"service.name": f"tandem-{service}"})
            self._processor = BatchSpanProcessor(
                OTLPSpanExporter(endpoint=endpoint), max_queue_size=MOST_WAITING
            )

    @property
    def on(self) -> bool:
        """Whether anybody listens."""
        return self._processor is not None

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
        context = _read(own)
        if self._processor is None or context is None:
            return
        end = time.time_ns()
        span = ReadableSpan(
            name=name,
            context=context,
            parent=_read(parent),
            resource=self._resource,
            start_time=end - int(seconds * 1e9),
            end_time=end,
        )
        self._processor.on_end(span)


#: The process's own; services configure it once.
tracer = Tracer()


def _fields(headers: Headers) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in headers}


def _read(traceparent: str | None) -> SpanContext | None:
    """Read a header that may have come from anywhere."""
    fields = (traceparent or "").split("-")
    try:
        _, trace, span, flags = fields
        context = SpanContext(int(trace, 16), int(span, 16), True, TraceFlags(int(flags, 16)))  # noqa: FBT003 - OpenTelemetry's signature
    except ValueError:
        return None
    return context if context.is_valid else None
