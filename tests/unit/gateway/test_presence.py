"""Who is online: as soon as any replica says so, until the last one that did no longer does."""

import asyncio
from types import SimpleNamespace
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.adapters.presence import Presence
from services.kernel.clock import monotonic
from tests.support.waiting import eventually

_ANA = ("acme", "ana")
_LONG = 1_000.0


def _presence() -> tuple[Any, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    hub = SimpleNamespace(tell=lambda tenant, frame: told.append((tenant, frame)))
    signaller = SimpleNamespace(source="here", say=lambda *_: None)
    return Presence(hub, signaller), told  # type: ignore[arg-type]  # fakes of two classes


def test_of_several_replicas_the_last_that_leaves_takes_somebody_off_line() -> None:
    presence, _ = _presence()
    for replica in ("here", "there"):
        presence._note(_ANA, replica, online=True)
    presence._note(_ANA, "here", online=False)
    between = presence.is_online_anywhere("ana")
    presence._note(_ANA, "there", online=False)

    assert between
    assert not presence.is_online_anywhere("ana")


def test_screens_of_a_tenant_are_told_once_of_all_who_came_and_went() -> None:
    presence, told = _presence()
    for tenant, user in (("acme", "ana"), ("acme", "ben"), ("other", "cy")):
        presence._note((tenant, user), "here", online=True)
    presence._note(("acme", "ben"), "here", online=False)
    presence.tell()
    presence.tell()

    assert [(tenant, orjson.loads(frame)) for tenant, frame in told] == [
        ("acme", _frame(ana=True, ben=False)),
        ("other", _frame(cy=True)),
    ]


async def test_they_are_told_within_a_moment() -> None:
    presence, told = _presence()
    running = asyncio.create_task(presence.run())
    presence._note(_ANA, "here", online=True)
    await eventually(lambda: told == [("acme", orjson.dumps(_frame(ana=True)).decode())])
    running.cancel()


def _frame(**online: bool) -> dict[str, object]:
    people = [{"person_id": who, "online": is_online} for who, is_online in online.items()]
    return {"type": "presence", "people": people}


def test_a_replica_that_says_nothing_more_is_forgotten() -> None:
    presence, _ = _presence()
    presence._note(_ANA, "there", online=True)
    presence._forget(monotonic() + _LONG)

    assert not presence.is_online_anywhere("ana")
    assert not presence.is_online(*_ANA)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(("here", "there")), st.booleans()),
        max_size=30,
    )
)
def test_by_extension_and_by_tenant_they_are_the_same(says: list[tuple[str, str, bool]]) -> None:
    presence, _ = _presence()
    for user, replica, online in says:
        presence._note(("acme", user), replica, online=online)
        for one in "ab":
            assert presence.is_online_anywhere(one) == presence.is_online("acme", one)
