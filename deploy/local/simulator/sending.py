"""The three real send APIs: authentication, validation, refusals, and answers that get lost."""

import asyncio
import hmac
import urllib.parse
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.simulator import bandwidth, telnyx, twilio
from deploy.local.simulator.accounts import Carrier
from deploy.local.simulator.network import SPEAKERS, Network
from deploy.local.simulator.words import Outbound, Refusal

#: Longer than any client waits.
HANG_SECONDS = 300.0
_MAX_BODY = 1_000_000

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(network: Network) -> list[Route]:
    """Messages.json of Twilio, /v2/messages of Telnyx, /users/{id}/messages of Bandwidth."""

    async def to_twilio(request: Request) -> Response:
        return await _call(network, "twilio", request, _read_twilio, 201)

    async def to_telnyx(request: Request) -> Response:
        return await _call(network, "telnyx", request, _read_telnyx, 200)

    async def to_bandwidth(request: Request) -> Response:
        return await _call(network, "bandwidth", request, _read_bandwidth, 202)

    return [
        Route("/2010-04-01/Accounts/{sid}/Messages.json", to_twilio, methods=["POST"]),
        Route("/v2/messages", to_telnyx, methods=["POST"]),
        Route("/api/v2/users/{account_id}/messages", to_bandwidth, methods=["POST"]),
    ]


Reader = Callable[[Network, Request, bytes], Outbound]


async def _call(
    network: Network, carrier: Carrier, request: Request, read: Reader, status: int
) -> Response:
    body = await request.body()
    try:
        _refuse_by_plan(network, carrier)
        if len(body) > _MAX_BODY:
            raise SPEAKERS[carrier].refusal(413, None, "too large")
        message = read(network, request, body)
    except Refusal as refusal:
        await network.journal.write(
            "send", carrier, result="refused", status=refusal.status, body=refusal.body
        )
        return JSONResponse(refusal.body, refusal.status)
    if fault := network.faults.take("sends", "delay", carrier):
        await asyncio.sleep(fault.seconds)
    await network.journal.write("send", carrier, result="accepted", status=status, id=message.id)
    await network.take(message)
    await _lose_by_plan(network, carrier, request)
    answer = SPEAKERS[carrier].answer(network.accounts[carrier], message)
    return JSONResponse(answer, status)


def _refuse_by_plan(network: Network, carrier: Carrier) -> None:
    if fault := network.faults.take("sends", "refuse", carrier):
        raise SPEAKERS[carrier].refusal(fault.status, fault.code, fault.text)


async def _lose_by_plan(network: Network, carrier: Carrier, request: Request) -> None:
    """The text is on its way, and the client will never know."""
    if network.faults.take("sends", "hang", carrier):
        await asyncio.sleep(HANG_SECONDS)
    if network.faults.take("sends", "lose-answer", carrier):
        # uvicorn's request cycle owns the connection; nothing in ASGI says "hang up".
        cycle: Any = getattr(request.receive, "__self__", None)
        cycle.transport.abort()
        raise ClientDisconnect


def _read_twilio(network: Network, request: Request, body: bytes) -> Outbound:
    known = network.accounts["twilio"].credentials
    wanted = bandwidth.basic(known["account_sid"], known["auth_token"])
    if not _same(request.headers.get("Authorization"), wanted):
        raise twilio.refusal(401, "20003", "Authenticate")
    if request.path_params["sid"] != known["account_sid"]:
        raise twilio.refusal(404, "20404", "The requested resource was not found")
    form = urllib.parse.parse_qs(body.decode(), keep_blank_values=True)
    identity = network.new_id("twilio", media="MediaUrl" in form)
    return twilio.accept(form, identity, network.now())


def _read_telnyx(network: Network, request: Request, body: bytes) -> Outbound:
    known = network.accounts["telnyx"].credentials
    if not _same(request.headers.get("Authorization"), f"Bearer {known['api_key']}"):
        raise telnyx.refusal(401, "10009", "Authentication failed")
    return telnyx.accept(_json(body, "telnyx"), network.new_id("telnyx"), network.now())


def _read_bandwidth(network: Network, request: Request, body: bytes) -> Outbound:
    known = network.accounts["bandwidth"].credentials
    wanted = bandwidth.basic(known["api_user"], known["api_password"])
    if not _same(request.headers.get("Authorization"), wanted):
        raise bandwidth.refusal(401, "unauthorized", "Authentication Failed")
    if request.path_params["account_id"] != known["account_id"]:
        raise bandwidth.refusal(403, "forbidden", "Access is denied")
    return bandwidth.accept(_json(body, "bandwidth"), network.new_id("bandwidth"), network.now())


def _json(body: bytes, carrier: Carrier) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SPEAKERS[carrier].refusal(400, None, "not a JSON object") from error


def _same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())
