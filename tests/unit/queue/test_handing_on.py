from schemas.queue import OptOutCustomer, QueueConversation
from services.queue.domain.state import Claimed, Closed, Waiting
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    CLEO,
    OTHER,
    PARTITION_KEY,
    SALES,
    SAM,
    SUPPORT,
    claim,
    close,
    configure,
    customer_writes,
    held,
    kinds,
    log_out,
    opts_out,
    place,
    release,
    roster,
    transfer,
    waiting,
)
from tests.support.stage import START, Stage, after


def _two_queues(**options: int | None) -> Stage:
    stage = held(**options)
    stage.tell(configure(SALES, agents=(CLEO,)))
    return stage


def test_a_released_conversation_waits_again_since_the_beginning() -> None:
    stage = held()

    outcome = stage.tell(release(ANA), after(minutes=4))

    assert kinds(outcome) == ["ClaimReleased"]
    assert place(stage).stage == Waiting(since=after(minutes=4), passed=(ANA,))
    assert place(stage).queued_at == START
    assert outcome.answer is not None
    assert (outcome.answer["state"], outcome.answer["holder"]) == ("waiting", None)


def test_a_release_that_is_repeated_changes_nothing_more() -> None:
    stage = held()
    stage.tell(release(ANA))

    assert kinds(stage.tell(release(ANA))) == []


def test_a_supervisor_may_release_what_another_holds() -> None:
    stage = held()

    released = stage.tell(release(SAM)).facts[0]

    assert (released.agent_id, released.by) == (ANA, SAM)


def test_nobody_else_may_release_transfer_or_close() -> None:
    stage = held()
    for wish in (release(BERT), transfer(BERT, to_agent=BERT), close(BERT)):
        refused = stage.refusal(wish)
        assert (refused.code, refused.detail) == ("not-the-holder", {"holder": ANA})


def test_an_outsider_may_not_release_transfer_or_close() -> None:
    stage = held()
    for wish in (release(CLEO), transfer(CLEO, to_agent=BERT), close(CLEO)):
        assert stage.refusal(wish).code == "not-an-agent"


def test_what_is_closed_is_neither_released_nor_handed_on() -> None:
    stage = held()
    stage.tell(close(ANA))

    assert stage.refusal(release(ANA)).code == "already-closed"
    assert stage.refusal(transfer(SAM, to_agent=BERT)).code == "already-closed"


def test_a_transfer_to_an_agent_gives_them_the_next_claim() -> None:
    stage = held()

    outcome = stage.tell(transfer(ANA, to_agent=BERT), after(minutes=5))

    handed, claimed = outcome.facts
    assert (handed.from_agent_id, handed.to_agent_id, handed.epoch) == (ANA, BERT, 1)
    assert (claimed.agent_id, claimed.epoch, claimed.transferred_by) == (BERT, 2, ANA)
    assert place(stage).stage == Claimed(agent_id=BERT, lapses_at=after(minutes=20))
    assert roster(stage).held == {BERT: (CHAT,)}


def test_a_transfer_to_the_holder_changes_nothing() -> None:
    assert kinds(held().tell(transfer(ANA, to_agent=ANA))) == []


def test_a_transfer_needs_an_agent_who_could_claim() -> None:
    stage = held(capacity_per_agent=1)
    assert stage.refusal(transfer(ANA, to_agent=CLEO)).code == "not-an-agent"
    stage.tell(customer_writes(OTHER))
    stage.tell(claim(BERT, OTHER))
    assert stage.refusal(transfer(ANA, to_agent=BERT)).code == "at-capacity"
    stage.tell(log_out(BERT))
    assert stage.refusal(transfer(ANA, to_agent=BERT)).code == "not-logged-in"


def test_a_supervisor_may_hand_a_waiting_conversation_to_an_agent() -> None:
    stage = waiting(ANA)

    outcome = stage.tell(transfer(SAM, to_agent=ANA))

    assert kinds(outcome) == ["ConversationTransferred", "ConversationClaimed"]
    assert place(stage).epoch == 1


def test_an_agent_may_not_hand_on_or_close_what_nobody_holds() -> None:
    stage = waiting(ANA)

    assert stage.refusal(transfer(ANA, to_agent=ANA)).code == "not-the-holder"
    assert stage.refusal(close(ANA)).code == "not-the-holder"


