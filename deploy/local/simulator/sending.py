"""The carriers' real send APIs: authentication, validation, refusals, and answers that get lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.network import Network
from deploy.local.simulator.words import Call, Outbound, Refusal

#: Longer than any client waits.
HANG_SECONDS = 300.0
_MAX_BODY = 1_000_000

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(network: Network) -> list[Route]:
    """Every path of every carrier's send API."""
    return [
        Route(path, _endpoint(network, carrier), methods=["POST"])
        for carrier, speaker in SPEAKERS.items()
        for path in speaker.PATHS
    ]


def _endpoint(network: Network, carrier: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await _call(network, carrier, request)

    return endpoint


async def _call(network: Network, carrier: str, request: Request) -> Response:
    speaker = SPEAKERS[carrier]
    body = await request.body()
    try:
        _refuse_by_plan(network, carrier)
        if len(body) > _MAX_BODY:
            raise speaker.refusal(413, None, "too large")
        message = _accept(network, carrier, request, body)
        key = request.headers.get("idempotency-key")
        known = network.keys.get((carrier, key)) if key else None
    except Refusal as refusal:
        await network.journal.write(
            "send", carrier, result="refused", status=refusal.status, body=refusal.body
        )
        return JSONResponse(refusal.body, refusal.status)
    if known:
        await network.journal.write("send", carrier, result="repeated", id=known.id)
        return JSONResponse(speaker.answer(network.accounts[carrier], known), speaker.STATUS)
    if fault := network.faults.take("sends", "delay", carrier):
        await asyncio.sleep(fault.seconds)
    await network.journal.write(
        "send", carrier, result="accepted", status=speaker.STATUS, id=message.id
    )
    await network.take(message, key)
    await _lose_by_plan(network, carrier, request)
    return JSONResponse(speaker.answer(network.accounts[carrier], message), speaker.STATUS)


def _accept(network: Network, carrier: str, request: Request, body: bytes) -> Outbound:
    speaker = SPEAKERS[carrier]
    call = Call(
        path=request.url.path, named=request.path_params, headers=request.headers, body=body
    )
    media = b"media" in body.lower()
    try:
        identity = network.new_id(carrier, media=media)
        return speaker.accept(network.accounts[carrier], call, identity, network.now())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise speaker.refusal(400, None, "not a JSON object, or not a form") from error


def _refuse_by_plan(network: Network, carrier: str) -> None:
    if fault := network.faults.take("sends", "refuse", carrier):
        raise SPEAKERS[carrier].refusal(fault.status, fault.code, fault.text)


async def _lose_by_plan(network: Network, carrier: str, request: Request) -> None:
    """The text is on its way, and the client will never know."""
    if network.faults.take("sends", "hang", carrier):
        await asyncio.sleep(HANG_SECONDS)
    if network.faults.take("sends", "lose-answer", carrier):
        # uvicorn's request cycle owns the connection; nothing in ASGI says "hang up".
        cycle: Any = getattr(request.receive, "__self__", None)
        cycle.transport.abort()
        raise ClientDisconnect
