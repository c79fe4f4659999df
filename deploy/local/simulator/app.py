"""Wires the simulator's parts into one ASGI application."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.local.simulator import asking, control, sending
from deploy.local.simulator.accounts import account
from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.delivery import Courier
from deploy.local.simulator.faults import Faults
from deploy.local.simulator.journal import Journal
from deploy.local.simulator.network import Network


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one simulator runs."""

    #: Where it is found, `http://host:port`.
    address: str
    #: Where ingest really is, and the address that is signed.
    webhooks: str
    public: str
    secret: str
    receipt_seconds: float
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)


def build(settings: Settings) -> Starlette:
    """The application; its courier stops with it."""
    journal, faults = Journal(), Faults()
    courier = Courier(
        journal=journal,
        faults=faults,
        public=settings.public,
        target=settings.webhooks,
    )
    network = Network(
        accounts={carrier: account(carrier, settings.secret) for carrier in SPEAKERS},
        courier=courier,
        journal=journal,
        faults=faults,
        address=settings.address,
        numbers=settings.numbers,
        receipt_seconds=settings.receipt_seconds,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await courier.close()
        await network.fetcher.close()

    return Starlette(
        routes=[*sending.routes(network), *asking.routes(network), *control.routes(network)],
        lifespan=lifespan,
        exception_handlers={msgspec.DecodeError: _not_understood},
    )


async def _not_understood(_request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 422)
