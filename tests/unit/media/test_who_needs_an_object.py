"""Rules of keeping bytes: as long as a message or an upload needs them, and no longer."""

import pytest

from schemas.base import ConversationId, ExtensionId, MessageId, Number, RemoteFile
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.deletion import MessageDeleted
from schemas.media import (
    FilesForgotten,
    FileStored,
    ForgetFiles,
    HoldObject,
    ObjectHeld,
    ObjectReleased,
    RecordFetch,
    ReleaseObject,
    SentFile,
    StoredObject,
    SweepObject,
)
from services.media.domain.holding import GRACE, Remove
from services.media.handlers import MediaHandlers, to_object
from tests.support.scenario import TENANT, Scenario, Told

CHAT, MESSAGE = ConversationId("c-1"), MessageId("m-1")
KEY = f"{TENANT}/abc"
STORED = StoredObject(key=KEY, media_type="image/png", size=10)
FILE = SentFile(name="a.png", original=STORED)


@pytest.fixture
def media() -> Scenario:
    return Scenario("media", MediaHandlers())


def _tell(media: Scenario, told: Told) -> list[Told]:
    """Let the wishes to ourselves come in."""
    return [media.when(one) for one in told.commands]


def _about(
    media: Scenario, wish: HoldObject | ReleaseObject | SweepObject, source: str = "media"
) -> Told:
    about = to_object(wish, TENANT)
    return media.when(
        media.wrap(wish, subject=about.subject, key=about.partitionkey, source=source)
    )


def _submitted(message_id: MessageId = MESSAGE, *files: SentFile) -> MessageSubmitted:
    return MessageSubmitted(
        conversation_id=CHAT,
        message_id=message_id,
        position=1,
        author=ExtensionId("ana"),
        via="chat",
        text="",
        members=(),
        files=files or (FILE,),
    )


def test_a_file_that_we_send_is_stored_at_once_and_held_by_its_message(media: Scenario) -> None:
    told = media.when(_submitted())

    told.then(
        FileStored(conversation_id=CHAT, message_id=MESSAGE, index=0, name="a.png", original=STORED)
    )
    assert told.wishes == [HoldObject(key=KEY, holder="message/m-1")]
    (held,) = _tell(media, told)
    held.then(ObjectHeld(key=KEY, holder="message/m-1"))
    assert (held.commands, held.effects) == ([], [])


def test_the_same_bytes_twice_in_a_message_are_held_once(media: Scenario) -> None:
    told = media.when(_submitted(MESSAGE, FILE, FILE))

    assert [fact.index for fact in told.facts] == [0, 1]
    assert len(told.wishes) == 1


def test_a_text_without_files_is_none_of_our_business(media: Scenario) -> None:
    plain = _submitted()
    assert media.when(
        MessageSubmitted(
            conversation_id=CHAT,
            message_id=MESSAGE,
            position=1,
            author=plain.author,
            via="chat",
            text="hello",
            members=(),
        )
    ).is_quiet


def test_an_object_goes_with_its_last_message(media: Scenario) -> None:
    for name in ("m-1", "m-2"):
        _tell(media, media.when(_submitted(MessageId(name))))

    (first,) = _tell(media, media.when(ForgetFiles(conversation_id=CHAT, message_id=MESSAGE)))
    first.then(ObjectReleased(key=KEY, holder="message/m-1", last=False))
    assert first.effects == []

    other = ForgetFiles(conversation_id=CHAT, message_id=MessageId("m-2"))
    told = media.when(other)
    told.then(FilesForgotten(conversation_id=CHAT, message_id=MessageId("m-2"), indexes=(0,)))
    (last,) = _tell(media, told)
    last.then(ObjectReleased(key=KEY, holder="message/m-2", last=True))
    (effect,) = last.effects
    assert effect.order_key == KEY
    assert effect.payload == Remove(
        key=KEY, tenant=TENANT, written_before=last.envelope.time - GRACE
    )


def test_a_deleted_message_lets_go_of_its_files(media: Scenario) -> None:
    """DEL-03: gone from the object store too, with the last message that has it."""
    _tell(media, media.when(_submitted()))

    told = media.when(
        MessageDeleted(conversation_id=CHAT, message_id=MESSAGE, position=1, by=ExtensionId("ana"))
    )

    assert told.wishes == [ForgetFiles(conversation_id=CHAT, message_id=MESSAGE)]
    (last,) = _tell(media, *(media.when(one) for one in told.commands))
    last.then(ObjectReleased(key=KEY, holder="message/m-1", last=True))


def test_an_upload_holds_its_object_until_its_message_does(media: Scenario) -> None:
    _about(media, HoldObject(key=KEY, holder="upload/u"))
    _tell(media, media.when(_submitted()))

    assert _about(media, ReleaseObject(key=KEY, holder="upload/u")).effects == []


def test_holding_or_releasing_twice_is_no_news(media: Scenario) -> None:
    for _ in range(2):
        told = _about(media, HoldObject(key=KEY, holder="upload/u"))
    assert told.is_quiet
    for _ in range(2):
        told = _about(media, ReleaseObject(key=KEY, holder="upload/u"))
    assert told.is_quiet


def test_what_was_written_too_lately_is_looked_at_again_later(media: Scenario) -> None:
    told = _about(media, SweepObject(key=KEY))

    (effect,) = told.effects
    assert effect.due_at == told.envelope.time + GRACE
    assert isinstance(effect.payload, Remove)
    assert effect.payload.written_before == told.envelope.time
    _about(media, HoldObject(key=KEY, holder="upload/u"))
    assert _about(media, SweepObject(key=KEY)).is_quiet


def test_forgetting_twice_or_what_has_no_files_releases_nothing_more(media: Scenario) -> None:
    told = media.when(ForgetFiles(conversation_id=CHAT, message_id=MESSAGE))
    assert told.wishes == []
    assert media.when(ForgetFiles(conversation_id=CHAT, message_id=MESSAGE)).is_quiet


def test_a_file_that_comes_in_after_its_message_was_deleted_is_let_go_of(media: Scenario) -> None:
    media.when(_received())
    media.when(ForgetFiles(conversation_id=CHAT, message_id=MESSAGE))

    told = media.when(_report(), at=None)

    assert told.facts == []
    held, released = _tell(media, told)
    held.then(ObjectHeld(key=KEY, holder="message/m-1"))
    assert [type(one.payload) for one in released.effects] == [Remove]


def test_a_file_that_came_in_is_held_by_its_message(media: Scenario) -> None:
    media.when(_received())

    assert media.when(_report()).wishes == [HoldObject(key=KEY, holder="message/m-1")]


def test_what_is_remembered_is_the_fold_of_the_log(media: Scenario) -> None:
    _tell(media, media.when(_received()))
    _tell(media, media.when(_report()))
    _tell(media, media.when(_submitted(MessageId("m-2"))))
    _tell(media, media.when(ForgetFiles(conversation_id=CHAT, message_id=MESSAGE)))

    assert media.refolded() == media.parts()


def _received() -> MessageReceived:
    return MessageReceived(
        conversation_id=CHAT,
        message_id=MESSAGE,
        position=1,
        number=Number("+14155550101"),
        counterpart="+14155550150",
        text="",
        files=(RemoteFile(url="https://m.example.com/a.png"),),
        carrier="bandwidth",
        account="main",
        members=(),
    )


def _report() -> RecordFetch:
    return RecordFetch(
        conversation_id=CHAT, message_id=MESSAGE, index=0, tries=1, name="a.png", original=STORED
    )
