"""Every screen is pinged; it ends when nobody answers there, or its owner may not stay."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import psycopg
import pytest

from schemas.base import ExtensionId
from services.gateway.domain.scope import Caller, Scope
from services.gateway.http import feed
from services.gateway.http.watch import MOST_SILENCE, PING_SECONDS, Watch
from services.gateway.ports import RESYNC, SIGNED_OUT
from services.kernel.clock import Clock, monotonic
from tests.support.waiting import eventually

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOREVER = float("inf")


class _Stopped(Clock):
    def now(self) -> datetime:
        return NOW


@dataclass
class _Accounts:
    """Says whose proof has ended, and keeps what it was asked."""

    gone: frozenset[str] = frozenset()
    error: Exception | None = None
    asked: list[set[str]] = field(default_factory=list)

    async def ended(self, proofs: Collection[str]) -> frozenset[str]:
        self.asked.append(set(proofs))
        if self.error is not None:
            raise self.error
        return self.gone & frozenset(proofs)


@dataclass
class _Line:
    ended: int | None = None
    said: list[str] = field(default_factory=list)

    def say(self, frame: str) -> None:
        self.said.append(orjson.loads(frame)["type"])

    def end(self, code: int) -> None:
        self.ended = code


@dataclass
class _Screen:
    caller: Caller
    line: _Line = field(default_factory=_Line)
    heard: float = field(default_factory=monotonic)
    let_go: bool = False

    def end(self, code: int) -> None:
        self.let_go = True
        self.line.end(code)


def _screen(proof: str, expires: float = FOREVER) -> _Screen:
    caller = Caller(
        scope=Scope("acme", ExtensionId("ana")),
        account_id="a",
        login="ana",
        roles=("user",),
        proof="session",
        proof_id=proof,
        expires=expires,
        must_change=False,
    )
    return _Screen(caller)


def _watch(accounts: _Accounts, *screens: _Screen) -> Watch:
    watch = Watch(accounts, _Stopped())  # type: ignore[arg-type]  # a fake of one method
    for screen in screens:
        watch.add(screen)  # type: ignore[arg-type]  # a fake line
    return watch


async def test_one_question_is_asked_for_all_that_are_due() -> None:
    accounts, screens = _Accounts(), [_screen(f"s{n % 3}") for n in range(9)]
    watch = _watch(accounts, *screens)
    begun = monotonic()
    await watch.look(begun + PING_SECONDS - 1)
    assert accounts.asked == []
    await watch.look(begun + PING_SECONDS + 1)
    assert accounts.asked == [{"s0", "s1", "s2"}]
    assert {tuple(one.line.said) for one in screens} == {("ping", "ping")}


async def test_who_may_not_stay_is_ended_alone() -> None:
    gone, stays = _screen("gone"), _screen("stays")
    watch = _watch(_Accounts(gone=frozenset({"gone"})), gone, stays)
    await watch.look(monotonic() + PING_SECONDS)
    assert (gone.line.ended, stays.line.ended) == (SIGNED_OUT, None)


async def test_a_screen_that_is_silent_for_too_long_is_gone() -> None:
    silent, speaks = _screen("s"), _screen("s")
    watch = _watch(_Accounts(), silent, speaks)
    now = silent.heard + MOST_SILENCE + 1
    speaks.heard = now
    await watch.look(now)
    assert (silent.line.ended, speaks.line.ended) == (RESYNC, None)


async def test_a_session_is_asked_for_when_it_ends_not_a_round_later() -> None:
    accounts = _Accounts(gone=frozenset({"short"}))
    short = _screen("short", expires=NOW.timestamp() + 2)
    watch = _watch(accounts, short)
    await watch.look(monotonic() + 3)
    assert short.line.ended == SIGNED_OUT


async def test_whose_line_has_ended_is_let_go_of_without_a_question() -> None:
    accounts, screen = _Accounts(), _screen("s")
    watch = _watch(accounts, screen)
    screen.line.end(RESYNC)
    await watch.look(monotonic() + PING_SECONDS)
    assert accounts.asked == []
    assert screen.let_go
    assert watch._due == []


async def test_a_socket_that_hangs_in_a_send_is_closed_when_its_line_ends() -> None:
    """A peer that is gone without a word: its buffers are full, and no send returns."""
    accounts = _Accounts(gone=frozenset({"s"}))
    watch, line, closed = _watch(accounts), _HangingLine(), list[int]()

    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    async def close(code: int) -> None:
        closed.append(code)

    socket = SimpleNamespace(
        send_text=hangs, receive_text=hangs, close=close, client=None, headers={}
    )
    switchboard = SimpleNamespace(join=lambda *_: line, leave=lambda _: None)
    parts = SimpleNamespace(
        watch=watch,
        switchboard=switchboard,
        config=SimpleNamespace(proxies=0),
        views=SimpleNamespace(changes=_nothing),
        signals=SimpleNamespace(),
    )
    serving = asyncio.create_task(
        feed._serve(socket, parts, _screen("s").caller, "feed", 0)  # type: ignore[arg-type]  # fakes
    )
    await eventually(lambda: line.sending)
    await watch.look(monotonic() + PING_SECONDS)
    await asyncio.wait_for(serving, 10)
    assert closed == [SIGNED_OUT]


async def _nothing(*_: object) -> tuple[list[str], bool]:
    return [], False


class _HangingLine(_Line):
    """Has one frame to be sent."""

    sending = False

    async def next(self) -> list[tuple[int | None, str]]:
        self.sending = True
        return [(None, "{}")]


@pytest.mark.parametrize(
    ("error", "code"), [(None, SIGNED_OUT), (psycopg.OperationalError("the server is gone"), None)]
)
async def test_screens_stay_open_while_nobody_can_tell_who_they_are(
    error: Exception | None, code: int | None
) -> None:
    screen = _screen("s")
    watch = _watch(_Accounts(gone=frozenset({"s"}), error=error), screen)
    await watch.look(monotonic() + PING_SECONDS)
    assert screen.line.ended == code
