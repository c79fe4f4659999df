"""A gateway with a caller-name service: from a text to what the router is told."""

from pathlib import Path

import pytest

from schemas.contact import NoteCallerName
from tests.support.gateway_rig import gateway_rig
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

STRANGER = "+14155550177"


async def test_a_gateway_with_a_service_asks_it_about_whoever_texts(
    kafka: str, prepared: str, tmp_path: Path
) -> None:
    """CONT-03: with a file for a service; the command that the router notes is on the log."""
    file = tmp_path / "names.csv"
    file.write_text(f"{STRANGER},DOE JANE\n", encoding="utf-8")
    async with gateway_rig(kafka, prepared, tmp_path) as rig:
        rig.start(GATEWAY_CALLER_NAMES_FILE=str(file))
        await rig.ready()
        story = Story("names-5")
        story.defines("alice")
        story.starts_sms(members=(story.person("alice"),), counterpart=STRANGER)
        async with rig.decider(lambda _: None, ["directory-commands"]) as asked:
            await rig.tells(story)
            story.receives(1, "Hello", counterpart=STRANGER)
            await rig.tells(story)

            async def noted() -> NoteCallerName | None:
                notes = [one.data for one in asked if one.tenant == "names-5"]
                assert all(isinstance(note, NoteCallerName) for note in notes)
                return notes[0] if notes else None

            note = await eventually(noted, 30, every=0.1)

    assert note is not None
    assert (note.number, note.name, note.source) == (STRANGER, "DOE JANE", "file")
