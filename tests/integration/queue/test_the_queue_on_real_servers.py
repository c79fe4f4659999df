"""The queue as a process: races of many agents, kill -9, and a clock that runs out meanwhile."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.answer import CommandAccepted, CommandRefused
from schemas.base import ConversationId, ExtensionId
from schemas.envelope import Envelope
from schemas.queue import ClaimLapsed, ClaimRenewed, ConversationClaimed
from schemas.queue_options import QueueOptions
from services.kernel.clock import Clock
from services.queue.handlers import QueueHandlers
from tests.support import infra
from tests.support import queue_words as words
from tests.support.conversing import Conversing, conversing
from tests.support.scenario import Scenario
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

AGENTS = tuple(ExtensionId(f"agent-{index}") for index in range(20))
CHATS = tuple(ConversationId(f"chat-{index}") for index in range(10))
#: A claim goes unanswered for so long, in the tests of the clock.
IDLE = timedelta(seconds=3)
#: Lateness of a timer while the service is up, and after it came back (reliability.md I6).
UP, RECOVERED = timedelta(seconds=1), timedelta(seconds=5)

_words = Scenario("queue", QueueHandlers())
_clock = Clock()
_numbers = iter(range(10**9))


def _says(data: msgspec.Struct, at: datetime | None = None) -> Envelope[Any]:
    envelope = _words.wrap(data, id_=f"command-{next(_numbers)}")
    return msgspec.structs.replace(envelope, time=at or _clock.now())


@pytest.fixture
async def desk(kafka: str, postgres: str, tmp_path: Path) -> AsyncIterator[Conversing]:
    """Start the queue on empty topics and in a database of this very test."""
    with infra.fresh_database(postgres, f"t_queue_{next(_numbers)}") as database:
        async with conversing("queue", kafka, database, tmp_path) as running:
            yield running


async def _open(desk: Conversing, **options: int | None) -> None:
    """Define the queue, log all agents in, and let every customer wait."""
    chosen = msgspec.structs.replace(
        QueueOptions(capacity_per_agent=len(CHATS)), away_logout_seconds=None, **options
    )
    await desk.say(_says(words.configure(agents=AGENTS, options=chosen)))
    await desk.say(*(_says(words.log_in(agent)) for agent in AGENTS))
    await desk.say(*(_says(words.customer_writes(chat)) for chat in CHATS))
    await desk.hears("queue-events", 1 + len(AGENTS) + len(CHATS))


def _events(desk: Conversing, *kinds: type) -> list[Envelope[Any]]:
    """Give the first occurrence of each event, as every consumer does."""
    first: dict[str, Envelope[Any]] = {}
    for event in desk.heard["queue-events"]:
        first.setdefault(event.id, event)
    return [event for event in first.values() if isinstance(event.data, kinds)]


async def _answers(desk: Conversing, commands: Iterable[Envelope[Any]]) -> dict[str, Any]:
    """Wait for a definite answer to each command."""
    wanted = {command.correlation for command in commands}

    async def all_answered() -> dict[str, Any]:
        await desk.listen()
        heard = {a.correlation: a.data for a in desk.heard.get("answers", [])}
        return {id_: heard[id_] for id_ in wanted} if wanted <= heard.keys() else {}

    return await eventually(all_answered, 60)


async def test_many_agents_race_through_a_kill_and_each_conversation_has_one_holder(
    desk: Conversing,
) -> None:
    await _open(desk, claim_idle_seconds=None)
    race = {chat: [_says(words.claim(agent, chat)) for agent in AGENTS] for chat in CHATS}
    everybody = [claim for claims in zip(*race.values(), strict=True) for claim in claims]

    await desk.say(*everybody[: len(everybody) // 2])
    desk.kill()
    await desk.say(*everybody[len(everybody) // 2 :])
    desk.start()
    answers = await _answers(desk, everybody)

    winners = {event.data.conversation_id: event for event in _events(desk, ConversationClaimed)}
    assert len(_events(desk, ConversationClaimed)) == len(CHATS) == len(winners)
    for chat, claims in race.items():
        told = [answers[claim.correlation] for claim in claims]
        won = [answer for answer in told if isinstance(answer, CommandAccepted)]
        lost = [answer for answer in told if isinstance(answer, CommandRefused)]
        assert [answer.state["holder"] for answer in won] == [winners[chat].data.agent_id]
        assert {answer.code for answer in lost} == {"held-by-another"}
        assert {answer.detail["holder"] for answer in lost} == {winners[chat].data.agent_id}
    sequences = [event.sequence for event in _events(desk, object)]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_a_claim_lapses_in_time_and_never_early(desk: Conversing) -> None:
    await _open(desk, claim_idle_seconds=int(IDLE.total_seconds()), waiting_alert_seconds=None)
    claims = [_says(words.claim(AGENTS[0], chat)) for chat in CHATS]
    await desk.say(*claims)

    await eventually(lambda: _heard(desk, ClaimLapsed, len(CHATS)), 30)

    lapses = {event.data.conversation_id: event.time for event in _events(desk, ClaimLapsed)}
    for claim in claims:
        late = lapses[claim.data.conversation_id] - (claim.time + IDLE)
        assert timedelta() <= late <= UP


async def test_a_claim_that_ran_out_during_an_outage_lapses_soon_after(desk: Conversing) -> None:
    await _open(desk, claim_idle_seconds=int(IDLE.total_seconds()), waiting_alert_seconds=None)
    claim = _says(words.claim(AGENTS[0], CHATS[0]))
    await _answers(desk, [await _said(desk, claim)])
    desk.kill()
    await eventually(lambda: _clock.now() > claim.time + IDLE, 10)
    back = _clock.now()
    desk.start()

    await eventually(lambda: _heard(desk, ClaimLapsed, 1), 40)

    [lapsed] = _events(desk, ClaimLapsed)
    assert lapsed.time >= claim.time + IDLE
    # the group's session must run out before its partitions are given again: 6 s in these tests
    assert lapsed.time - back <= RECOVERED + timedelta(seconds=12)


async def test_of_a_reply_and_the_lapse_exactly_one_wins(desk: Conversing) -> None:
    """Replies come 50 ms before to 50 ms after the lapse (reliability.md F30)."""
    await _open(desk, claim_idle_seconds=int(IDLE.total_seconds()), waiting_alert_seconds=None)
    claims = [_says(words.claim(AGENTS[0], chat)) for chat in CHATS]
    await desk.say(*claims)
    await _answers(desk, claims)

    replies = [
        await _reply_about_the_lapse(desk, index, claim) for index, claim in enumerate(claims)
    ]
    await eventually(lambda: _settled(desk, replies), 30)

    renewed = {event.data.conversation_id for event in _events(desk, ClaimRenewed)}
    lapsed = {event.data.conversation_id for event in _events(desk, ClaimLapsed)}
    assert renewed | lapsed == set(CHATS)
    assert renewed & lapsed == set()
    sent = {command.data.conversation_id for command in desk.heard.get("conversation-commands", [])}
    assert sent == renewed
    refused = {a.correlation: a.data for a in desk.heard["answers"]}
    for reply in replies:
        if reply.data.conversation_id in lapsed:
            assert refused[reply.correlation].code == "claim-lapsed"


async def _reply_about_the_lapse(
    desk: Conversing, index: int, claim: Envelope[Any]
) -> Envelope[Any]:
    due = claim.time + IDLE + timedelta(milliseconds=100 * index / (len(CHATS) - 1) - 50)
    await eventually(lambda: _clock.now() >= due, 10, every=0.002)
    reply = words.reply(AGENTS[0], 1, claim.data.conversation_id)
    return await _said(desk, _says(reply))


async def _said(desk: Conversing, command: Envelope[Any]) -> Envelope[Any]:
    await desk.say(command)
    return command


async def _heard(desk: Conversing, kind: type, count: int) -> bool:
    await desk.listen()
    return len(_events(desk, kind)) >= count


async def _settled(desk: Conversing, replies: list[Envelope[Any]]) -> bool:
    await desk.listen()
    ended = {e.data.conversation_id for e in _events(desk, ClaimRenewed, ClaimLapsed)}
    refused = {a.correlation for a in desk.heard["answers"]}
    renewed = {e.correlation for e in _events(desk, ClaimRenewed)}
    return ended == set(CHATS) and {r.correlation for r in replies} <= refused | renewed
