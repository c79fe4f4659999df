"""The simulator keeps to the carriers' rules: what it sends, their own SDKs accept."""

import base64
import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from telnyx.lib.webhook_verification import verify_webhook_signature
from twilio.request_validator import RequestValidator

from tests.support.simulator import Simulator, running_simulator
from tests.support.waiting import wait_until

pytestmark = pytest.mark.integration

CUSTOMER, OURS = "+12025550143", "+12025550100"


@dataclass
class Ingest:
    """A stand-in for the receiving side: keeps what comes, answers as told."""

    address: str = ""
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    """A server that keeps every request; 401 to Bandwidth's first, else what `answers` say."""
    kept = Ingest()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            kept.seen.append((self.path, dict(self.headers), body))
            needs = "bandwidth" in self.path and "Authorization" not in self.headers
            self.send_response(401 if needs else kept.answers.pop(0) if kept.answers else 200)
            if needs:
                self.send_header("WWW-Authenticate", 'Basic realm="tandem"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the name that the standard library calls

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def simulator(ingest: Ingest, tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(ingest.address, tmp_path, [f"{OURS}=twilio=Shop"]) as running:
        yield running


def test_twilio_accepts_its_own_signature(simulator: Simulator, ingest: Ingest) -> None:
    simulator.text_us(CUSTOMER, OURS, "Is my order ready?", wait=True)

    path, headers, body = ingest.seen[0]
    fields = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    token = simulator.account("twilio").credentials["auth_token"]
    signature = headers["X-Twilio-Signature"]
    assert RequestValidator(token).validate(ingest.address + path, fields, signature)
    assert fields["Body"] == "Is my order ready?"


def test_telnyx_accepts_its_own_signature(simulator: Simulator, ingest: Ingest) -> None:
    simulator.text_us(CUSTOMER, OURS, "hi", carrier="telnyx", wait=True)

    _, headers, body = ingest.seen[0]
    key = simulator.account("telnyx").credentials["public_key"]
    lower = {name.lower(): value for name, value in headers.items()}
    verify_webhook_signature(body.decode(), lower, key)


def test_bandwidth_comes_with_credentials_only_when_challenged(
    simulator: Simulator, ingest: Ingest
) -> None:
    simulator.text_us(CUSTOMER, OURS, "hi", carrier="bandwidth", wait=True)

    known = simulator.account("bandwidth").credentials
    pair = f"{known['callback_user']}:{known['callback_password']}".encode()
    first, second = (headers for _, headers, _ in ingest.seen)
    assert "Authorization" not in first
    assert second["Authorization"] == f"Basic {base64.b64encode(pair).decode()}"


def test_pictures_are_hosted(simulator: Simulator, ingest: Ingest) -> None:
    content = base64.b64encode(b"picture").decode()
    files = [
        {"name": f"{n}.png", "media_type": "image/png", "content_base64": content} for n in "ab"
    ]
    simulator.text_us(CUSTOMER, OURS, "", files=files, carrier="telnyx", wait=True)

    media = json.loads(ingest.seen[0][2])["data"]["payload"]["media"]
    assert [httpx.get(one["url"]).content for one in media] == [b"picture", b"picture"]


def test_a_send_is_answered_and_reported(simulator: Simulator, ingest: Ingest) -> None:
    answer = _send_by_twilio(
        simulator, callback=f"{ingest.address}/webhooks/twilio/twilio?message=7"
    )

    assert answer.status_code == 201
    assert simulator.received()[0]["text"] == "Yes, it is"
    wait_until(lambda: len(ingest.seen) == 2)
    reported = [
        urllib.parse.parse_qs(body.decode())["MessageStatus"][0] for *_, body in ingest.seen
    ]
    assert reported == ["sent", "delivered"]
    assert all(path.endswith("?message=7") for path, *_ in ingest.seen)


def test_receipts_come_backwards_on_demand(simulator: Simulator, ingest: Ingest) -> None:
    simulator.plan("reverse", "receipts")
    _send_by_twilio(simulator, callback=f"{ingest.address}/webhooks/twilio/twilio")

    wait_until(lambda: len(ingest.seen) == 2)
    reported = [
        urllib.parse.parse_qs(body.decode())["MessageStatus"][0] for *_, body in ingest.seen
    ]
    assert reported == ["delivered", "sent"]


def test_a_send_without_credentials_is_refused(simulator: Simulator) -> None:
    answer = httpx.post(f"{simulator.address}/v2/messages", json={"to": CUSTOMER, "from": OURS})

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "10009"


def test_a_refusal_on_demand_has_the_carriers_code(simulator: Simulator) -> None:
    simulator.plan("refuse", "sends", status=429, code="20429")

    answer = _send_by_twilio(simulator)
    assert (answer.status_code, answer.json()["code"]) == (429, 20429)
    assert _send_by_twilio(simulator).status_code == 201


@pytest.mark.parametrize("fault", ["hang", "lose-answer"])
def test_an_answer_can_be_lost_after_the_text_was_accepted(
    simulator: Simulator, fault: str
) -> None:
    simulator.plan(fault, "sends")

    with pytest.raises((httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError)):
        _send_by_twilio(simulator, seconds=0.5)
    assert simulator.received()


def test_a_webhook_is_repeated_until_it_is_accepted(simulator: Simulator, ingest: Ingest) -> None:
    ingest.answers = [503, 503]
    simulator.text_us(CUSTOMER, OURS, "hi", carrier="telnyx", wait=True)

    results = [one.get("status") for one in simulator.history(kind="message")]
    assert results == [503, 503, 200]


@pytest.mark.parametrize(
    ("carrier", "answers", "tries"),
    [
        ("sinch", [403], [403]),
        ("sinch", [429, 503], [429, 503, 200]),
        ("twilio", [500], [500]),
        ("plivo", [403], [403, 200]),
    ],
)
def test_each_carrier_tries_again_as_it_does_in_life(
    simulator: Simulator, ingest: Ingest, carrier: str, answers: list[int], tries: list[int]
) -> None:
    ingest.answers = answers.copy()
    simulator.text_us(CUSTOMER, OURS, "hi", carrier=carrier, wait=True)

    results = [one["status"] for one in simulator.history(kind="message", result="answered")]
    assert results == tries


def test_a_text_may_come_by_get(simulator: Simulator, ingest: Ingest) -> None:
    simulator.text_us(CUSTOMER, OURS, "hi & bye", carrier="vonage_sms", wait=True)

    path, _, body = ingest.seen[0]
    assert urllib.parse.parse_qs(path.partition("?")[2])["text"] == ["hi & bye"]
    assert body == b""


def test_webhooks_come_twice_or_backwards_on_demand(simulator: Simulator, ingest: Ingest) -> None:
    simulator.plan("duplicate", "webhooks")
    simulator.text_us(CUSTOMER, OURS, "twice", wait=True)
    simulator.plan("reorder", "webhooks", times=2)
    simulator.text_us(CUSTOMER, OURS, "first")
    simulator.text_us(CUSTOMER, OURS, "second", wait=True)

    bodies = [urllib.parse.parse_qs(body.decode())["Body"][0] for *_, body in ingest.seen]
    assert bodies == ["twice", "twice", "second", "first"]


def _send_by_twilio(
    simulator: Simulator, callback: str | None = None, seconds: float = 10
) -> httpx.Response:
    known = simulator.account("twilio").credentials
    fields = {"To": CUSTOMER, "From": OURS, "Body": "Yes, it is"}
    if callback:
        fields["StatusCallback"] = callback
    return httpx.post(
        f"{simulator.address}/2010-04-01/Accounts/{known['account_sid']}/Messages.json",
        data=fields,
        auth=(known["account_sid"], known["auth_token"]),
        timeout=seconds,
    )
