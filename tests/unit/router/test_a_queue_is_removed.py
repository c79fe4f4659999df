"""Rules of the directory about a queue that is no more; whether it may end, it decided itself."""

import msgspec

from schemas.base import QueueId
from schemas.directory import QueueDefined, QueueRemoved, RemoveQueue
from schemas.queue_options import QueueOptions
from tests.support.router_words import QUEUE_LINE, SAM, SUPPORT, number, office, queue, to_support

GONE = RemoveQueue(queue_id=SUPPORT, to_queue_id=QueueId("sales"), by=SAM)


def test_a_queue_that_says_so_is_removed_by_whoever_deleted_it() -> None:
    """ADM-04: the event says which it was, where its conversations went, and who did it."""
    told = office().when(GONE)

    told.then(QueueRemoved(queue_id=SUPPORT, name="Support", to_queue_id=GONE.to_queue_id, by=SAM))
    assert told.events[0].subject == "queue/support"
    assert told.answer == {"subject": "queue/support", "changed": True}


def test_saying_it_again_changes_nothing() -> None:
    told = office().given(GONE).when(GONE)

    assert told.is_quiet
    assert told.answer == {"subject": "queue/support", "changed": False}


def test_nothing_is_led_to_it_any_more() -> None:
    gone = office().given(GONE)
    overflowing = msgspec.structs.replace(
        queue(options=QueueOptions(overflow_queue_id=SUPPORT)), queue_id=QueueId("sales")
    )

    refused = gone.when(number(QUEUE_LINE, route=to_support())).refusal
    assert refused.code == "unknown-queue"
    assert gone.when(overflowing).refusal.code == "no-overflow"


def test_it_may_be_defined_again() -> None:
    told = office().given(GONE).when(queue())

    assert [type(one) for one in told.facts] == [QueueDefined]


def test_it_stays_its_tenants() -> None:
    scenario = office().given(GONE)

    assert scenario.when(scenario.wrap(queue(), tenant="other")).refusal.code in {
        "taken",
        "unknown-tenant",
    }
