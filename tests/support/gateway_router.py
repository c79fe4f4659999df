"""The real router beside a gateway's rig, and an office that it has defined."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec

from schemas.answer import CommandAccepted
from schemas.base import ExtensionId
from schemas.directory import DirectoryCommand
from services.gateway.adapters.accounts import NewAccount, create_accounts
from services.kernel.clock import Clock
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare
from services.router.handlers import RouterHandlers
from services.router.handlers.definitions import subject_of
from tests.support import infra
from tests.support.conversing import Conversing
from tests.support.gateway_rig import PASSWORD, GatewayRig
from tests.support.router_words import ANA, BERT, SAM, extension, number, tenant
from tests.support.scenario import TENANT, Scenario

EVERYTHING = ("read", "write", "admin")
#: Ana looks across tenants, Bert writes, Sam administers.
AN_OFFICE: tuple[DirectoryCommand, ...] = (
    tenant(),
    extension(ANA, roles=("operator",)),
    extension(BERT),
    extension(SAM, roles=("user", "admin")),
    number(callers=(ANA,)),
)
_clock = Clock()
_numbered = count()
_words = Scenario("router", RouterHandlers())


@contextlib.asynccontextmanager
async def router_beside(
    rig: GatewayRig, postgres: str, directory: Path, office: Sequence[DirectoryCommand]
) -> AsyncIterator[Conversing]:
    """Run the router until the block ends, once it has defined the office."""
    with infra.fresh_database(postgres, "t_gateway_router") as database:
        await prepare(database, {"router": "conversing"})
        async with Tail(rig.kafka, ["directory-events", "answers"], Readiness()) as tail:
            await tail.start_at(dict.fromkeys(await tail.partitions(), 0))
            log = directory / "router.log"
            router = Conversing("router", rig.kafka, database, log, rig.publisher, tail)
            router.start()
            try:
                for one in office:
                    assert isinstance(await router.answer(_now(one)), CommandAccepted)
                yield router
            finally:
                router.kill()


def _now(one: DirectoryCommand) -> Any:  # noqa: ANN401 - an envelope
    command = _words.wrap(one, subject=subject_of(one), id_=f"define-{next(_numbered)}")
    return msgspec.structs.replace(command, time=_clock.now())


async def key_of(rig: GatewayRig, who: ExtensionId, scopes: Sequence[str] = EVERYTHING) -> str:
    """Give an API key of a person of the office; the same one when it is asked for again."""
    made = (who, *scopes)
    if made not in rig.keys:
        rig.keys[made] = await _new_key(rig, who, scopes)
    return rig.keys[made]


async def _new_key(rig: GatewayRig, who: ExtensionId, scopes: Sequence[str]) -> str:
    create_accounts(rig.dsn, [NewAccount(TENANT, who, who, ["user"])], PASSWORD)
    async with rig.client() as client:
        body = {"name": "test", "login": who, "password": PASSWORD, "scopes": list(scopes)}
        answer = await client.post("/tokens", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


@contextlib.asynccontextmanager
async def acting(
    rig: GatewayRig, who: ExtensionId, scopes: Sequence[str] = EVERYTHING
) -> AsyncIterator[httpx.AsyncClient]:
    """Act as a program of this person."""
    token = await key_of(rig, who, scopes)
    async with rig.client(Authorization=f"Bearer {token}") as client:
        yield client
