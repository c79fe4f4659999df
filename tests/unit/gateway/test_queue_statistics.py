"""ADM, Q-11: which steps are counted, how figures are shown, and that no cell is a formula."""

from datetime import date, timedelta

import pytest

from schemas import desk, queue
from services.gateway.domain.statistics import COUNTS, SPANS, Days, as_csv, shown
from services.gateway.domain.views import People
from services.gateway.projections.queue_steps import project
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning

DAYS = Days(date(2026, 11, 1), date(2026, 11, 7), "UTC")
PEOPLE = People({"a": {"name": "=Alice", "dial": "101"}, "b": {"name": "Bert", "dial": "102"}},
                lambda _: False)  # fmt: skip
QUEUE = {
    "queue_id": "q", "name": "Support", "agents": ["a", "b"], "logged_in": ["a"],
    "waiting_count": 2, "oldest_at": None,
}  # fmt: skip


def steps(story: Story) -> list[str]:
    return [str(row.values["kind"]) for one in story.told for row in project(one)]


def test_a_morning_is_counted_step_by_step() -> None:
    counted = steps(a_busy_morning("acme"))

    assert counted[:4] == ["queued", "passed", "claimed", "answered"]
    assert {"lapsed", "transferred", "closed"} <= set(counted)


def test_a_customer_who_waits_already_is_not_counted_twice() -> None:
    story = Story("acme")
    story.waits()
    first = story.told[-1].data
    assert isinstance(first, queue.ConversationQueued)
    story.at += timedelta(minutes=5)
    story.queues(
        queue.ConversationQueued(
            queue_id=first.queue_id,
            conversation_id=first.conversation_id,
            partition_key=first.partition_key,
            counterpart=CUSTOMER,
            epoch=1,
            queued_at=first.queued_at,
            agents=(),
        )
    )

    assert steps(story) == ["queued"]


def test_a_conversation_that_moves_on_is_not_counted_as_closed_here() -> None:
    story = Story("acme")
    name = story.conversation_id()
    story.queues(
        desk.ConversationOverflowed(
            queue_id=story.queue_id,
            conversation_id=name,
            epoch=0,
            to_queue_id=story.queue_id,
            queued_at=story.at,
            waited_seconds=600,
        )
    )
    story.queues(
        queue.ConversationClosed(
            queue_id=story.queue_id,
            conversation_id=name,
            epoch=0,
            agent_id=None,
            by=None,
            reason="transferred",
        )
    )

    assert steps(story) == ["overflowed"]


def counted(**row: object) -> dict[str, object]:
    zeroes: dict[str, object] = {**dict.fromkeys(COUNTS, 0), **dict.fromkeys(SPANS)}
    return {"day": None, "agent": None, **zeroes, **row}


def figures() -> dict[str, object]:
    rows = [
        counted(of="agent", agent="a", claimed=2, wait_median=59.6),
        counted(of="day", day="2026-11-02", queued=3, claimed=2),
        counted(of="total", queued=3, claimed=2, wait_p90=90.4),
    ]
    return shown(QUEUE, rows, [{"holder": "b", "holds": 2}], DAYS, PEOPLE)


def test_what_is_measured_is_shown_in_whole_seconds() -> None:
    found = figures()

    assert found["now"] == {"waiting": 2, "oldest_at": None, "claimed": 2, "logged_in": 1}
    assert isinstance(found["total"], dict)
    assert (found["total"]["queued"], found["total"]["wait_p90"]) == (3, 90)
    assert found["total"]["answer_median"] is None


def test_every_agent_is_there_whether_they_did_anything_or_not() -> None:
    agents = figures()["agents"]

    assert isinstance(agents, list)
    assert [(one["agent"]["id"], one["claimed"], one["holds"]) for one in agents] == [
        ("a", 2, 0),
        ("b", 0, 2),
    ]


@pytest.mark.parametrize(
    ("by", "first"), [("day", "2026-11-02,3,2,0,"), ("agent", "'=Alice,0,2,0,")]
)
def test_a_spreadsheet_finds_no_formula(by: str, first: str) -> None:
    head, line, *_ = as_csv(figures(), by).split("\r\n")

    assert head.startswith(f"{by},queued,claimed,")
    assert head.endswith("answer_p90_seconds")
    assert line.startswith(first)
