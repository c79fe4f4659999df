"""The router as a process: the directory in many partitions, a conversation in one, kill -9."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.answer import CommandAccepted, CommandRefused
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.directory import DirectoryCommand
from schemas.envelope import Envelope
from services.kernel.clock import Clock
from services.router.handlers import RouterHandlers
from services.router.handlers.definitions import subject_of
from tests.support import infra
from tests.support.conversing import Conversing, conversing
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    QUEUE_LINE,
    QUEUED,
    SAM,
    extension,
    number,
    queue,
    says,
    tenant,
    texts,
    to_support,
)
from tests.support.scenario import Scenario

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
_TEXTS = 12

_words = Scenario("router", RouterHandlers())
_clock = Clock()
_databases = count(1)


def _command(data: msgspec.Struct, *, key: str, id_: str) -> Envelope[Any]:
    envelope = _words.wrap(data, subject=key, key=key, id_=id_)
    return msgspec.structs.replace(envelope, time=_clock.now())


@pytest.fixture
async def router(kafka: str, postgres: str, tmp_path: Path) -> AsyncIterator[Conversing]:
    name = f"t_router_{next(_databases)}"
    with infra.fresh_database(postgres, name) as database:
        async with conversing("router", kafka, database, tmp_path) as running:
            yield running


async def _open_office(router: Conversing) -> None:
    definitions: tuple[DirectoryCommand, ...] = (
        tenant(),
        *(extension(id_) for id_ in (ANA, BERT, CARO, SAM)),
        queue(),
        number(),
        number(QUEUE_LINE, route=to_support()),
    )
    for index, definition in enumerate(definitions):
        command = _command(definition, key=subject_of(definition), id_=f"define-{index}")
        assert isinstance(await router.answer(command), CommandAccepted)


async def test_texts_keep_their_order_and_stop_holds_through_a_kill(router: Conversing) -> None:
    await _open_office(router)

    story = [texts(str(index)) for index in range(_TEXTS)]
    key = story[0].partitionkey
    await router.say(*story[: _TEXTS // 2])
    router.kill()
    await router.say(*story)  # the first half once more, as carriers do
    router.start()
    await router.hears("conversation-events", _TEXTS + 1)
    reply = _command(says(ANA, "Yes"), key=key, id_="reply")
    assert isinstance(await router.answer(reply), CommandAccepted)
    await router.say(texts("STOP"))
    await router.hears("conversation-events", _TEXTS + 5)
    late = await router.answer(_command(says(ANA, "One more"), key=key, id_="late"))

    assert isinstance(late, CommandRefused)
    assert late.code == "opted-out"
    log = router.heard["conversation-events"]
    said = [e.data for e in log if isinstance(e.data, MessageReceived | MessageSubmitted)]
    assert [one.text for one in said[:_TEXTS]] == [str(index) for index in range(_TEXTS)]
    assert [one.position for one in said] == list(range(1, _TEXTS + 4))
    assert [e.sequence for e in log if e.subject == said[0].conversation_id] == list(
        range(1, _TEXTS + 5)
    )
    assert isinstance(said[-1], MessageSubmitted)
    assert said[-1].purpose == "opt-out-confirmation"


async def test_a_queues_text_waits_and_is_answered_only_through_its_queue(
    router: Conversing,
) -> None:
    await _open_office(router)

    text = texts(number=QUEUE_LINE)
    await router.say(text)
    configured, waiting = (await router.hears("queue-commands", 2))[:2]
    refused = await router.answer(
        _command(says(ANA, "Hi", QUEUED), key=text.partitionkey, id_="past-the-queue")
    )

    assert (configured.type, waiting.type) == (
        "queue.configure-queue.v1",
        "queue.queue-conversation.v1",
    )
    assert waiting.data.conversation_id == QUEUED
    assert isinstance(refused, CommandRefused)
    assert refused.code == "queue-only"
