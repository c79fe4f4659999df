"""Rules of read, unread, closed, open again and muted."""

import msgspec
import pytest

from schemas.conversation import (
    ConversationClosedByMember,
    ConversationMarkedUnread,
    ConversationRead,
    ConversationReopenedByMember,
)
from schemas.muting import (
    ConversationMuted,
    ConversationUnmuted,
    MuteConversation,
    UnmuteConversation,
)
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    QUEUE_LINE,
    QUEUED,
    closes,
    marks_unread,
    office,
    reads,
    reopens,
    says,
    texts,
)

_MARKS = [
    reads(CARO, 1),
    marks_unread(CARO),
    closes(CARO),
    reopens(CARO),
    MuteConversation(conversation_id=CHAT, by=CARO),
    UnmuteConversation(conversation_id=CHAT, by=CARO),
]


def test_a_member_reads_up_to_a_position() -> None:
    told = office().given(texts(), texts()).when(reads(ANA, 1))

    told.then(ConversationRead(conversation_id=CHAT, by=ANA, up_to=1))
    assert told.answer == {
        "conversation_id": CHAT,
        "read_position": 1,
        "marked_unread": False,
        "closed": False,
        "muted": False,
    }


def test_reading_never_goes_back() -> None:
    scenario = office().given(texts(), texts(), reads(ANA, 2))

    told = scenario.when(reads(ANA, 1))

    assert told.is_quiet
    assert told.answer is not None
    assert told.answer["read_position"] == 2


def test_nobody_reads_what_is_not_there_yet() -> None:
    (read,) = office().given(texts()).when(reads(ANA, 99)).facts

    assert read.up_to == 1


def test_one_reads_for_oneself() -> None:
    scenario = office().given(texts(), reads(ANA, 1))

    assert scenario.when(reads(BERT, 1)).kinds == ["ConversationRead"]


def test_unread_is_marked_once_and_ends_with_reading() -> None:
    scenario = office().given(texts(), reads(ANA, 1))

    scenario.when(marks_unread(ANA)).then(ConversationMarkedUnread(conversation_id=CHAT, by=ANA))
    again = scenario.when(marks_unread(ANA))
    assert again.is_quiet
    assert again.answer is not None
    assert again.answer["marked_unread"] is True
    scenario.when(reads(ANA, 1)).then(ConversationRead(conversation_id=CHAT, by=ANA, up_to=1))
    assert scenario.when(reads(ANA, 1)).is_quiet


def test_one_closes_for_oneself_and_opens_again_by_hand() -> None:
    scenario = office().given(texts())

    scenario.when(closes(ANA)).then(ConversationClosedByMember(conversation_id=CHAT, by=ANA))
    assert scenario.when(closes(ANA)).is_quiet
    assert scenario.when(reopens(BERT)).is_quiet
    scenario.when(reopens(ANA)).then(ConversationReopenedByMember(conversation_id=CHAT, by=ANA))
    assert scenario.when(reopens(ANA)).is_quiet


def test_a_colleagues_message_opens_it_again_too() -> None:
    scenario = office().given(texts(), closes(BERT), says(ANA))

    assert scenario.when(reopens(BERT)).is_quiet


def test_one_mutes_for_oneself_and_unmutes_again() -> None:
    """NOTIF-12."""
    scenario = office().given(texts())
    mute = MuteConversation(conversation_id=CHAT, by=ANA)
    unmute = UnmuteConversation(conversation_id=CHAT, by=ANA)

    muted = scenario.when(mute).then(ConversationMuted(conversation_id=CHAT, by=ANA))
    assert muted.answer is not None
    assert muted.answer["muted"] is True
    assert scenario.when(mute).is_quiet
    assert scenario.when(UnmuteConversation(conversation_id=CHAT, by=BERT)).is_quiet
    scenario.when(unmute).then(ConversationUnmuted(conversation_id=CHAT, by=ANA))
    assert scenario.when(unmute).is_quiet


@pytest.mark.parametrize("mark", _MARKS)
def test_only_members_mark(mark: msgspec.Struct) -> None:
    assert office().given(texts()).when(mark).refusal.code == "unknown-conversation"


@pytest.mark.parametrize("mark", _MARKS)
def test_nobody_marks_what_is_not_there(mark: msgspec.Struct) -> None:
    assert office().when(mark).refusal.code == "unknown-conversation"


def test_in_a_queue_anybody_of_the_tenant_marks_for_themselves() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    assert scenario.when(reads(CARO, 1, QUEUED)).kinds == ["ConversationRead"]
    nobody = msgspec.structs.replace(reads(CARO, 1, QUEUED), by="nobody")
    assert scenario.when(nobody).refusal.code == "unknown-extension"
