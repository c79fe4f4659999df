"""One trace a correlation, over services and restarts, told to a real OTLP collector."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from schemas import codec
from schemas.envelope import Envelope
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.traceparent import follow, root
from tests.support.claims import claim
from tests.support.claims_checker import quiet
from tests.support.claims_rig import Rig, command
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration


class Collector(ThreadingHTTPServer):
    """Takes spans as a collector does."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str, str]] = []
        super().__init__(("127.0.0.1", 0), _Taking)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                one.value.string_value
                for one in resource.resource.attributes
                if one.key == "service.name"
            )
            for scope in resource.scope_spans:
                self.spans += [
                    (service, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    for span in scope.spans
                ]


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.take(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_decision_is_a_span_of_its_correlations_trace_and_its_events_go_on_from_it(
    rig: Rig, collector: Collector
) -> None:
    await rig.prepare()
    endpoint = f"http://127.0.0.1:{collector.server_port}/v1/traces"
    rig.start(TANDEM_TRACES=endpoint, OTEL_BSP_SCHEDULE_DELAY="200")
    record, id_ = command(claim("q1", "c1", "ana"))
    await rig.send([record])
    await quiet(rig)

    asked = root(id_)
    decided = follow(asked, id_, rig.service)
    assert decided is not None
    trace, span, parent = id_.replace("-", ""), decided.split("-")[2], asked.split("-")[2]
    told = (f"tandem-{rig.service}", trace, span, parent)
    await eventually(lambda: told in collector.spans, 20)
    headers = {one.traceparent or "" for one in await _events(rig)}
    assert decided in headers
    assert {header.split("-")[1] for header in headers} == {trace}


async def _events(rig: Rig) -> list[Envelope[Any]]:
    async with Tail(rig.kafka, ["queue-events"], Readiness()) as tail:
        ends = await tail.ends(await tail.partitions())
        await tail.start_at(dict.fromkeys(ends, 0))
        found = await tail.fetch()
    return [codec.decode(one.value or b"") for run in found.values() for one in run]
