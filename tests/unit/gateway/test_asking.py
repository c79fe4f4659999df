"""A wish is answered by its decision, by "not yet", or by "the log is away"; never by a guess."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from schemas import codec
from schemas.answer import CommandAccepted, CommandRefused
from schemas.base import ExtensionId, QueueId
from schemas.queue import LogIn
from services.gateway.adapters import asking as module
from services.gateway.adapters.asking import LogAsking
from services.gateway.domain.scope import Scope
from services.gateway.ports import Accepted, Ask, LogAway, Refusal, Undecided
from services.kernel.clock import Clock
from services.kernel.deciding import Outgoing
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

ASK = Ask(
    command_id="command",
    scope=Scope("acme", ExtensionId("ana")),
    subject="q",
    partition_key="q",
    data=LogIn(queue_id=QueueId("q"), agent_id=ExtensionId("ana")),
)


class _Log:
    """A publisher that acknowledges at once, or never."""

    def __init__(self, *, away: bool = False) -> None:
        self.sent: list[Outgoing] = []
        self._away = away

    async def publish(self, records: Sequence[Outgoing]) -> None:
        if self._away:
            await asyncio.Event().wait()
        self.sent.extend(records)


class _Hub:
    def __init__(self) -> None:
        self.committed = asyncio.Event()
        self.errors: list[BaseException | None] = []

    def next_commit(self) -> asyncio.Event:
        return self.committed

    def broken(self, error: BaseException | None) -> None:
        self.errors.append(error)


class _Remembers:
    def __init__(self) -> None:
        self.rows: list[Any] = []

    @asynccontextmanager
    async def looking(self, scope: Scope) -> AsyncIterator[tuple[Any, str]]:
        del scope
        yield self, "feed"

    async def execute(self, _statement: str, values: Any) -> None:  # noqa: ANN401 - as a driver
        self.rows.append(values)


def _asking(log: _Log, memory: _Remembers | None = None) -> LogAsking:
    return LogAsking(log, Clock(), memory or _Remembers(), _Hub())  # type: ignore[arg-type]  # fakes of three classes


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DECISION_SECONDS", 0.05)
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.05)


async def _answered(asking: LogAsking, data: CommandAccepted | CommandRefused) -> Any:  # noqa: ANN401 - either
    waiting = [asyncio.create_task(asking.ask(ASK)) for _ in range(2)]
    await eventually(lambda: asking.waits_for("command"))
    asking.answered(Story("acme").answers("another", data))
    asking.answered(Story("acme").answers("command", data))
    return await asyncio.gather(*waiting)


async def test_everybody_who_asked_with_the_same_key_gets_the_one_answer() -> None:
    log = _Log()
    answers = await _answered(_asking(log), CommandAccepted(state={"epoch": 1}))

    assert answers == [Accepted({"epoch": 1})] * 2
    record = log.sent[0]
    command = codec.decode(record.value)
    assert (record.topic, record.key) == ("queue-commands", b"q")
    assert (command.id, command.correlation, command.tenant) == ("command", "command", "acme")


async def test_a_refusal_is_an_answer() -> None:
    answers = await _answered(_asking(_Log()), CommandRefused(code="no", text="No."))

    assert answers[0] == Refusal("no", "No.", {})


@pytest.mark.usefixtures("_soon")
async def test_no_answer_in_time_is_undecided_and_remembered() -> None:
    memory = _Remembers()
    asking = _asking(_Log(), memory)

    with pytest.raises(Undecided):
        await asking.ask(ASK)

    assert memory.rows == [("command", "acme", "ana")]
    assert not asking.waits_for("command")


@pytest.mark.usefixtures("_soon")
async def test_a_log_that_is_away_is_said_so_and_then_at_once() -> None:
    asking = _asking(_Log(away=True))
    with pytest.raises(LogAway):
        await asking.ask(ASK)

    await asyncio.sleep(0)
    async with asyncio.timeout(0.04):
        with pytest.raises(LogAway):
            await asking.ask(ASK)


@pytest.mark.usefixtures("_soon")
async def test_settling_looks_again_at_a_commit_and_gives_up_in_time() -> None:
    asking, seen = _asking(_Log()), iter([None, {"id": "c"}])

    async def look() -> dict[str, Any] | None:
        asking._hub.next_commit().set()
        return next(seen)

    async def never() -> dict[str, Any] | None:
        return None

    assert await asking.settled(look) == {"id": "c"}
    asking._hub.committed = asyncio.Event()  # type: ignore[attr-defined]  # the fake's
    assert await asking.settled(never) is None
