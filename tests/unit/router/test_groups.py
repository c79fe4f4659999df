"""Rules of named groups: who changes them, and how outside people take part."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import (
    ConversationStarted,
    MessageReceived,
    MessageSubmitted,
    StartConversation,
)
from schemas.envelope import Envelope
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
from tests.support.scenario import START, Scenario, Told

LATER = timedelta(seconds=30)


def starts_mixed(
    by: ExtensionId, *others: ExtensionId, outside: tuple[str, ...] = (CUSTOMER,)
) -> StartConversation:
    return StartConversation(
        kind="group",
        by=by,
        members=others,
        number=DIRECT_LINE,
        counterparts=outside,
        name="Launch",
    )


def _settle(story: Scenario, told: Told) -> list[Told]:
    """Let the router hear what it says to itself, and what follows from that."""
    heard = [told]
    for command in told.commands:
        if command.type.split(".")[0] in {"group", "conversation"}:
            heard += _settle(story, story.when(command))
    return heard


def _does(story: Scenario, item: msgspec.Struct | Envelope[Any]) -> list[Told]:
    return _settle(story, story.when(item))


def _facts(heard: list[Told]) -> list[Any]:
    return [fact for told in heard for fact in told.facts]


def _mixed(*others: ExtensionId, outside: tuple[str, ...] = (CUSTOMER,)) -> tuple[Scenario, Any]:
    """Open the office and start a group of Ana's with outside people."""
    story = office()
    heard = _does(story, starts_mixed(ANA, *(others or (BERT,)), outside=outside))
    started = heard[0].facts[0]
    assert isinstance(started, ConversationStarted)
    return story, started.conversation_id


def _answers(story: Scenario, text: str = "Me too", by: str = CUSTOMER) -> list[Any]:
    """Let an outside person text the group's number, after all that was said so far."""
    arrived = texts(text, counterpart=by)
    return _facts(_settle(story, story.when(arrived, at=START + timedelta(days=1))))


def test_a_group_with_outside_people_is_started_from_a_number() -> None:
    story = office()
    heard = _does(story, starts_mixed(ANA, BERT))

    (started,) = heard[0].facts
    assert (started.kind, started.number, started.counterparts) == (
        "group",
        DIRECT_LINE,
        (CUSTOMER,),
    )
    assert [type(fact) for fact in _facts(heard)] == [ConversationStarted, GroupReached]


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
    story, group = _mixed(BERT, outside=(CUSTOMER, FRIEND))
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
    story, group = _mixed()
    _does(story, says(ANA, "Lunch?", group))
    arrived = texts("Yes!")
    heard = _facts(_settle(story, story.when(arrived, at=START + LATER)))
    again = _facts(_settle(story, story.when(arrived, at=START + LATER)))

    (received,) = heard
    assert isinstance(received, MessageReceived)
    assert (received.conversation_id, received.counterpart) == (group, CUSTOMER)
    assert (received.position, set(received.members)) == (2, {ANA, BERT})
    assert again == []


def test_an_answer_goes_to_whatever_texted_the_person_last() -> None:
    story, group = _mixed()
    _does(story, says(ANA, "Lunch?", group))
    _does(story, starts_sms(ANA, CUSTOMER))
    _does(story, says(ANA, "Between us", CHAT))
    assert _answers(story)[-1].conversation_id == CHAT
    _does(story, says(BERT, "Everybody?", group))
    assert _answers(story)[-1].conversation_id == group


def test_the_newer_of_two_groups_is_answered_until_the_older_one_speaks() -> None:
    story, older = _mixed()
    newer = _does(story, starts_mixed(BERT, ANA))[0].facts[0].conversation_id
    assert _answers(story)[-1].conversation_id == newer
    _does(story, says(ANA, "Still here", older))
    assert _answers(story)[-1].conversation_id == older


def test_a_keyword_speaks_to_the_number_and_is_answered_alone() -> None:
    story, group = _mixed(BERT, outside=(CUSTOMER, FRIEND))
    facts = _answers(story, "STOP")

    assert {getattr(fact, "conversation_id", CHAT) for fact in facts} == {CHAT}
    said = story.when(says(ANA, "Lunch?", group)).facts[0]
    assert said.recipients == (FRIEND,)


def test_where_everybody_outside_has_opted_out_the_members_still_chat() -> None:
    story, group = _mixed()
    story.given(opted_out_there(story, DIRECT_LINE, CUSTOMER))
    said = story.when(says(ANA, "Lunch?", group)).facts[0]

    assert (said.via, said.recipients, said.outside_text) == ("chat", (), None)


def test_a_failed_message_of_a_group_is_sent_again_in_the_same_words() -> None:
    story, group = _mixed()
    said = story.when(says(BERT, "Lunch?", group)).facts[0]
    story.given(ended(said.message_id, conversation_id=group))
    again = story.when(retry(BERT, said.message_id, group)).facts[0]

    assert (again.text, again.recipients) == ("Bert: Lunch?", (CUSTOMER,))


def test_what_an_outsider_might_mean_by_stop_is_flagged_in_the_group() -> None:
    story, group = _mixed()
    kinds = [type(fact).__name__ for fact in _answers(story, "please stop texting me")]

    assert kinds == ["MessageReceived", "RevocationSuspected"]
    assert group


