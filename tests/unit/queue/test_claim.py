from datetime import timedelta

from schemas.base import ExtensionId
from schemas.queue import ClaimLapsed, ConversationClaimed
from services.queue.domain.state import Claimed, Waiting
from services.queue.handlers import QueueHandlers
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    CLEO,
    OTHER,
    SUPPORT,
    claim,
    close,
    configure,
    customer_writes,
    held,
    kinds,
    lapse,
    log_in,
    log_out,
    place,
    reply,
    roster,
    waiting,
)
from tests.support.stage import START, Stage, after

IDLE = timedelta(minutes=15)


def test_an_agent_who_is_logged_in_gets_a_waiting_conversation() -> None:
    stage = waiting(ANA)

    outcome = stage.tell(claim(ANA), after(minutes=2))

    assert [event.data for event in outcome.events] == [
        ConversationClaimed(
            queue_id=SUPPORT,
            conversation_id=CHAT,
            agent_id=ANA,
            epoch=1,
            queued_at=START,
            lapses_at=after(minutes=17),
        )
    ]
    assert roster(stage).held == {ANA: (CHAT,)}


def test_whoever_claims_is_told_how_it_stands() -> None:
    outcome = waiting(ANA).tell(claim(ANA))

    assert outcome.answer == {
        "queue_id": SUPPORT,
        "conversation_id": CHAT,
        "state": "claimed",
        "epoch": 1,
        "holder": ANA,
        "queued_at": "2026-11-20T09:00:00Z",
        "lapses_at": "2026-11-20T09:15:00Z",
        "closes_at": None,
    }


def test_the_loser_of_a_race_learns_who_won() -> None:
    refused = held().refusal(claim(BERT))

    assert refused.code == "held-by-another"
    assert refused.detail["holder"] == ANA
    assert refused.text == "Already claimed by ana."


def test_a_double_click_is_not_a_second_claim() -> None:
    stage = held()

    outcome = stage.tell(claim(ANA), after(seconds=1))

    assert kinds(outcome) == []
    assert outcome.answer is not None
    assert outcome.answer["epoch"] == 1


def test_who_is_no_agent_of_the_queue_is_refused() -> None:
    assert waiting(ANA).refusal(claim(CLEO)).code == "not-an-agent"


def test_who_is_logged_out_is_refused() -> None:
    assert waiting(ANA).refusal(claim(BERT)).code == "not-logged-in"


def test_who_holds_as_many_as_the_queue_allows_is_refused() -> None:
    stage = held(capacity_per_agent=1)
    stage.tell(customer_writes(OTHER))

    refused = stage.refusal(claim(ANA, OTHER))

    assert refused.code == "at-capacity"
    assert refused.detail == {"agent": ANA, "capacity": 1}


def test_a_closed_conversation_is_not_waiting() -> None:
    stage = held()
    stage.tell(close(ANA))

    assert stage.refusal(claim(BERT)).code == "not-waiting"


def test_a_conversation_that_never_waited_here_is_unknown() -> None:
    assert waiting(ANA).refusal(claim(ANA, OTHER)).code == "unknown-conversation"


def test_a_queue_that_was_never_defined_is_unknown() -> None:
    stage = Stage("queue", QueueHandlers())
    stage.tell(customer_writes())

    assert stage.refusal(claim(ANA)).code == "unknown-queue"


def test_another_tenants_queue_is_unknown() -> None:
    assert waiting(ANA).refusal(claim(ANA), tenant="globex").code == "unknown-queue"


def test_an_overdue_claim_lapses_when_somebody_else_claims() -> None:
    stage = held()

    outcome = stage.tell(claim(BERT), START + IDLE)

    assert kinds(outcome) == ["ClaimLapsed", "ConversationClaimed"]
    assert place(stage).epoch == 2
    assert roster(stage).held == {BERT: (CHAT,)}


def test_an_overdue_claim_makes_room_for_its_own_holder() -> None:
    stage = held(capacity_per_agent=1)

    outcome = stage.tell(claim(ANA), START + IDLE)

    assert kinds(outcome) == ["ClaimLapsed", "ConversationClaimed"]


def test_a_claim_that_goes_unanswered_lapses_and_waits_again_since_the_beginning() -> None:
    stage = held()

    [outcome] = [o for o in stage.ring(START + IDLE) if o.events]

    assert outcome.facts[0] == ClaimLapsed(
        queue_id=SUPPORT,
        conversation_id=CHAT,
        agent_id=ANA,
        epoch=1,
        queued_at=START,
        idle_seconds=900,
    )
    assert place(stage).stage == Waiting(since=START + IDLE, passed=(ANA,))
    assert roster(stage).held == {}


def test_a_lapse_that_rings_early_changes_nothing() -> None:
    stage = held()

    outcome = stage.tell(lapse(epoch=1), START + IDLE - timedelta(milliseconds=1))

    assert kinds(outcome) == []


def test_a_lapse_of_an_earlier_claim_changes_nothing() -> None:
    stage = held()
    stage.tell(lapse(epoch=1), START + IDLE)
    stage.tell(claim(BERT), START + IDLE)

    assert kinds(stage.tell(lapse(epoch=1), START + IDLE)) == []


def test_a_claim_never_lapses_where_lapsing_is_off() -> None:
    stage = held(claim_idle_seconds=None)

    assert place(stage).stage == Claimed(agent_id=ANA, lapses_at=None)
    assert kinds(stage.tell(lapse(epoch=1), after(days=30))) == []


def test_later_messages_do_not_move_the_lapse() -> None:
    stage = held()
    outcome = stage.tell(customer_writes(message="message-2"), after(minutes=10))

    assert outcome.facts[0].lapses_at == START + IDLE


def test_the_first_message_after_an_answer_sets_the_lapse_again() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1), after(minutes=5))

    first = stage.tell(customer_writes(message="message-2"), after(minutes=10))
    second = stage.tell(customer_writes(message="message-3"), after(minutes=20))

    assert [kinds(first), kinds(second)] == [["FollowUpArrived"], ["FollowUpArrived"]]
    assert place(stage).stage == Claimed(agent_id=ANA, lapses_at=after(minutes=25))


def test_a_claim_of_what_is_answered_owes_nothing() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1), after(minutes=1))
    stage.tell(log_out(ANA), after(minutes=2))

    stage.tell(claim(BERT), after(minutes=3))

    assert place(stage).stage == Claimed(agent_id=BERT, lapses_at=None)


def test_of_twenty_agents_one_holds_and_nineteen_are_told_who() -> None:
    stage = waiting()
    crowd = tuple(ExtensionId(f"agent-{index}") for index in range(20))
    stage.tell(configure(agents=crowd))
    for agent_id in crowd:
        stage.tell(log_in(agent_id))
    stage.tell(claim(crowd[7]))

    losers = [stage.refusal(claim(agent)) for agent in crowd if agent != crowd[7]]

    assert {refused.detail["holder"] for refused in losers} == {crowd[7]}
    assert len(losers) == 19
