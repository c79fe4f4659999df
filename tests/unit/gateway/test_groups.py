"""Groups in the read models and in the addresses: whole rows, a line for each person."""

import pytest

from schemas.base import ConversationId, ExtensionId, Number
from schemas.group import Group, GroupRenamed, ParticipantLeft, ParticipantsAdded
from services.gateway.domain.addressing import BadAddress, Start, apart, start
from services.gateway.domain.rows import TABLES
from services.gateway.domain.scope import Scope
from services.gateway.projections import project
from tests.support.gateway_words import Story

ANA, BERT = ExtensionId("ana"), ExtensionId("bert")
OURS = "+14155550101"
LAUNCH = ConversationId("launch")


def _group(*members: ExtensionId) -> Group:
    return Group(
        name="Launch", members=members, number=Number(OURS), counterparts=("+14155550150",)
    )


def test_what_changes_a_group_determines_whole_rows() -> None:
    story = Story("acme")
    renamed = GroupRenamed(conversation_id=LAUNCH, by=ANA, group=_group(ANA, BERT))
    rows = {row.table: row.values for row in project(story.tell("launch", "launch", renamed))}

    assert all(set(values) == set(TABLES[table].columns) for table, values in rows.items())
    assert rows["conversation"]["name"] == "Launch"
    assert rows["audience"]["members"] == (ANA, BERT)
    assert rows["pill"]["about"] == {"by": ANA, "name": "Launch"}


def test_each_person_who_is_added_has_a_line_of_their_own() -> None:
    added = ParticipantsAdded(
        conversation_id=LAUNCH,
        by=ANA,
        members=(BERT,),
        counterparts=("+14155550150",),
        group=_group(ANA, BERT),
    )
    told = Story("acme").tell("launch", "launch", added)
    lines = [row.values for row in project(told) if row.table == "pill"]

    assert [line["about"] for line in lines] == [
        {"by": ANA, "who": BERT},
        {"by": ANA, "who": "+14155550150"},
    ]
    assert len({str(line["pill_id"]) for line in lines}) == 2


def test_whoever_left_sees_it_no_more() -> None:
    left = ParticipantLeft(conversation_id=LAUNCH, by=BERT, group=_group(ANA))
    rows = {row.table: row.values for row in project(Story("acme").tell("launch", "launch", left))}

    assert rows["audience"]["members"] == (ANA,)


def test_a_phone_number_is_told_from_a_colleague() -> None:
    members, counterparts = apart(["bert", "(415) 555-0150", "+14155550150", "102"], OURS)

    assert members == ("bert", "102")
    assert counterparts == ("+14155550150",)


def test_a_mixed_group_is_started_from_a_number() -> None:
    wish = Start("group", ("bert", "+14155550150"), None, "Launch")
    made = start(wish, Scope("acme", ANA), (OURS,), "wish")

    assert made.command.members == (BERT,)
    assert (made.command.number, made.command.counterparts) == (OURS, ("+14155550150",))


def test_outside_people_need_a_number_to_be_texted_from() -> None:
    wish = Start("group", ("bert", "+14155550150"), None, None)

    with pytest.raises(BadAddress, match="no-number"):
        start(wish, Scope("acme", ANA), (), "wish")
    alone = start(Start("group", ("bert",), None, None), Scope("acme", ANA), (OURS,), "wish")
    assert alone.command.number is None
