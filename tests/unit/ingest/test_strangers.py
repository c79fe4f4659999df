from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from services.ingest.http.strangers import PROVEN_SECONDS, UNPROVEN, Strangers

SOMEBODY, OTHER = "203.0.114.7", "198.52.100.9"


def _scope(client: str | None, *forwarded: str) -> Mapping[str, Any]:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return {"client": (client, 1) if client else None, "headers": headers}


def _exhausted(strangers: Strangers, address: str, now: float) -> None:
    for _ in range(UNPROVEN.burst):
        assert strangers.wait(address, now) == 0
        strangers.refused(address, now)


def test_who_brings_too_much_unproven_waits_and_nobody_else() -> None:
    strangers = Strangers()
    _exhausted(strangers, SOMEBODY, 100.0)

    assert strangers.wait(SOMEBODY, 100.0) == 1
    assert strangers.wait(OTHER, 100.0) == 0
    assert strangers.wait(SOMEBODY, 101.0) == 0


def test_who_has_proven_something_is_not_held_for_an_hour() -> None:
    strangers = Strangers()
    _exhausted(strangers, SOMEBODY, 100.0)
    strangers.proved(SOMEBODY, 100.0)

    assert strangers.wait(SOMEBODY, 100.0) == 0
    late = 100.0 + PROVEN_SECONDS
    _exhausted(strangers, OTHER, late)
    strangers.refused(SOMEBODY, late)
    for _ in range(UNPROVEN.burst):
        strangers.refused(SOMEBODY, late)
    assert strangers.wait(SOMEBODY, late) > 0


def test_whoever_cannot_be_told_from_others_is_never_held() -> None:
    strangers = Strangers()
    for _ in range(UNPROVEN.burst + 1):
        strangers.refused(None, 100.0)

    assert strangers.wait(None, 100.0) == 0
    strangers.proved(None, 100.0)


@pytest.mark.parametrize(
    ("proxies", "client", "forwarded", "found"),
    [
        (0, SOMEBODY, [], SOMEBODY),
        (0, SOMEBODY, [OTHER], SOMEBODY),
        (0, "127.0.0.1", [], None),
        (0, "10.0.0.7", [OTHER], None),
        (0, None, [], None),
        (0, "not an address", [], None),
        (1, "10.0.0.7", [f"{OTHER}, {SOMEBODY}"], SOMEBODY),
        (2, "10.0.0.7", [OTHER, SOMEBODY], OTHER),
        (2, "10.0.0.7", [SOMEBODY], None),
        (1, "10.0.0.7", ["forged, 10.0.0.9"], None),
        (0, "2a00:1450:4001:810::200e", [], "2a00:1450:4001:810::/64"),
        (0, "::1", [], None),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    proxies: int, client: str | None, forwarded: Sequence[str], found: str | None
) -> None:
    assert Strangers(proxies).address(_scope(client, *forwarded)) == found
