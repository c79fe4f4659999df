from datetime import timedelta

import pytest

from schemas.base import ConversationId, MessageId, Number, RemoteFile
from schemas.conversation import MessageReceived
from schemas.media import FileRefused, FileStored, RecordFetch, StoredObject
from services.media.domain.fetching import MAX_FILES, MAX_TRIES, Fetch
from services.media.handlers import MediaHandlers
from tests.support.stage import START, Stage

MESSAGE = MessageId("m-1")
CONVERSATION = ConversationId("c-1")
STORED = StoredObject(key="acme/abc", media_type="image/png", size=10, width=2, height=2)


@pytest.fixture
def stage() -> Stage:
    return Stage("media", MediaHandlers())


def _received(files: int) -> MessageReceived:
    return MessageReceived(
        conversation_id=CONVERSATION,
        message_id=MESSAGE,
        position=1,
        number=Number("+14155550101"),
        counterpart="+14155550150",
        text="",
        files=tuple(RemoteFile(url=f"https://m.example.com/{n}.png") for n in range(files)),
        carrier="bandwidth",
        account="main",
        members=(),
    )


def _report(*, retry: bool = False, code: str | None = None, tries: int = 1) -> RecordFetch:
    return RecordFetch(
        conversation_id=CONVERSATION,
        message_id=MESSAGE,
        index=0,
        tries=tries,
        name="0.png",
        original=None if code else STORED,
        code=code,
        retry=retry,
    )


def test_every_file_of_a_message_is_fetched_at_once(stage: Stage) -> None:
    outcome = stage.tell(_received(files=3))

    payloads = [effect.payload for effect in outcome.effects]
    assert [p.wanted.index for p in payloads if isinstance(p, Fetch)] == [0, 1, 2]
    assert {effect.due_at for effect in outcome.effects} == {START}


def test_a_message_without_files_fetches_nothing(stage: Stage) -> None:
    assert stage.tell(_received(files=0)).is_quiet


def test_files_beyond_the_limit_are_refused_by_name(stage: Stage) -> None:
    outcome = stage.tell(_received(files=MAX_FILES + 2))

    assert len(outcome.effects) == MAX_FILES
    assert [fact.code for fact in outcome.facts] == ["too-many-files"] * 2


def test_a_file_that_came_is_stored_once(stage: Stage) -> None:
    stage.tell(_received(files=1))
    stage.tell(_report())
    stage.tell(_report())

    stored = [event.data for event in stage.log if event.source == "media"]
    assert [type(fact) for fact in stored] == [FileStored]


def test_a_file_that_cannot_be_had_is_refused_with_its_reason(stage: Stage) -> None:
    stage.tell(_received(files=1))
    stage.tell(_report(code="blocked-address"))

    assert stage.log[-1].data == FileRefused(
        conversation_id=CONVERSATION, message_id=MESSAGE, index=0, code="blocked-address"
    )


def test_a_passing_trouble_is_tried_again_later(stage: Stage) -> None:
    stage.tell(_received(files=1))

    outcome = stage.tell(_report(retry=True, code="timeout"))

    assert [effect.due_at for effect in outcome.effects] == [START + timedelta(seconds=5)]
    assert outcome.facts == []


def test_the_ladder_has_an_end(stage: Stage) -> None:
    stage.tell(_received(files=1))

    outcome = stage.tell(_report(retry=True, code="timeout", tries=MAX_TRIES))

    assert outcome.effects == []
    assert stage.log[-1].data.code == "timeout"


def test_a_late_trouble_does_not_undo_a_stored_file(stage: Stage) -> None:
    stage.tell(_received(files=1))
    stage.tell(_report())

    assert stage.tell(_report(retry=True, code="timeout")).is_quiet


def test_a_report_about_a_file_that_nobody_wanted_changes_nothing(stage: Stage) -> None:
    assert stage.tell(_report()).is_quiet
