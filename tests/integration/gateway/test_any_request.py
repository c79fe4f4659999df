"""Schemathesis over the whole API of a real gateway: it answers everything as its document says."""

import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from schemas.answer import CommandAccepted, CommandRefused
from schemas.directory import ExtensionDefined
from schemas.envelope import Envelope
from tests.support.any_request import ask_anything
from tests.support.gateway_contacts import acquainted, contact_id
from tests.support.gateway_office import shown
from tests.support.gateway_oversight import overseen
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_scheduled import planned, scheduled_id
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning
from tests.support.media_desk import MediaDesk

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(700),
    pytest.mark.asyncio(loop_scope="module"),
]
TENANT = "asked"
COMMANDS = [f"{one}-commands" for one in ("conversation", "directory", "queue", "notification")]
#: One wish in so many is granted, and waits a second to be seen; the others are refused at once.
GRANTED = 128


def _judge(command: Envelope[Any]) -> CommandAccepted | CommandRefused:
    if zlib.crc32(command.id.encode()) % GRANTED == 0:
        return CommandAccepted(state={})
    return CommandRefused(code="not-today", text="Not today.", detail={})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(rig: GatewayRig, media: MediaDesk) -> AsyncIterator[Story]:
    """A busy office with an admin, whose gateway counts nobody's requests."""
    rig.kill()
    rig.start(GATEWAY_REQUESTS="1000000", GATEWAY_MEDIA_URL=media.address)
    await rig.ready()
    told = acquainted(planned(a_busy_morning(TENANT)))
    admin = told.person("admin")
    defined = ExtensionDefined(
        extension_id=admin,
        dial="199",
        name="Root",
        roles=("user", "admin", "operator"),
        texting=True,
    )
    told.tell(f"extension/{admin}", f"extension/{admin}", defined)
    await rig.tells(told)
    async with rig.person(told, "admin") as person:
        await shown(person, "/admin/numbers")
    async with rig.decider(_judge, COMMANDS):
        yield told


def _known(story: Story) -> dict[str, list[str]]:
    """Name what there is, by the parameter that names it."""
    return {
        "conversation_id": [story.conversation_id()],
        "message_id": [story.message_id(1), story.message_id(2)],
        "queue_id": [story.queue_id],
        "extension_id": [story.person("alice"), story.person("bert")],
        "number": [story.number, CUSTOMER],
        "held_id": [overseen(story, CUSTOMER).held_id],
        "scheduled_id": [scheduled_id(story)],
        "contact_id": [contact_id(story, "Karen Adams")],
        "index": ["0"],
    }


@pytest.mark.parametrize(
    ("who", "phases"),
    [
        # an admin may ask for everything: the bounds of each parameter are covered once, as admin
        ("admin", ("examples", "coverage", "fuzzing")),
        ("alice", ("examples", "fuzzing")),
    ],
)
async def test_every_answer_is_as_the_document_says(
    rig: GatewayRig, story: Story, who: str, phases: Sequence[str], tmp_path: Path
) -> None:
    """No 5xx, no status, body, type or header that is not told; no bad request that passes."""
    token = await rig.token(story, who)

    wrong = await ask_anything(rig.url, token, _known(story), tmp_path, *phases)

    assert not wrong, wrong[-30_000:]
