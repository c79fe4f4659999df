"""Q-05, Q-11: with `offer`, the agent who has been idle longest is asked first, then the next."""

from datetime import timedelta

import msgspec

from schemas.queue_options import QueueOptions
from services.queue.domain.state import Claimed, Waiting
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    CLEO,
    OTHER,
    SAM,
    claim,
    close,
    comes_back,
    configure,
    customer_writes,
    decline,
    desk,
    end_offer,
    goes_away,
    kinds,
    log_in,
    log_out,
    opts_out,
    place,
    release,
    roster,
    transfer,
)
from tests.support.scenario import Told
from tests.support.stage import START, Stage, after

OFFER = timedelta(seconds=30)


def offering(**options: object) -> Stage:
    """Open Support, where Bert logged in a minute before Ana: he has been idle longer."""
    stage = desk(distribution="offer", waiting_alert_seconds=None, **options)
    stage.tell(log_in(BERT), after(minutes=-2))
    stage.tell(log_in(ANA), after(minutes=-1))
    return stage


def asked(told: Told) -> list[tuple[str, str]]:
    """Name whom is offered what by an outcome."""
    return [
        (event.agent_id, event.conversation_id)
        for event, kind in zip(told.facts, told.kinds, strict=True)
        if kind == "ConversationOffered"
    ]


def test_the_longest_idle_is_asked_first() -> None:
    stage = offering()

    told = stage.tell(customer_writes())

    assert kinds(told) == ["ConversationQueued", "ConversationOffered"]
    assert asked(told) == [(BERT, CHAT)]
    assert told.facts[1].ends_at == START + OFFER


def test_then_the_next_and_then_whoever_wants_it() -> None:
    stage = offering()
    stage.tell(customer_writes())

    [first, second] = stage.ring(START + 3 * OFFER)

    assert kinds(first) == ["OfferEnded", "ConversationOffered"]
    assert (first.facts[0].reason, asked(first)) == ("expired", [(ANA, CHAT)])
    assert kinds(second) == ["OfferEnded"]
    assert kinds(stage.tell(claim(BERT), START + 3 * OFFER)) == ["ConversationClaimed"]


def test_an_offer_does_not_end_early() -> None:
    stage = offering()
    stage.tell(customer_writes())

    assert kinds(stage.tell(end_offer(1), START + OFFER - timedelta(microseconds=1))) == []


def test_a_late_timer_of_an_earlier_offer_ends_no_other() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(decline(BERT), after(seconds=10))

    assert kinds(stage.tell(end_offer(1), START + OFFER)) == []
    assert place(stage).stage == Waiting(
        since=START, passed=(BERT,), offered_to=ANA, offer_ends_at=after(seconds=40)
    )


def test_nobody_else_may_claim_what_is_offered() -> None:
    stage = offering()
    stage.tell(customer_writes())

    refused = stage.refusal(claim(ANA))

    assert (refused.code, refused.detail) == ("offered-to-another", {"holder": BERT})


def test_who_is_asked_accepts_by_claiming() -> None:
    stage = offering()
    stage.tell(customer_writes())

    assert kinds(stage.tell(claim(BERT))) == ["ConversationClaimed"]
    assert roster(stage).offered == {}
    assert [kinds(told) for told in stage.ring(START + OFFER)] == [[]]


def test_an_offer_that_is_over_binds_nobody_though_its_timer_is_late() -> None:
    stage = offering()
    stage.tell(customer_writes())

    told = stage.tell(claim(ANA), START + OFFER)

    assert kinds(told) == ["OfferEnded", "ConversationClaimed"]
    assert isinstance(place(stage).stage, Claimed)


def test_who_declines_is_not_asked_again_in_this_wait() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(decline(BERT))

    told = stage.tell(decline(ANA))

    assert kinds(told) == ["OfferEnded"]
    assert kinds(stage.tell(decline(ANA))) == []
    assert stage.refusal(decline(CLEO)).code == "not-an-agent"


def test_one_agent_is_asked_for_one_conversation_at_a_time() -> None:
    stage = offering()
    stage.tell(log_out(ANA))
    stage.tell(customer_writes())

    assert kinds(stage.tell(customer_writes(OTHER))) == ["ConversationQueued"]
    assert asked(stage.tell(claim(BERT))) == [(BERT, OTHER)]


def test_who_comes_later_is_asked_what_waits_since_longest() -> None:
    stage = desk(distribution="offer")
    stage.tell(customer_writes())
    stage.tell(customer_writes(OTHER))

    assert asked(stage.tell(log_in(ANA))) == [(ANA, CHAT)]
    assert asked(stage.tell(log_in(BERT))) == [(BERT, OTHER)]


def test_who_is_away_from_the_screen_is_asked_when_back() -> None:
    stage = offering()
    stage.tell(log_out(BERT))
    stage.tell(goes_away(ANA))

    assert asked(stage.tell(customer_writes())) == []
    assert asked(stage.tell(comes_back(ANA))) == [(ANA, CHAT)]


def test_who_is_full_is_asked_when_there_is_room() -> None:
    stage = offering(capacity_per_agent=1)
    stage.tell(log_out(BERT))
    stage.tell(customer_writes())
    stage.tell(claim(ANA))

    assert asked(stage.tell(customer_writes(OTHER))) == []
    assert asked(stage.tell(close(ANA))) == [(ANA, OTHER)]


def test_what_was_released_is_offered_to_the_others() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(claim(BERT))

    assert asked(stage.tell(release(BERT))) == [(ANA, CHAT)]


def test_whoever_was_busy_last_is_asked_last() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(claim(BERT), after(seconds=1))

    assert asked(stage.tell(customer_writes(OTHER), after(seconds=2))) == [(ANA, OTHER)]


def test_who_logs_out_is_asked_no_longer() -> None:
    stage = offering()
    stage.tell(customer_writes())

    told = stage.tell(log_out(BERT))

    assert kinds(told) == ["AgentLoggedOut", "OfferEnded", "ConversationOffered"]
    assert (told.facts[1].reason, asked(told)) == ("withdrawn", [(ANA, CHAT)])


def test_who_is_taken_off_the_queue_is_asked_no_longer() -> None:
    stage = offering()
    stage.tell(customer_writes())

    told = stage.tell(configure(agents=(ANA,), options=QueueOptions(distribution="offer")))

    assert asked(told) == [(ANA, CHAT)]


def test_a_supervisor_hands_on_what_is_offered() -> None:
    stage = offering()
    stage.tell(customer_writes())

    assert "ConversationClaimed" in kinds(stage.tell(transfer(SAM, to_agent=ANA)))
    assert roster(stage).offered == {}


def test_what_ends_is_offered_to_nobody() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(opts_out())

    assert (roster(stage).offered, roster(stage).backlog) == ({}, ())
    assert [kinds(told) for told in stage.ring(START + OFFER)] == [[]]


def test_the_customers_next_words_change_no_offer() -> None:
    stage = offering()
    stage.tell(customer_writes())

    assert kinds(stage.tell(customer_writes(message="message-2"))) == []


def test_by_default_nobody_is_asked() -> None:
    stage = desk(ANA, BERT)

    assert kinds(stage.tell(customer_writes())) == ["ConversationQueued"]
    assert roster(stage).backlog == ()


def test_what_is_offered_survives_a_refold() -> None:
    stage = offering()
    stage.tell(customer_writes())
    stage.tell(decline(BERT))
    stage.tell(customer_writes(OTHER))

    assert stage.refolded() == stage.parts()
    assert msgspec.json.decode(msgspec.json.encode(roster(stage)), type=type(roster(stage))) == (
        roster(stage)
    )
