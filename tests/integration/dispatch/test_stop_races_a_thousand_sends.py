"""STOP against a thousand sends, with router and dispatch as processes: the log shows no breach."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.answer import CommandAccepted
from schemas.base import ExtensionId, Number
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut
from schemas.delivery import DeliveryChanged
from schemas.envelope import Envelope
from services.kernel.clock import Clock
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare
from services.ops import consent
from services.router.handlers import RouterHandlers
from services.router.handlers.definitions import subject_of
from tests.support import infra
from tests.support.carrier_peer import CarrierPeer, Says, carrier_peer
from tests.support.conversing import Conversing, conversing
from tests.support.router_words import (
    ANA,
    CUSTOMER,
    conversation_with,
    extension,
    number,
    says,
    tenant,
    texts,
)
from tests.support.scenario import Scenario
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SENDS, SECONDS = 1_000, 90.0
NUMBERS = [Number(f"+1415555{index:04}") for index in range(1000, 1010)]
TAKEN = Says(201, '{"sid": "SM1"}')
ACCOUNTS = """
public_base_url = "https://texts.example.com"

[main]
carrier = "twilio"
api_base_url = "{address}"
account_sid = "AC1"
auth_token = "token"
"""

_clock = Clock()
_words = Scenario("router", RouterHandlers())
_numbered = count()


class Town:
    """One tenant with ten numbers and one customer, a router, a dispatch and a carrier."""

    def __init__(self, router: Conversing, dispatch: Conversing, peer: CarrierPeer) -> None:
        self.router, self.dispatch, self.peer = router, dispatch, peer

    async def open(self) -> None:
        for one in (tenant(consent="tenant"), extension(ANA)):
            answer = await self.router.answer(_wrap(one, subject_of(one)))
            assert isinstance(answer, CommandAccepted)
        numbers = (
            number(one, callers=(ANA,), accounts=("main",), route=_to_ana()) for one in NUMBERS
        )
        await self.router.say(*(_wrap(one, subject_of(one)) for one in numbers))
        await self.router.hears("answers", 2 + len(NUMBERS))
        await self.router.say(*(_texts(number=one) for one in NUMBERS))
        await self.router.hears("conversation-events", 2 * len(NUMBERS))

    def sends(self, how_many: int) -> list[Envelope[Any]]:
        """Let Ana write to the customer from every number in turn."""
        return [self._send(NUMBERS[index % len(NUMBERS)]) for index in range(how_many)]

    def _send(self, ours: Number) -> Envelope[Any]:
        chat = conversation_with(number=ours)
        return _wrap(says(ANA, f"text {next(_numbered)}", chat), f"{ours}|{CUSTOMER}", chat)

    async def ended(self, commands: Sequence[Envelope[Any]]) -> dict[str, str]:
        """Wait until each is refused, or known to have gone or not; gives how each ended."""

        async def all_ended() -> dict[str, str]:
            await self.router.listen()
            await self.dispatch.listen()
            ends = self._ends()
            found = {one.id: ends[one.id] for one in commands if one.id in ends}
            return found if len(found) == len(commands) else {}

        return await eventually(all_ended, SECONDS)

    def _ends(self) -> dict[str, str]:
        ends: dict[str, str] = {}
        wished: dict[str, str] = {}
        for answer in self.router.heard.get("answers", []):
            if isinstance(answer.data, CommandAccepted):
                wished[answer.data.state.get("message_id", "")] = answer.correlation
            else:
                ends[answer.correlation] = answer.data.code
        for event in self.dispatch.heard.get("delivery-events", []):
            if isinstance(event.data, DeliveryChanged) and event.data.message_id in wished:
                change = event.data
                ends[wished[change.message_id]] = change.failure_code or change.status
        return ends

    async def sent(self, how_many: int) -> None:
        """Wait until the carrier has taken so many."""

        async def taken() -> bool:
            return len(self.peer.taken) >= how_many

        await eventually(taken, SECONDS)

    async def heard(self, kind: type[msgspec.Struct], times: int = 1) -> None:
        """Wait until a word of consent that binds all numbers has been said so often."""

        async def said() -> bool:
            await self.router.listen()
            found = (one.data for one in self.router.heard.get("conversation-events", []))
            return sum(isinstance(one, kind) and one.everywhere for one in found) >= times  # type: ignore[attr-defined]  # of consents only

        await eventually(said, SECONDS)


def _to_ana() -> Any:  # noqa: ANN401 - a Route
    return msgspec.structs.replace(number().route, extensions=(ExtensionId("ana"),))


def _texts(text: str = "Hello", *, number: Number) -> Envelope[Any]:
    """Let a customer's text arrive now: what is answered to it must not be too old to be sent."""
    return msgspec.structs.replace(texts(text, number=number), time=_clock.now())


