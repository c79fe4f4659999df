"""clients/python calls what the document names, carries keys and proofs, and tells a no apart."""

import inspect
import json
from typing import Any

import httpx
import pytest

from services.gateway.http.openapi import FILE
from tandem_client import Refused, Tandem
from tools import clients

DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = {
    route["operationId"]: (method, path)
    for path, routes in DOCUMENT["paths"].items()
    for method, route in routes.items()
}


class Peer:
    """A gateway's far side: answers as told, and keeps what was asked."""

    def __init__(self, status: int = 200, **answer: Any) -> None:  # noqa: ANN401 - httpx.Response's own
        self.asked: list[httpx.Request] = []
        self._answer = httpx.Response(status, **answer)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer


def tandem(peer: Peer) -> Tandem:
    http = httpx.AsyncClient(transport=httpx.MockTransport(peer))
    return Tandem("https://texts.example.com/", "token", http)


def test_what_is_drawn_is_fresh() -> None:
    for name, text in (
        ("shapes.py", clients.shapes(DOCUMENT)),
        ("calls.py", clients.calls(DOCUMENT)),
    ):
        assert (clients.PACKAGE / name).read_text() == text, "run python -m tools.clients"


def test_every_operation_of_the_document_is_a_method() -> None:
    methods = {name for name, _ in inspect.getmembers(Tandem, inspect.isfunction) if name[0] != "_"}

    assert methods - {"exchange"} == set(OPERATIONS)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
async def test_an_operation_calls_its_own_address(operation: str) -> None:
    peer = Peer(204)
    call = getattr(tandem(peer), operation)
    needed = [
        one for one in inspect.signature(call).parameters.values() if one.default is one.empty
    ]
    given = {one.name: b"" if one.annotation is bytes else "x" for one in needed}

    await call(**given)

    method, path = OPERATIONS[operation]
    (asked,) = peer.asked
    assert asked.method == method.upper()
    parts = [one if not one.startswith("{") else "x" for one in path.split("/")]
    assert asked.url.path.split("/") == parts
    assert asked.headers["authorization"] == "Bearer token"


async def test_a_write_has_a_key_of_its_own_or_the_one_that_it_is_given() -> None:
    peer = Peer(200, json={})
    ours = tandem(peer)
    await ours.send_message("one", {"text": "Hello"}, key="order-1")
    await ours.send_message("one", {"text": "Hello"})
    await ours.send_message("one", {"text": "Hello"})
    await ours.conversations(filter="unread", limit=5)

    *writes, read = peer.asked
    keys = [one.headers["idempotency-key"] for one in writes]
    assert keys[0] == "order-1"
    assert len(set(keys)) == 3
    assert json.loads(writes[0].content) == {"text": "Hello"}
    assert "idempotency-key" not in read.headers
    assert dict(read.url.params) == {"filter": "unread", "limit": "5"}


async def test_what_could_lead_elsewhere_stays_within_its_part_of_the_path() -> None:
    peer = Peer(200, json={})

    await tandem(peer).conversation("../session?x=1")

    assert peer.asked[0].url.raw_path == b"/api/v1/conversations/..%2Fsession%3Fx%3D1"


async def test_a_no_is_an_exception_with_its_code_and_its_sentence() -> None:
    problem = {"status": 409, "code": "opted-out", "detail": "They have opted out."}
    peer = Peer(409, json=problem, headers={"content-type": "application/problem+json"})

    with pytest.raises(Refused) as refused:
        await tandem(peer).send_message("one", {"text": "Hello"})

    assert (refused.value.status, refused.value.code) == (409, "opted-out")
    assert refused.value.detail == "They have opted out."


async def test_a_proxys_own_error_is_a_no_too() -> None:
    with pytest.raises(Refused, match="http-502"):
        await tandem(Peer(502, text="<html>")).people()


async def test_a_file_of_texts_a_redirect_and_nothing_are_what_they_are() -> None:
    assert await tandem(Peer(200, text="a,b", headers={"content-type": "text/csv"})).people()
    led = Peer(302, headers={"location": "https://media.example.com/a"})
    assert await tandem(led).alert_tone() == "https://media.example.com/a"
    assert await tandem(Peer(204)).sign_out() is None  # type: ignore[func-returns-value]  # that it is nothing is the point
