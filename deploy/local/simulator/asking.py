"""What became of a text: the lists of those carriers that have one, by which we look texts up."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.simulator.cast import SPEAKERS, Speaker
from deploy.local.simulator.network import Network
from deploy.local.simulator.words import Account, Call, Outbound, Refusal

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Listing:
    """A carrier's list: where it is, and what it says of these texts, the newest first."""

    paths: tuple[str, ...]
    listed: Callable[[Account, Call, Sequence[Outbound]], object]


def listing_of(speaker: Speaker) -> Listing | None:
    """Give the list of a carrier that declares `LISTS` and `listed`; None where it has none."""
    paths, listed = (getattr(speaker, name, None) for name in ("LISTS", "listed"))
    return None if paths is None or listed is None else Listing(paths, listed)


def routes(network: Network) -> list[Route]:
    """Every path of every carrier's list."""
    lists = ((carrier, listing_of(speaker)) for carrier, speaker in SPEAKERS.items())
    return [
        Route(path, _endpoint(network, carrier, listing), methods=["GET"])
        for carrier, listing in lists
        if listing is not None
        for path in listing.paths
    ]


def _endpoint(network: Network, carrier: str, listing: Listing) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        call = Call(
            path=request.url.path,
            named=request.path_params,
            headers=request.headers,
            body=b"",
            query=dict(request.query_params),
        )
        texts = [text for text in reversed(network.sent.values()) if text.carrier == carrier]
        try:
            found = listing.listed(network.accounts[carrier], call, texts)
        except Refusal as refusal:
            return JSONResponse(refusal.body, refusal.status)
        await network.journal.write("list", carrier, query=dict(call.query))
        return JSONResponse(found)

    return endpoint
