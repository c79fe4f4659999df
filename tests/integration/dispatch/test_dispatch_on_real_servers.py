"""Dispatch as a process, with a real peer as its carrier: once, past the gate, and reconciled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.delivery import DeliveryChanged
from schemas.envelope import Envelope
from schemas.partition_key import for_sms
from services.kernel.clock import Clock
from tests.support import dispatch_words as words
from tests.support import infra
from tests.support.carrier_peer import CarrierPeer, Ends, Says, carrier_peer
from tests.support.conversing import Conversing, conversing
from tests.support.scenario import TENANT
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

TAKEN = Says(201, '{"sid": "SM1"}')
BUSY = Says(429, '{"code": 20429}', {"Retry-After": "1"})
ACCOUNTS = """
public_base_url = "https://texts.example.com"

[main]
carrier = "twilio"
api_base_url = "{address}"
account_sid = "AC1"
auth_token = "token"
"""

_clock = Clock()
_numbers = iter(range(10**9))


_words = words.outbox()


def _says(data: msgspec.Struct, *, tenant: str | None = TENANT) -> Envelope[Any]:
    key = for_sms(words.NUMBER, (words.CARL,))
    envelope = _words.wrap(data, key=key, tenant=tenant, id_=f"said-{next(_numbers)}")
    return msgspec.structs.replace(envelope, time=_clock.now())


@pytest.fixture
def place(kafka: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Place":
    return Place(kafka, postgres, tmp_path, monkeypatch)


class Place:
    """Where dispatch can be started, with a carrier that does as told."""

    def __init__(
        self, kafka: str, postgres: str, directory: Path, environment: pytest.MonkeyPatch
    ) -> None:
        self._kafka, self._postgres = kafka, postgres
        self._directory, self._environment = directory, environment

    @asynccontextmanager
    async def sending(self, *script: Says | Ends) -> AsyncIterator[tuple[Conversing, CarrierPeer]]:
        accounts = self._directory / "carriers.toml"
        name = f"t_dispatch_{next(_numbers)}"
        with carrier_peer(*script) as peer, infra.fresh_database(self._postgres, name) as database:
            accounts.write_text(ACCOUNTS.format(address=peer.address), encoding="utf-8")
            self._environment.setenv("DISPATCH_CARRIERS", str(accounts))
            self._environment.setenv("DISPATCH_ALLOWED_NETWORKS", "127.0.0.0/8")
            async with conversing("dispatch", self._kafka, database, self._directory) as running:
                yield running, peer


async def _shown(dispatch: Conversing, *expected: str) -> None:
    """Wait until people have seen these states, in this order."""

    async def seen() -> bool:
        await dispatch.listen()
        first = {event.id: event for event in dispatch.heard.get("delivery-events", [])}
        changes = [e.data for e in first.values() if isinstance(e.data, DeliveryChanged)]
        assert [change.status for change in changes] == list(expected)
        return True

    await eventually(seen, 60)


async def test_a_text_goes_out_and_its_receipt_comes_home(place: Place) -> None:
    async with place.sending(TAKEN) as (dispatch, peer):
        await dispatch.say(_says(words.submitted()))
        await _shown(dispatch, "accepted")
        delivered = words.receipt("delivered", provider="SM1")
        await dispatch.say(_says(delivered, tenant=None))
        await _shown(dispatch, "accepted", "delivered")
        await dispatch.hears("conversation-commands", 1)

    assert len(peer.taken) == 1
    assert dispatch.heard["conversation-commands"][0].data.failed is False


async def test_a_busy_carrier_is_asked_again_and_the_order_holds(place: Place) -> None:
    async with place.sending(BUSY, TAKEN) as (dispatch, peer):
        await dispatch.say(
            _says(words.submitted(words.FIRST, "one")), _says(words.submitted(words.SECOND, "two"))
        )
        await _shown(dispatch, "accepted", "accepted")

    assert [taken.body.count("Body=one") for taken in peer.taken] == [1, 1, 0]


async def test_nobody_is_texted_after_stop_through_a_restart(place: Place) -> None:
    async with place.sending(TAKEN) as (dispatch, peer):
        await dispatch.say(_says(words.says_stop()))
        dispatch.kill()
        await dispatch.say(_says(words.submitted()))
        dispatch.start()
        await _shown(dispatch, "failed")

    assert peer.taken == []


async def test_a_crash_while_the_carrier_hangs_is_unknown_and_never_a_second_text(
    place: Place,
) -> None:
    async with place.sending("hang", TAKEN) as (dispatch, peer):
        await dispatch.say(_says(words.submitted()))
        await eventually(lambda: len(peer.taken) == 1, 60)
        dispatch.kill()
        dispatch.start()
        await _shown(dispatch, "unknown")
        await dispatch.say(_says(words.receipt("sent", message_id=words.FIRST), tenant=None))
        await _shown(dispatch, "unknown", "sent")

    assert len(peer.taken) == 1
