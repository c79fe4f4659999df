"""Rules of named groups: who changes them, and how outside people take part."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from schemas.base import ExtensionId
from schemas.conversation import (
    ConversationStarted,
    MessageReceived,
    MessageSubmitted,
    StartConversation,
)
from schemas.group import (
    AddParticipants,
    Group,
    GroupReached,
    GroupRenamed,
    LeaveGroup,
    ParticipantLeft,
    ParticipantRemoved,
    ParticipantsAdded,
    RemoveParticipant,
    RenameGroup,
)
from services.router.domain.groups import MAX_NAME, MAX_OUTSIDE
from tests.support.group_words import answers_of, does, facts_of, mixed, settle, starts_mixed
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    QUEUE_LINE,
    SAM,
    TOLL_FREE,
    ended,
    extension,
    number,
    office,
    opted_out_there,
    retry,
    says,
    starts_direct,
    starts_group,
    starts_sms,
    texts,
)
from tests.support.scenario import START

LATER = timedelta(seconds=30)


def test_a_group_with_outside_people_is_started_from_a_number() -> None:
    story = office()
    heard = does(story, starts_mixed(ANA, BERT))

    (started,) = heard[0].facts
    assert (started.kind, started.number, started.counterparts) == (
        "group",
        DIRECT_LINE,
        (CUSTOMER,),
    )
    assert [type(fact) for fact in facts_of(heard)] == [ConversationStarted, GroupReached]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (starts_mixed(SAM, BERT), "not-your-number"),
        (starts_mixed(ANA, BERT, outside=("nonsense",)), "bad-number"),
        (starts_mixed(ANA, BERT, outside=(str(DIRECT_LINE),)), "our-own-number"),
        (starts_mixed(ANA, outside=()), "nobody-else"),
        (
            starts_mixed(ANA, outside=tuple(f"+141555502{n:02}" for n in range(MAX_OUTSIDE + 1))),
            "too-many-people",
        ),
        (msgspec.structs.replace(starts_mixed(ANA), number=TOLL_FREE), "toll-free-no-group"),
        (msgspec.structs.replace(starts_mixed(ANA), number=QUEUE_LINE), "queue-only"),
        (msgspec.structs.replace(starts_mixed(ANA), number=None), "unknown-number"),
    ],
)
def test_outside_people_whom_nobody_could_text_are_refused(
    wish: StartConversation, code: str
) -> None:
    assert office().when(wish).refusal.code == code


def test_a_message_is_chat_for_members_and_a_text_in_its_authors_name_for_the_others() -> None:
    story, group = mixed(BERT, outside=(CUSTOMER, FRIEND))
    said = story.when(says(BERT, "Lunch?", group)).facts[0]

    assert isinstance(said, MessageSubmitted)
    assert (said.text, said.outside_text) == ("Lunch?", "Bert: Lunch?")
    assert (said.via, said.number) == ("sms", DIRECT_LINE)
    assert said.recipients == (CUSTOMER, FRIEND)
    assert set(said.members) == {ANA, BERT}


def test_a_group_of_colleagues_alone_is_chat() -> None:
    story = office()
    group = story.when(starts_group(ANA, BERT)).facts[0].conversation_id
    said = story.when(says(BERT, "Lunch?", group)).facts[0]

    assert (said.via, said.recipients, said.outside_text) == ("chat", (), None)


def test_an_outside_members_answer_reaches_the_group_once_and_nothing_else() -> None:
    story, group = mixed()
    does(story, says(ANA, "Lunch?", group))
    arrived = texts("Yes!")
    heard = facts_of(settle(story, story.when(arrived, at=START + LATER)))
    again = facts_of(settle(story, story.when(arrived, at=START + LATER)))

    (received,) = heard
    assert isinstance(received, MessageReceived)
    assert (received.conversation_id, received.counterpart) == (group, CUSTOMER)
    assert (received.position, set(received.members)) == (2, {ANA, BERT})
    assert again == []


def test_an_answer_goes_to_whatever_texted_the_person_last() -> None:
    story, group = mixed()
    does(story, says(ANA, "Lunch?", group))
    does(story, starts_sms(ANA, CUSTOMER))
    does(story, says(ANA, "Between us", CHAT))
    assert answers_of(story)[-1].conversation_id == CHAT
    does(story, says(BERT, "Everybody?", group))
    assert answers_of(story)[-1].conversation_id == group


def test_what_reaches_the_group_already_is_said_once_on_the_log() -> None:
    story, group = mixed()
    heard = facts_of(does(story, says(ANA, "Lunch?", group)))

    assert [type(fact) for fact in heard] == [MessageSubmitted]


def test_the_newer_of_two_groups_is_answered_until_the_older_one_speaks() -> None:
    story, older = mixed()
    newer = does(story, starts_mixed(BERT, ANA))[0].facts[0].conversation_id
    assert answers_of(story)[-1].conversation_id == newer
    does(story, says(ANA, "Still here", older))
    assert answers_of(story)[-1].conversation_id == older


def test_a_keyword_speaks_to_the_number_and_is_answered_alone() -> None:
    story, group = mixed(BERT, outside=(CUSTOMER, FRIEND))
    facts = answers_of(story, "STOP")

    assert {getattr(fact, "conversation_id", CHAT) for fact in facts} == {CHAT}
    said = story.when(says(ANA, "Lunch?", group)).facts[0]
    assert said.recipients == (FRIEND,)


def test_where_everybody_outside_has_opted_out_the_members_still_chat() -> None:
    story, group = mixed()
    story.given(opted_out_there(story, DIRECT_LINE, CUSTOMER))
    said = story.when(says(ANA, "Lunch?", group)).facts[0]

    assert (said.via, said.recipients, said.outside_text) == ("chat", (), None)


def test_a_failed_message_of_a_group_is_sent_again_in_the_same_words() -> None:
    story, group = mixed()
    said = story.when(says(BERT, "Lunch?", group)).facts[0]
    story.given(ended(said.message_id, conversation_id=group))
    again = story.when(retry(BERT, said.message_id, group)).facts[0]

    assert (again.text, again.recipients) == ("Bert: Lunch?", (CUSTOMER,))


def test_what_an_outsider_might_mean_by_stop_is_flagged_in_the_group() -> None:
    story, group = mixed()
    kinds = [type(fact).__name__ for fact in answers_of(story, "please stop texting me")]

    assert kinds == ["MessageReceived", "RevocationSuspected"]
    assert group


def test_a_member_renames_the_group() -> None:
    story, group = mixed()
    renamed = story.when(RenameGroup(conversation_id=group, by=BERT, name=" Ops "))

    (event,) = renamed.facts
    assert event == GroupRenamed(
        conversation_id=group,
        by=BERT,
        group=Group(name="Ops", members=(ANA, BERT), number=DIRECT_LINE, counterparts=(CUSTOMER,)),
    )
    assert renamed.answer is not None
    assert renamed.answer["name"] == "Ops"
    again = story.when(RenameGroup(conversation_id=group, by=ANA, name="Ops"))
    assert again.facts == []


def test_members_and_outside_people_are_added_and_hear_from_then_on() -> None:
    story = office()
    group = story.when(starts_group(ANA, BERT)).facts[0].conversation_id
    heard = does(
        story,
        AddParticipants(
            conversation_id=group,
            by=BERT,
            members=(CARO, ANA),
            counterparts=(FRIEND,),
            number=DIRECT_LINE,
        ),
    )
    added = heard[0].facts[0]
    assert isinstance(added, ParticipantsAdded)
    assert (added.members, added.counterparts) == ((CARO,), (FRIEND,))
    assert set(added.group.members) == {ANA, BERT, CARO}

    said = story.when(says(CARO, "Hi", group)).facts[0]
    assert said.recipients == (FRIEND,)
    assert answers_of(story, by=FRIEND)[-1].conversation_id == group


def test_whoever_is_in_already_is_not_added_again() -> None:
    story, group = mixed()
    told = story.when(
        AddParticipants(conversation_id=group, by=ANA, members=(BERT,), counterparts=(CUSTOMER,))
    )
    assert told.facts == []
    assert told.answer is not None


@pytest.mark.parametrize(("by", "admin"), [(ANA, False), (SAM, True)])
def test_the_creator_or_an_admin_takes_one_out(by: ExtensionId, *, admin: bool) -> None:
    story, group = mixed(BERT, CARO)
    if admin:
        story.given(extension(by, roles=("admin",)))
    removed = story.when(RemoveParticipant(conversation_id=group, by=by, member=BERT)).facts[0]

    assert isinstance(removed, ParticipantRemoved)
    assert set(removed.group.members) == {ANA, CARO}
    assert story.when(says(BERT, "Hello?", group)).refusal.code == "unknown-conversation"


def test_an_outside_person_who_was_taken_out_is_texted_no_more_and_heard_elsewhere() -> None:
    story, group = mixed(BERT, outside=(CUSTOMER, FRIEND))
    does(story, RemoveParticipant(conversation_id=group, by=ANA, counterpart=CUSTOMER))

    assert story.when(says(ANA, "Hi", group)).facts[0].recipients == (FRIEND,)
    assert answers_of(story)[-1].conversation_id == CHAT
    assert answers_of(story, by=FRIEND)[-1].conversation_id == group


def test_a_text_on_its_way_while_its_writer_is_taken_out_is_not_lost() -> None:
    story, group = mixed()
    on_its_way = story.when(texts("Wait"), at=START + LATER)
    does(story, RemoveParticipant(conversation_id=group, by=ANA, counterpart=CUSTOMER))

    (received,) = facts_of(settle(story, on_its_way))
    assert received.conversation_id == group


def test_a_member_leaves_and_the_last_one_lets_the_outside_people_go() -> None:
    story, group = mixed()
    left = does(story, LeaveGroup(conversation_id=group, by=ANA))[0].facts[0]
    assert isinstance(left, ParticipantLeft)
    assert left.group.members == (BERT,)
    assert answers_of(story)[-1].conversation_id == group

    does(story, RemoveParticipant(conversation_id=group, by=BERT, member=BERT))
    assert answers_of(story)[-1].conversation_id == CHAT


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (lambda id_: RenameGroup(conversation_id=id_, by=CARO, name="x"), "unknown-conversation"),
        (lambda id_: RenameGroup(conversation_id=id_, by=ANA, name="  "), "empty-message"),
        (
            lambda id_: RenameGroup(conversation_id=id_, by=ANA, name="x" * (MAX_NAME + 1)),
            "too-long",
        ),
        (
            lambda id_: RemoveParticipant(conversation_id=id_, by=BERT, member=ANA),
            "not-your-group",
        ),
        (lambda id_: RemoveParticipant(conversation_id=id_, by=ANA, member=SAM), "not-in-group"),
        (lambda id_: LeaveGroup(conversation_id=id_, by=CARO), "unknown-conversation"),
        (
            lambda id_: AddParticipants(
                conversation_id=id_, by=ANA, members=(ExtensionId("nobody"),)
            ),
            "unknown-extension",
        ),
        (
            lambda id_: AddParticipants(conversation_id=id_, by=ANA, counterparts=("nonsense",)),
            "bad-number",
        ),
        (lambda _: RenameGroup(conversation_id=CHAT, by=ANA, name="x"), "not-a-group"),
    ],
)
def test_what_may_not_be_done_to_a_group_is_refused(wish: Any, code: str) -> None:  # noqa: ANN401 - one of four wishes
    story, group = mixed()
    does(story, starts_sms(ANA, CUSTOMER))

    assert story.when(wish(group)).refusal.code == code


def test_a_direct_chat_is_no_group() -> None:
    story = office()
    chat = story.when(starts_direct(ANA, BERT)).facts[0].conversation_id

    told = story.when(AddParticipants(conversation_id=chat, by=ANA, members=(CARO,)))
    assert told.refusal.code == "not-a-group"


def test_a_number_that_was_turned_off_keeps_the_group_from_texting() -> None:
    story, group = mixed()
    story.given(number(texting=False))

    assert story.when(says(ANA, "Hi", group)).refusal.code == "texting-off"