def test_a_transfer_to_another_queue_closes_here_and_waits_there_since_the_beginning() -> None:
    stage = _two_queues()

    outcome = stage.tell(transfer(ANA, to_queue=SALES), after(minutes=5))

    assert kinds(outcome) == ["ConversationTransferred", "ConversationClosed"]
    [moved] = outcome.commands
    assert moved.subject == moved.partitionkey == SALES
    assert moved.data == QueueConversation(
        queue_id=SALES,
        conversation_id=CHAT,
        partition_key=PARTITION_KEY,
        counterpart="+15550199",
        from_queue_id=SUPPORT,
        queued_at=START,
    )
    stage.tell(moved.data, after(minutes=5))
    there = place(stage, queue_id=SALES)
    assert (there.queued_at, there.epoch) == (START, 0)
    assert roster(stage).held == {}


def test_what_the_customer_writes_follows_a_conversation_that_moved() -> None:
    stage = _two_queues()
    stage.tell(transfer(ANA, to_queue=SALES))

    for words in (customer_writes(message="message-2"), opts_out()):
        outcome = stage.tell(words)
        [forwarded] = outcome.commands
        assert (kinds(outcome), forwarded.subject) == ([], SALES)
        assert isinstance(forwarded.data, QueueConversation | OptOutCustomer)
        assert forwarded.data.queue_id == SALES


def test_a_conversation_that_comes_back_waits_here_again_under_rising_epochs() -> None:
    stage = _two_queues()
    moved = stage.tell(transfer(ANA, to_queue=SALES)).commands[0].data
    stage.tell(moved)
    back = QueueConversation(
        queue_id=SUPPORT,
        conversation_id=CHAT,
        partition_key=PARTITION_KEY,
        counterpart="+15550199",
        from_queue_id=SALES,
        queued_at=START,
    )

    assert kinds(stage.tell(back, after(hours=1))) == ["ConversationQueued"]
    assert stage.tell(customer_writes(message="message-2"), after(hours=1)).commands == []
    stage.tell(claim(BERT), after(hours=1))
    assert place(stage).epoch == 2


def test_a_move_that_is_repeated_changes_nothing_more() -> None:
    stage = _two_queues()
    moved = stage.tell(transfer(ANA, to_queue=SALES)).commands[0].data
    stage.tell(moved)

    assert kinds(stage.tell(moved)) == []


def test_a_transfer_to_an_unknown_or_foreign_queue_is_refused() -> None:
    stage = held()
    assert stage.refusal(transfer(ANA, to_queue=SALES)).code == "unknown-queue"
    stage.tell(configure(SALES), tenant="globex")
    assert stage.refusal(transfer(ANA, to_queue=SALES)).code == "unknown-queue"


def test_a_transfer_has_one_target_and_not_this_queue() -> None:
    stage = _two_queues()
    for wish in (
        transfer(ANA),
        transfer(ANA, to_agent=BERT, to_queue=SALES),
        transfer(ANA, to_queue=SUPPORT),
    ):
        assert stage.refusal(wish).code == "no-single-target"


def test_the_holder_closes() -> None:
    stage = held()

    outcome = stage.tell(close(ANA), after(minutes=1))

    assert outcome.facts[0].reason == "agent"
    assert place(stage).stage == Closed(at=after(minutes=1), last_agent_id=ANA)
    assert roster(stage).held == {}


def test_closing_twice_changes_nothing_more() -> None:
    stage = held()
    stage.tell(close(ANA))

    assert kinds(stage.tell(close(ANA))) == []


def test_a_supervisor_closes_what_waits_or_is_held() -> None:
    for stage in (waiting(), held()):
        assert stage.tell(close(SAM)).facts[0].reason == "supervisor"


def test_an_opt_out_closes_whoever_holds_it() -> None:
    for stage in (waiting(), held()):
        assert stage.tell(opts_out()).facts[0].reason == "opt-out"
        assert kinds(stage.tell(opts_out())) == []


def test_an_opt_out_of_a_stranger_changes_nothing() -> None:
    assert kinds(waiting().tell(opts_out(OTHER))) == []
