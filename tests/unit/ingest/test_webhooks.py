import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.carriers.contract import Account, Request
from services.carriers.registry import CARRIERS
from services.ingest.adapters.spool import FileSpool
from services.ingest.domain import Kept, keep
from services.ingest.handlers import spell, translate
from services.ingest.http import webhooks
from services.ingest.http.strangers import UNPROVEN
from services.ingest.http.webhooks import MAX_BODY_BYTES, MAX_HEADER_BYTES, Webhooks
from services.ingest.ports import Batch, Faulty, Full, Position, Spool
from tests.support.asgi import Reply, call
from tests.support.webhooks import NOW, Fixture, account, fixture, fixtures, sign, signer

EVERY = sorted(CARRIERS)


class FullSpool:
    """A spool that takes nothing, for its reason."""

    def __init__(self, reason: Exception) -> None:
        self._reason = reason

    async def append(self, payload: bytes) -> None:
        del payload
        raise self._reason

    async def read(self) -> Batch:
        raise NotImplementedError

    async def retire(self, then: Position) -> None:
        raise NotImplementedError


def _segments(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in directory.glob("*.spool")]


def _accounts() -> dict[str, Account]:
    named = {f"{carrier}-main": account(carrier) for carrier in EVERY}
    return {**named, "main": account("twilio")}


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[FileSpool]:
    async with FileSpool(tmp_path, 1 << 20) as spool:
        yield spool


async def _post(app: Webhooks, carrier: str, request: Request, target: str = "") -> Reply:
    query = f"?{request.query}" if request.query else ""
    target = target or f"/webhooks/{carrier}/main{query}"
    reply = await call(app, request.method, target, request.headers, [request.body])
    assert reply is not None
    return reply


def _app(spool: Spool, carrier: str) -> Webhooks:
    return Webhooks({"main": account(carrier)}, spool, lambda: NOW)


@pytest.mark.parametrize("each", fixtures(), ids=lambda each: f"{each.carrier}/{each.name}")
async def test_what_a_carrier_proves_is_kept_and_answered_as_it_expects(
    spool: FileSpool, each: Fixture
) -> None:
    reply = await _post(_app(spool, each.carrier), each.carrier, sign(each.carrier, each.request))

    accepted = CARRIERS[each.carrier].ACCEPTED
    assert (reply.status, reply.body) == (accepted.status, accepted.body)
    (payload,) = (await spool.read()).payloads
    records = translate(payload, {"main": account(each.carrier)})
    topics = [record.topic for record in records]
    dead = ["carrier-events-dead"] if each.unparseable else []
    assert topics == ["carrier-events"] * len(each.events) + dead


@pytest.mark.parametrize("carrier", EVERY)
async def test_a_forged_request_is_refused_and_nothing_is_kept(
    spool: FileSpool, carrier: str, tmp_path: Path
) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    proof = signer(carrier).PROOF
    forged = proof.replaced(genuine, proof.read(genuine)[:-4] + "AAA=")
    reply = await _post(_app(spool, carrier), carrier, forged)

    assert reply.status == 403
    assert reply.body == b""
    assert _segments(tmp_path) == []


async def test_bandwidths_first_request_is_challenged(spool: FileSpool) -> None:
    request = fixture("bandwidth", "message").request
    reply = await _post(_app(spool, "bandwidth"), "bandwidth", request)

    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Basic realm="tandem"'


async def test_credentials_do_not_stay_in_the_spool(spool: FileSpool, tmp_path: Path) -> None:
    request = sign("bandwidth", fixture("bandwidth", "message").request)
    await _post(_app(spool, "bandwidth"), "bandwidth", request)

    (content,) = _segments(tmp_path)
    assert dict(request.headers)["authorization"].encode() not in content


@pytest.mark.parametrize(("reason", "word"), [(Full(), "spool-full"), (Faulty(), "disk")])
@pytest.mark.parametrize("carrier", EVERY)
async def test_our_own_trouble_is_a_503_that_says_when(
    carrier: str, reason: Exception, word: str
) -> None:
    counted = webhooks.WEBHOOKS.labels(carrier, word)
    before = counted._value.get()
    request = sign(carrier, fixture(carrier, "message").request)
    reply = await _post(_app(FullSpool(reason), carrier), carrier, request)

    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert counted._value.get() == before + 1


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/webhooks/twilio",
        "/webhooks/twilio/nobody",
        "/webhooks/telnyx/main",
        "/webhooks/twilio/main/",
        "//webhooks/twilio/main",
        "/webhooks/twilio/%6dain",
        "/WEBHOOKS/twilio/main",
    ],
)
async def test_another_address_is_nobodys(spool: FileSpool, target: str) -> None:
    request = sign("twilio", fixture("twilio", "message").request)

    assert (await _post(_app(spool, "twilio"), "twilio", request, target)).status == 404


