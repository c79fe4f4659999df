"""Chromium, a desk of one's own, and people at it, on the session's one running system."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.portal.harness import CHROMIUM_ARGUMENTS, HEADLESS, Person, Seat
from tests.support import desks
from tests.support.system import Running

#: The first test of a session waits for the whole system to start.
_SECONDS = 300
_turns = itertools.count()
_people: dict[str, Person] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium and patience."""
    for item in items:
        if "tests/e2e/portal" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(_SECONDS))


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Running]:
    """The running system: one that is there already (TEST_TANDEM, its home), else the session's."""
    home = os.environ.get("TEST_TANDEM")
    if home is None:
        yield request.getfixturevalue("system")
        return
    running = Running("", httpx.Client(), Path(home))
    address = running.state["addresses"]["phone"]
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield Running(address, client, Path(home))


# One browser a module: a synchronous Playwright that lives on forbids asyncio to what follows.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=HEADLESS, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(stack: Running) -> desks.Desk:
    """A desk at which nobody holds anything.

    With more tests than desks they take turns, so numbers of customers never repeat.
    """
    found = desks.DESKS[next(_turns) % (len(desks.DESKS) - 1)]
    for login in {found.alice, found.dana} & _people.keys():
        person_of(stack, login).let_go()
    return found


@pytest.fixture
def crowded() -> desks.Desk:
    """The desk with more open conversations than anybody may start beside."""
    return desks.CROWDED


@pytest.fixture
def sit(stack: Running, browser: Browser) -> Iterator[Callable[..., Seat]]:
    """`sit("desk-00-alice", mobile=True)`: that person at a browser of their own."""
    seats: list[Seat] = []

    def at(login: str, **how: Any) -> Seat:  # noqa: ANN401 - Playwright's options
        seat = Seat.take(browser, person_of(stack, login), **how)
        seats.append(seat)
        return seat

    yield at
    for seat in seats:
        seat.leave()


@pytest.fixture
def person(stack: Running) -> Callable[[str], Person]:
    """`person(login)`: the same, without a browser."""
    return lambda login: person_of(stack, login)


def person_of(stack: Running, login: str) -> Person:
    """Sign in once a session; later tests come back to the same person."""
    if login not in _people:
        _people[login] = Person.sign_in(stack, login, source=f"127.0.3.{len(_people) % 250 + 1}")
    return _people[login]
