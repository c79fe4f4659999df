"""Rules of a queue's end: nothing that is open in it is left behind, and nobody is lost after it.

capabilities.md §7.2: deleting a queue with waiting conversations asks where they go.
"""

import msgspec
import pytest

from schemas.base import ConversationId, QueueId
from schemas.desk import QueueRetired, RetireQueue
from schemas.directory import RemoveQueue
from schemas.queue import QueueConversation
from services.queue.domain.state import Closed
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    CLEO,
    OTHER,
    SALES,
    SAM,
    SUPPORT,
    claim,
    close,
    configure,
    customer_writes,
    desk,
    held,
    kinds,
    log_in,
    place,
    roster,
    waiting,
)
from tests.support.stage import START, Stage, after


def retire(*conversations: ConversationId, to: QueueId | None = SALES) -> RetireQueue:
    return RetireQueue(queue_id=SUPPORT, by=SAM, to_queue_id=to, conversations=conversations)


def _beside_sales(stage: Stage) -> Stage:
    stage.tell(configure(SALES, agents=(CLEO,)))
    return stage


def test_a_queue_in_which_nothing_is_open_is_gone_at_once() -> None:
    """ADM-04: everybody is logged out, and the directory hears of it."""
    stage = desk(ANA, BERT)

    told = stage.tell(retire(to=None))

    assert kinds(told) == ["AgentLoggedOut", "AgentLoggedOut", "QueueRetired"]
    assert {one.reason for one in told.facts[:2]} == {"removed"}
    assert told.facts[2] == QueueRetired(queue_id=SUPPORT, name="Support", by=SAM)
    [asked] = told.commands
    assert asked.subject == asked.partitionkey == "queue/support"
    assert asked.data == RemoveQueue(queue_id=SUPPORT, by=SAM)
    assert told.answer is None  # the directory answers, once it has forgotten it


def test_what_waits_and_what_is_held_goes_where_it_is_said_with_its_time() -> None:
    """ADM-04: the first waiting time stays, whoever held it lets go."""
    stage = _beside_sales(held())
    stage.tell(customer_writes(OTHER), after(minutes=1))

    told = stage.tell(retire(CHAT, OTHER), after(minutes=5))

    assert kinds(told) == [
        *("ConversationTransferred", "ConversationClosed") * 2,
        "AgentLoggedOut",
        "AgentLoggedOut",
        "QueueRetired",
    ]
    moved = [one for one in told.wishes if isinstance(one, QueueConversation)]
    assert [(one.queue_id, one.conversation_id) for one in moved] == [(SALES, CHAT), (SALES, OTHER)]
    assert [one.queued_at for one in moved] == [START, after(minutes=1)]
    assert (roster(stage).open, roster(stage).held) == (0, {})
    assert isinstance(place(stage).stage, Closed)


@pytest.mark.parametrize(
    "wish", [retire(), retire(OTHER), retire(CHAT, to=None), retire(CHAT, CHAT, OTHER)]
)
def test_nothing_that_is_open_is_overlooked(wish: RetireQueue) -> None:
    """What came after the admin looked is open too: the admin looks again."""
    stage = _beside_sales(waiting(ANA))
    stage.tell(customer_writes(ConversationId("came-meanwhile")))

    refused = stage.refusal(wish)

    assert (refused.code, refused.detail) == ("queue-in-use", {"open": 2})


def test_what_was_closed_is_open_no_more() -> None:
    stage = held()
    stage.tell(close(ANA))

    assert kinds(stage.tell(retire(CHAT, to=None)))[-1] == "QueueRetired"


def test_what_came_back_is_open_again() -> None:
    stage = held()
    stage.tell(close(ANA))
    stage.tell(customer_writes(message="message-2"), after(minutes=1))

    assert stage.refusal(retire(CHAT, to=None)).code == "queue-in-use"


@pytest.mark.parametrize(
    ("to", "code"), [(SUPPORT, "no-single-target"), (QueueId("nowhere"), "unknown-queue")]
)
def test_it_all_goes_to_another_queue_that_there_is(to: QueueId, code: str) -> None:
    assert waiting().refusal(retire(CHAT, to=to)).code == code


def test_another_tenants_queue_is_neither_deleted_nor_given_customers() -> None:
    stage = waiting()
    stage.tell(configure(SALES, agents=(CLEO,)), tenant="other")

    assert stage.refusal(retire(CHAT)).code == "unknown-queue"
    assert stage.refusal(retire(CHAT), tenant="other").code == "unknown-queue"


def test_nobody_works_a_queue_that_is_no_more() -> None:
    stage = desk(ANA)
    stage.tell(retire(to=None))

    for wish in (log_in(ANA), claim(ANA), retire(to=None)):
        assert stage.refusal(wish).code == "unknown-queue"


def test_who_writes_to_it_afterwards_goes_where_all_of_it_went() -> None:
    """A number may still lead here for a moment: its customers are not lost."""
    stage = _beside_sales(desk(ANA))
    stage.tell(retire())

    told = stage.tell(customer_writes(OTHER), after(minutes=1))

    [sent_on] = told.commands
    assert (sent_on.subject, told.kinds) == (SALES, [])
    assert sent_on.data == msgspec.structs.replace(customer_writes(OTHER), queue_id=SALES)


def test_a_queue_that_is_defined_again_takes_its_own_customers() -> None:
    stage = _beside_sales(desk(ANA))
    stage.tell(retire())
    stage.tell(configure())

    assert kinds(stage.tell(customer_writes(OTHER))) == ["ConversationQueued"]