def _wrap(data: msgspec.Struct, key: str, subject: str = "") -> Envelope[Any]:
    envelope = _words.wrap(data, subject=subject or key, key=key, id_=f"wish-{next(_numbered)}")
    return msgspec.structs.replace(envelope, time=_clock.now())


@pytest.fixture
async def town(
    kafka: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    with (
        carrier_peer(TAKEN) as peer,
        infra.fresh_database(postgres, f"t_race_{next(_numbered)}") as ours,
        infra.fresh_database(postgres, f"t_race_{next(_numbered)}") as theirs,
    ):
        accounts = tmp_path / "carriers.toml"
        accounts.write_text(ACCOUNTS.format(address=peer.address), encoding="utf-8")
        monkeypatch.setenv("DISPATCH_CARRIERS", str(accounts))
        monkeypatch.setenv("DISPATCH_ALLOWED_NETWORKS", "127.0.0.0/8")
        monkeypatch.setenv("DISPATCH_SEGMENTS_PER_SECOND", "40")
        async with (
            conversing("dispatch", kafka, ours, tmp_path) as dispatch,
            _router(kafka, theirs, tmp_path, dispatch) as router,
        ):
            town = Town(router, dispatch, peer)
            await town.open()
            yield town


@asynccontextmanager
async def _router(
    kafka: str, database: str, directory: Path, beside: Conversing
) -> AsyncIterator[Conversing]:
    await prepare(database, {"router": "conversing"})
    async with Tail(kafka, ["conversation-events", "answers"], Readiness()) as tail:
        await tail.start_at(dict.fromkeys(await tail.partitions(), 0))
        log = directory / "router.log"
        router = Conversing("router", kafka, database, log, beside.publisher, tail)
        router.start()
        try:
            yield router
        finally:
            router.kill()


async def test_a_stop_amid_a_thousand_sends_leaves_no_breach_on_the_log(town: Town) -> None:
    sends = town.sends(SENDS)
    await town.router.say(*sends[: SENDS // 2])
    await town.sent(20)
    await town.router.say(*sends[SENDS // 2 : -100])
    await town.router.say(_texts("STOP", number=NUMBERS[0]))
    await town.router.say(*sends[-100:])

    ends = list((await town.ended(sends)).values())
    checker = await consent.check(town.router.kafka)

    assert set(ends) == {"accepted", "opted-out"}  # the race was one
    assert checker.breaches == []
    assert checker.unproven == 0
    assert checker.stops == 2  # said to one number, binding all
    whole = ends.count("accepted") + 1  # and the confirmation, which nobody waited for yet
    await eventually(lambda: len(town.peer.taken) >= whole, SECONDS)
    assert len(town.peer.taken) == whole
    await _while_dispatch_is_away(town)


async def _while_dispatch_is_away(town: Town) -> None:
    """A STOP binds what dispatch had planned before it went away, though it has not folded it."""
    await town.router.say(_texts("START", number=NUMBERS[0]))
    await town.heard(CounterpartOptedIn)
    before = len(town.peer.taken)
    sends = town.sends(200)
    await town.router.say(*sends)
    await town.sent(before + 10)
    town.dispatch.kill()
    await town.router.say(_texts("STOP", number=NUMBERS[0]))
    await town.heard(CounterpartOptedOut, 2)
    before = len(town.peer.taken)
    town.dispatch.start()

    ends = list((await town.ended(sends)).values())
    checker = await consent.check(town.router.kafka)

    assert len(town.peer.taken) == before + 1  # the confirmation
    assert ends.count("opted-out") > len(sends) // 2
    assert checker.breaches == []