def test_a_member_renames_the_group() -> None:
    story, group = _mixed()
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
    heard = _does(
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
    assert _answers(story, by=FRIEND)[-1].conversation_id == group


def test_whoever_is_in_already_is_not_added_again() -> None:
    story, group = _mixed()
    told = story.when(
        AddParticipants(conversation_id=group, by=ANA, members=(BERT,), counterparts=(CUSTOMER,))
    )
    assert told.facts == []
    assert told.answer is not None


@pytest.mark.parametrize(("by", "admin"), [(ANA, False), (SAM, True)])
def test_the_creator_or_an_admin_takes_one_out(by: ExtensionId, *, admin: bool) -> None:
    story, group = _mixed(BERT, CARO)
    if admin:
        story.given(extension(by, roles=("admin",)))
    removed = story.when(RemoveParticipant(conversation_id=group, by=by, member=BERT)).facts[0]

    assert isinstance(removed, ParticipantRemoved)
    assert set(removed.group.members) == {ANA, CARO}
    assert story.when(says(BERT, "Hello?", group)).refusal.code == "unknown-conversation"


def test_an_outside_person_who_was_taken_out_is_texted_no_more_and_heard_elsewhere() -> None:
    story, group = _mixed(BERT, outside=(CUSTOMER, FRIEND))
    _does(story, RemoveParticipant(conversation_id=group, by=ANA, counterpart=CUSTOMER))

    assert story.when(says(ANA, "Hi", group)).facts[0].recipients == (FRIEND,)
    assert _answers(story)[-1].conversation_id == CHAT
    assert _answers(story, by=FRIEND)[-1].conversation_id == group


def test_a_text_on_its_way_while_its_writer_is_taken_out_is_not_lost() -> None:
    story, group = _mixed()
    on_its_way = story.when(texts("Wait"), at=START + LATER)
    _does(story, RemoveParticipant(conversation_id=group, by=ANA, counterpart=CUSTOMER))

    (received,) = _facts(_settle(story, on_its_way))
    assert received.conversation_id == group


def test_a_member_leaves_and_the_last_one_lets_the_outside_people_go() -> None:
    story, group = _mixed()
    left = _does(story, LeaveGroup(conversation_id=group, by=ANA))[0].facts[0]
    assert isinstance(left, ParticipantLeft)
    assert left.group.members == (BERT,)
    assert _answers(story)[-1].conversation_id == group

    _does(story, RemoveParticipant(conversation_id=group, by=BERT, member=BERT))
    assert _answers(story)[-1].conversation_id == CHAT


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
    story, group = _mixed()
    _does(story, starts_sms(ANA, CUSTOMER))

    assert story.when(wish(group)).refusal.code == code


def test_a_direct_chat_is_no_group() -> None:
    story = office()
    chat = story.when(starts_direct(ANA, BERT)).facts[0].conversation_id

    told = story.when(AddParticipants(conversation_id=chat, by=ANA, members=(CARO,)))
    assert told.refusal.code == "not-a-group"


def test_a_number_that_was_turned_off_keeps_the_group_from_texting() -> None:
    story, group = _mixed()
    story.given(number(texting=False))

    assert story.when(says(ANA, "Hi", group)).refusal.code == "texting-off"


_people = some.sampled_from([ANA, BERT, CARO])
_outside = some.sampled_from([CUSTOMER, FRIEND])
_steps = some.one_of(
    some.builds(lambda by, group: ("says", by, group), _people, some.integers(0, 2)),
    some.builds(lambda who: ("texts", who, 0), _outside),
    some.builds(lambda group: ("leaves", BERT, group), some.integers(0, 1)),
    some.builds(lambda who, group: ("removes", who, group), _outside, some.integers(0, 1)),
    some.builds(lambda who, group: ("adds", who, group), _outside, some.integers(0, 1)),
)


def _step(
    story: Scenario, chats: list[ConversationId], step: tuple[str, str, int]
) -> msgspec.Struct | Envelope[Any]:
    what, who, chat = step
    match what:
        case "says":
            return story.wrap(says(ExtensionId(who), "Hi", chats[chat]))
        case "texts":
            return texts("Hello", counterpart=who)
        case "leaves":
            return LeaveGroup(conversation_id=chats[chat], by=ExtensionId(who))
        case "removes":
            return RemoveParticipant(conversation_id=chats[chat], by=ANA, counterpart=who)
        case _:
            return AddParticipants(
                conversation_id=chats[chat], by=ANA, counterparts=(who,), number=DIRECT_LINE
            )


@settings(max_examples=80, deadline=None)
@given(some.lists(some.tuples(_steps, some.integers(1, 3)), max_size=20))
def test_every_text_is_kept_once_whatever_is_repeated(
    steps: list[tuple[tuple[str, str, int], int]],
) -> None:
    story, first = _mixed(BERT, CARO, outside=(CUSTOMER, FRIEND))
    second = _does(story, starts_mixed(ANA, BERT))[0].facts[0].conversation_id
    chats = [first, second, CHAT]
    arrived: set[str] = set()
    for step, times in steps:
        told = story.when(_step(story, chats, step))
        if step[0] == "texts":
            arrived.add(told.envelope.id)
        for _ in range(times):
            _settle(story, story.when(told.envelope))
            _settle(story, told)

    received = [e.data for e in story.log if isinstance(e.data, MessageReceived)]
    assert len(received) == len({one.message_id for one in received}) == len(arrived)
    for said in (e.data for e in story.log if isinstance(e.data, MessageSubmitted)):
        assert len(said.recipients) == len(set(said.recipients))
    assert story.refolded() == story.parts()
