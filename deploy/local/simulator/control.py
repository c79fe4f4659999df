"""What tests and the phone's page ask of the simulator; it is not a carrier's, and not hidden."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.local.simulator.accounts import rotated
from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.credentials import basic, same
from deploy.local.simulator.faults import Fault
from deploy.local.simulator.network import Network
from deploy.local.simulator.words import Inbound, State

PAGE = Path(__file__).with_name("phone.html")
MAX_WAIT_SECONDS = 60.0
#: A customer's picture: what an MMS may carry, with room to test refusals.
MAX_FILE_BYTES = 6_000_000
MAX_FILES = 10


class GivenFile(msgspec.Struct, kw_only=True):
    """A picture as the page and tests attach it."""

    name: str
    media_type: str
    content_base64: str


class GivenText(msgspec.Struct, kw_only=True):
    """A customer's text. The carrier is the number's, unless one is named."""

    sender: str
    number: str
    text: str = ""
    carrier: str | None = None
    files: list[GivenFile] = []
    others: list[str] = []
    #: The carrier's id, to send the same text twice.
    id: str | None = None
    #: Answer only when it was delivered or given up.
    wait: bool = False


class GivenSecret(msgspec.Struct, kw_only=True):
    """From now on all carriers sign what follows from this; None: what they began with."""

    secret: str | None = None


class GivenReceipt(msgspec.Struct, kw_only=True):
    """A report about one of our texts, now, whatever was reported before."""

    id: str
    state: State
    code: str | None = None


def routes(network: Network) -> list[Route]:
    """The phone's page, and `/control/…`."""
    desk = _Desk(network)
    return [
        Route("/", desk.page),
        Route("/media/{carrier}/{key}/{name}", desk.media),
        Route("/control/texts", desk.text, methods=["POST"]),
        Route("/control/receipts", desk.receipt, methods=["POST"]),
        Route("/control/faults", desk.plan, methods=["POST"]),
        Route("/control/faults", desk.faults, methods=["GET"]),
        Route("/control/faults", desk.clear, methods=["DELETE"]),
        Route("/control/secret", desk.secret, methods=["PUT"]),
        Route("/control/history", desk.history),
        Route("/control/files/{id}/{index:int}", desk.file),
        Route("/control/numbers", desk.numbers),
    ]


class _Desk:
    """The endpoints, around one network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def page(self, _request: Request) -> Response:
        return HTMLResponse(PAGE.read_text(encoding="utf-8"))

    async def text(self, request: Request) -> Response:
        """A customer writes."""
        given = await _body(request, GivenText)
        carrier, _ = self._network.numbers.get(given.number, (given.carrier, ""))
        chosen = given.carrier or carrier
        if chosen not in self._network.accounts or len(given.files) > MAX_FILES:
            return JSONResponse({"detail": "no carrier serves this number"}, 422)
        files = [
            self._network.host(
                chosen, file.name, file.media_type, base64.b64decode(file.content_base64)
            )
            for file in given.files
        ]
        message = Inbound(
            id=given.id or self._network.new_id(chosen, media=bool(files)),
            sender=given.sender,
            number=given.number,
            text=given.text,
            files=tuple(files),
            others=tuple(given.others),
            at=self._network.now(),
        )
        task = await self._network.text_us(chosen, message)
        if given.wait:
            await asyncio.wait([task], timeout=MAX_WAIT_SECONDS)
        return JSONResponse({"id": message.id, "carrier": chosen}, 202)

    async def receipt(self, request: Request) -> Response:
        """A carrier reports."""
        given = await _body(request, GivenReceipt)
        message = self._network.sent.get(given.id)
        if message is None:
            return JSONResponse({"detail": "no such text"}, 404)
        await self._network.report(message, given.state, given.code)
        return Response(status_code=204)

    async def plan(self, request: Request) -> Response:
        self._network.faults.plan(await _body(request, Fault))
        return Response(status_code=204)

    async def faults(self, _request: Request) -> Response:
        return _json(self._network.faults.planned)

    async def clear(self, _request: Request) -> Response:
        self._network.faults.clear()
        return Response(status_code=204)

    async def secret(self, request: Request) -> Response:
        """Somebody rotates the secrets of our accounts at the carriers."""
        given = await _body(request, GivenSecret)
        accounts = self._network.accounts.items()
        self._network.signers = (
            {} if given.secret is None
            else {carrier: rotated(one, given.secret) for carrier, one in accounts}
        )  # fmt: skip
        return Response(status_code=204)

    async def history(self, request: Request) -> Response:
        """Everything after `after`; `wait` seconds for something new; `kind`, `carrier`, `id`."""
        asked = request.query_params
        after = int(asked.get("after", "0"))
        wait = min(float(asked.get("wait", "0")), MAX_WAIT_SECONDS)
        if wait and self._network.journal.last <= after:
            await self._network.journal.wait_beyond(after, wait)
        fields = {name: asked.get(name) for name in ("kind", "carrier", "id", "result")}
        entries = self._network.journal.read(after, **fields)
        return _json({"entries": entries, "last": self._network.journal.last})

    async def file(self, request: Request) -> Response:
        """A file of a text of ours, as the customer's phone has it."""
        asked = request.path_params
        file = self._network.fetcher.kept.get((asked["id"], asked["index"]))
        if file is None:
            return Response(status_code=404)
        return Response(file.content, media_type=file.media_type)

    async def numbers(self, _request: Request) -> Response:
        numbers = self._network.numbers.items()
        return _json([{"number": n, "carrier": c, "label": label} for n, (c, label) in numbers])

    async def media(self, request: Request) -> Response:
        """A picture; some carriers' only with the API's credentials."""
        key, carrier = request.path_params["key"], request.path_params["carrier"]
        file = self._network.files.get(key)
        if file is None or carrier not in SPEAKERS:
            return Response(status_code=404)
        login = SPEAKERS[carrier].media_login(self._network.accounts[carrier])
        if login and not self._may_see(request, basic(*login)):
            headers = {"WWW-Authenticate": 'Basic realm="media"'}
            return Response(status_code=401, headers=headers)
        return Response(file.content, media_type=file.media_type)

    @staticmethod
    def _may_see(request: Request, wanted: str) -> bool:
        """The phone's own page may look at what it sent."""
        same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
        return same_origin or same(request.headers.get("Authorization"), wanted)


async def _body(request: Request, shape: Any) -> Any:  # noqa: ANN401 - msgspec decodes into shape
    return msgspec.json.decode(await request.body(), type=shape)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
