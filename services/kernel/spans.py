"""Spans in OpenTelemetry's shapes, exported in batches; loaded only where there is a collector."""

import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, TraceFlags

#: Spans that wait for a collector that is slow or away; more are dropped, never the work.
MOST_WAITING = 2048


class Spans:
    """The finished spans of one service, on their way to an OTLP/HTTP address."""

    def __init__(self, service: str, endpoint: str) -> None:
        self._resource = Resource.create({"service.name": f"tandem-{service}"})
        self._processor = BatchSpanProcessor(
            OTLPSpanExporter(endpoint=endpoint), max_queue_size=MOST_WAITING
        )

    def tell(self, name: str, own: str | None, parent: str | None, seconds: float) -> None:
        """Tell of what took so long and has just ended; its id and its parent's as headers."""
        context = _read(own)
        if context is None:
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


def _read(traceparent: str | None) -> SpanContext | None:
    """Read a header that may have come from anywhere."""
    fields = (traceparent or "").split("-")
    try:
        _, trace, span, flags = fields
        context = SpanContext(int(trace, 16), int(span, 16), True, TraceFlags(int(flags, 16)))  # noqa: FBT003 - OpenTelemetry's signature
    except ValueError:
        return None
    return context if context.is_valid else None
