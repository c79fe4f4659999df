"""A text finds its way by another account: deciding and real HTTP calls together, time by hand."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest

from services.carriers.contract import Account
from services.dispatch.adapters.carrier_http import CarrierCalls
from services.dispatch.app import planned_by
from services.dispatch.handlers import DispatchHandlers
from services.dispatch.settings import Settings
from services.kernel.outbound import Outbound, Policy
from tests.support.carrier_peer import CarrierPeer, Says, carrier_peer
from tests.support.consents import FakeConsents
from tests.support.dispatch_words import KEY, report, submitted, tried_again
from tests.support.scenario import START, Told
from tests.support.stage import Stage

pytestmark = pytest.mark.integration

MAIN, SPARE = "main", "spare"
BOTH = (MAIN, SPARE)
TAKEN, TAKEN_BY_SPARE = Says(201, '{"sid": "SM1"}'), Says(202, '{"id": "B1"}')
CAPPED = Says(400, '{"code": 30027, "message": "daily message cap reached"}')
CAPPED_429 = Says(429, '{"code": 30027, "message": "daily message cap reached"}')
CAPPED_SPARE = Says(429, '{"type": "4780", "description": "daily limit"}')
NOT_OURS = Says(401, '{"code": 20003, "message": "Authenticate"}')
SPENT = Says(402, "{}")
PATIENCE = 2.0


def accounts(main: str, spare: str, validity_seconds: int) -> dict[str, Account]:
    def account(name: str, carrier: str, address: str, **values: str) -> Account:
        return Account(
            name=name,
            carrier=carrier,
            public_base_url="https://texts.example.com",
            api_base_url=address,
            values={key: (value,) for key, value in values.items()},
            validity_seconds=validity_seconds,
        )

    keys = {"account_id": "1", "application_id": "2", "api_user": "u", "api_password": "p"}
    return {
        MAIN: account(MAIN, "twilio", main, account_sid="AC1", auth_token="token"),
        SPARE: account(SPARE, "bandwidth", spare, **keys),
    }


@dataclass
class Desk:
    """Dispatch with its handlers and its performer, and a clock that the test turns."""

    stage: Stage
    calls: CarrierCalls
    clock: dict[str, datetime]
    told: list[Told] = field(default_factory=list)

    async def send(self) -> None:
        await self._perform([self.stage.tell(submitted(accounts=BOTH), self.now, key=KEY)])

    async def again(self) -> None:
        event = msgspec.structs.replace(tried_again(), accounts=BOTH)
        await self._perform([self.stage.tell(event, self.now, key=KEY)])

    async def wait(self, seconds: float) -> None:
        """Let time pass, and perform what falls due."""
        self.clock["now"] = self.now + timedelta(seconds=seconds)
        await self._perform(self.stage.ring(self.now))

    @property
    def now(self) -> datetime:
        return self.clock["now"]

    async def _perform(self, told: list[Told]) -> None:
        while told:
            one = told.pop(0)
            for effect in one.effects:
                payload = msgspec.json.encode(effect.payload)
                answers = await self.calls.perform("effect", payload)
                told += [self.stage.tell(answer.data, self.now, key=KEY) for answer in answers]


@contextlib.asynccontextmanager
async def desk(
    main: CarrierPeer, spare: CarrierPeer, validity: int = 129_600
) -> AsyncIterator[Desk]:
    made = accounts(main.address, spare.address, validity)
    chosen = Settings(accounts=made, segments_per_second=10.0, rates={}, networks=())
    outbound, clock = Outbound(Policy.read(["127.0.0.0/8"])), {"now": START}
    try:
        yield Desk(
            Stage("dispatch", DispatchHandlers(planned_by(chosen))),
            CarrierCalls(
                made, outbound, FakeConsents(), call_seconds=PATIENCE, now=lambda: clock["now"]
            ),
            clock,
        )
    finally:
        await outbound.close()


def heard(*peers: CarrierPeer) -> tuple[int, ...]:
    return tuple(len(peer.taken) for peer in peers)


@pytest.mark.parametrize("refusal", [CAPPED, CAPPED_429, NOT_OURS, SPENT])
async def test_what_one_account_cannot_send_another_sends_within_seconds(refusal: Says) -> None:
    with carrier_peer(refusal) as main, carrier_peer(TAKEN_BY_SPARE) as spare:
        async with desk(main, spare) as here:
            await here.send()
            assert (heard(main, spare), report(here.stage).status) == ((1, 0), "pending")

            await here.wait(10)

            assert (heard(main, spare), report(here.stage).status) == ((1, 1), "accepted")


async def test_when_every_account_is_capped_the_text_goes_on_the_next_day() -> None:
    with carrier_peer(CAPPED, TAKEN) as main, carrier_peer(CAPPED_SPARE, TAKEN_BY_SPARE) as spare:
        async with desk(main, spare) as here:
            await here.send()
            await here.wait(10)
            await here.wait(3600)
            assert (heard(main, spare), report(here.stage).status) == ((1, 1), "pending")

            await here.wait(26 * 3600)

            assert (sum(heard(main, spare)), report(here.stage).status) == (3, "accepted")


async def test_when_no_account_is_in_order_it_fails_and_a_person_may_try_again() -> None:
    with carrier_peer(NOT_OURS, TAKEN) as main, carrier_peer(SPENT) as spare:
        async with desk(main, spare) as here:
            await here.send()
            await here.wait(10)
            assert (heard(main, spare), report(here.stage).status) == ((1, 1), "failed")

            await here.again()

            assert report(here.stage, attempt=2).status == "accepted"


async def test_a_cap_that_outlasts_the_texts_validity_is_a_failure_at_once() -> None:
    with carrier_peer(CAPPED) as main, carrier_peer(CAPPED_SPARE) as spare:
        async with desk(main, spare, validity=60) as here:
            await here.send()
            await here.wait(10)

            assert (heard(main, spare), report(here.stage).status) == ((1, 1), "failed")


async def test_a_text_that_is_too_old_when_its_turn_comes_is_not_handed_over() -> None:
    with carrier_peer(Says(503)) as main, carrier_peer(TAKEN_BY_SPARE) as spare:
        async with desk(main, spare, validity=30) as here:
            await here.send()
            await here.wait(3600)

            assert (heard(main, spare), report(here.stage).code) == ((1, 0), "too-old")