async def test_other_methods_are_not_allowed(spool: FileSpool) -> None:
    reply = await call(_app(spool, "twilio"), "PUT", "/webhooks/twilio/main")

    assert reply is not None
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")


async def test_a_body_is_read_in_pieces_and_only_up_to_the_limit(spool: FileSpool) -> None:
    app = _app(spool, "twilio")
    request = sign("twilio", fixture("twilio", "message").request)
    halves = [request.body[:40], b"", request.body[40:]]
    whole = await call(app, "POST", "/webhooks/twilio/main", request.headers, halves)
    endless = [b"x" * 65536] * (MAX_BODY_BYTES // 65536) + [b"x", b"never read"]
    huge = await call(app, "POST", "/webhooks/twilio/main", request.headers, endless)

    assert whole is not None
    assert whole.status == 200
    assert huge is not None
    assert huge.status == 413


async def test_too_many_headers_are_refused(spool: FileSpool) -> None:
    headers = [("x-many", "y" * 1000)] * (MAX_HEADER_BYTES // 1000 + 1)
    reply = await call(_app(spool, "twilio"), "POST", "/webhooks/twilio/main", headers)

    assert reply is not None
    assert reply.status == 413


async def test_a_carrier_that_hangs_up_is_not_answered_and_not_kept(
    spool: FileSpool, tmp_path: Path
) -> None:
    request = sign("twilio", fixture("twilio", "message").request)
    reply = await call(
        _app(spool, "twilio"),
        "POST",
        "/webhooks/twilio/main",
        request.headers,
        [request.body[:40]],
        hangs_up=True,
    )

    assert reply is None
    assert _segments(tmp_path) == []


async def test_unproven_webhooks_are_taken_only_by_the_operators_word(spool: FileSpool) -> None:
    open_account = dataclasses.replace(account("telnyx", values={}), insecure=True)
    app = Webhooks({"main": open_account}, spool, lambda: NOW)

    assert (await _post(app, "telnyx", fixture("telnyx", "message").request)).status == 200


async def test_a_flood_of_forgeries_waits_before_it_is_read_and_the_carrier_does_not(
    spool: FileSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "monotonic", lambda: 100.0)
    app = _app(spool, "twilio")
    request = fixture("twilio", "message").request
    genuine = sign("twilio", request)

    async def bring(request: Request, client: str) -> int:
        target = "/webhooks/twilio/main"
        reply = await call(app, "POST", target, request.headers, [request.body], client=client)
        assert reply is not None
        return reply.status

    assert await bring(genuine, "198.52.100.9") == 200
    statuses = [await bring(request, "203.0.114.7") for _ in range(UNPROVEN.burst + 5)]
    for _ in range(UNPROVEN.burst + 5):
        await bring(request, "198.52.100.9")
    assert (statuses[0], statuses[-1]) == (403, 429)
    assert await bring(genuine, "203.0.114.7") == 429
    assert await bring(genuine, "198.52.100.9") == 200


async def test_a_step_of_the_wall_clock_dates_no_text(spool: FileSpool) -> None:
    """It judges signatures, as their makers' clocks do; what is kept follows the steady one."""
    app = Webhooks(
        {"main": account("telnyx")}, spool, lambda: NOW, dates=lambda: NOW - timedelta(hours=1)
    )

    assert (
        await _post(app, "telnyx", sign("telnyx", fixture("telnyx", "message").request))
    ).status == 200
    (kept,) = (await spool.read()).payloads
    assert msgspec.msgpack.decode(kept, type=Kept).received_at == NOW - timedelta(hours=1)


def test_a_payload_of_another_version_is_handed_to_the_operator() -> None:
    (record,) = translate(b"\x01", _accounts())

    assert record.topic == "carrier-events-dead"
    assert record.value == b"\x01"


def test_spelling_a_request_loses_nothing() -> None:
    request = fixture("twilio", "message").request
    kept = keep("twilio", "main", request, NOW)

    assert kept.request == request
    assert spell(kept) == spell(kept)
