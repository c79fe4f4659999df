import msgspec

from schemas.queue_options import QueueOptions
from services.queue.domain.state import Waiting
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    CLEO,
    OTHER,
    SUPPORT,
    claim,
    comes_back,
    configure,
    customer_writes,
    desk,
    goes_away,
    held,
    kinds,
    log_in,
    log_out,
    log_out_away,
    place,
    roster,
)
from tests.support.stage import after


def test_an_agent_logs_in_and_is_told_so() -> None:
    stage = desk()

    outcome = stage.tell(log_in(ANA))

    assert kinds(outcome) == ["AgentLoggedIn"]
    assert outcome.answer == {"queue_id": SUPPORT, "logged_in": True}


def test_logging_in_twice_changes_nothing_more() -> None:
    outcome = desk(ANA).tell(log_in(ANA))

    assert kinds(outcome) == []
    assert outcome.answer == {"queue_id": SUPPORT, "logged_in": True}


def test_who_is_no_agent_neither_logs_in_nor_out() -> None:
    assert desk().refusal(log_in(CLEO)).code == "not-an-agent"
    assert desk().refusal(log_out(CLEO)).code == "not-an-agent"


def test_logging_out_gives_back_what_is_held() -> None:
    stage = held()
    stage.tell(customer_writes(OTHER))
    stage.tell(claim(ANA, OTHER))

    outcome = stage.tell(log_out(ANA), after(minutes=1))

    assert kinds(outcome) == ["AgentLoggedOut", "ClaimReleased", "ClaimReleased"]
    assert outcome.answer == {"queue_id": SUPPORT, "logged_in": False}
    assert roster(stage).held == {}
    assert isinstance(place(stage, OTHER).stage, Waiting)


def test_logging_out_keeps_what_is_held_if_asked_so() -> None:
    stage = held()

    assert kinds(stage.tell(log_out(ANA, held="keep"))) == ["AgentLoggedOut"]
    assert roster(stage).held == {ANA: (CHAT,)}


def test_logging_out_twice_changes_nothing_more() -> None:
    stage = held()
    stage.tell(log_out(ANA))

    assert kinds(stage.tell(log_out(ANA))) == []


def test_who_stays_away_is_logged_out_and_lets_go() -> None:
    stage = held(claim_idle_seconds=None)
    stage.tell(goes_away(ANA), after(minutes=1))

    [outcome] = [o for o in stage.ring(after(minutes=16)) if o.events]

    assert kinds(outcome) == ["AgentLoggedOut", "ClaimReleased"]
    logged_out, released = outcome.facts
    assert (logged_out.reason, released.by) == ("away", None)


def test_who_comes_back_in_time_stays() -> None:
    stage = held(claim_idle_seconds=None)
    stage.tell(goes_away(ANA))
    assert kinds(stage.tell(comes_back(ANA), after(minutes=14))) == ["AgentCameBack"]

    assert kinds(stage.tell(log_out_away(ANA, version=1), after(minutes=15))) == []


def test_a_timer_of_an_earlier_absence_changes_nothing() -> None:
    stage = held(claim_idle_seconds=None)
    stage.tell(goes_away(ANA))
    stage.tell(comes_back(ANA), after(minutes=5))
    stage.tell(goes_away(ANA), after(minutes=6))

    assert kinds(stage.tell(log_out_away(ANA, version=1), after(minutes=30))) == []
    assert kinds(stage.tell(log_out_away(ANA, version=2), after(minutes=20))) == []
    assert kinds(stage.tell(log_out_away(ANA, version=2), after(minutes=21)))[0] == "AgentLoggedOut"


def test_being_away_twice_or_back_twice_changes_nothing_more() -> None:
    stage = held()
    stage.tell(goes_away(ANA))
    assert kinds(stage.tell(goes_away(ANA))) == []
    stage.tell(comes_back(ANA))
    assert kinds(stage.tell(comes_back(ANA))) == []


def test_who_is_logged_out_is_not_away() -> None:
    assert kinds(desk().tell(goes_away(ANA))) == []


def test_logging_out_of_the_absent_can_be_off() -> None:
    stage = held(away_logout_seconds=None)
    stage.tell(goes_away(ANA))

    assert kinds(stage.tell(log_out_away(ANA, version=1), after(days=30))) == []


def test_a_new_definition_is_taken_once() -> None:
    stage = desk()
    options = msgspec.structs.replace(QueueOptions(), capacity_per_agent=2)

    assert kinds(stage.tell(configure(options=options))) == ["QueueConfigured"]
    assert kinds(stage.tell(configure(options=options))) == []
    assert roster(stage).options.capacity_per_agent == 2


def test_who_is_removed_from_the_queue_is_logged_out_and_lets_go() -> None:
    stage = held()

    outcome = stage.tell(configure(agents=(BERT,)))

    assert kinds(outcome) == ["QueueConfigured", "AgentLoggedOut", "ClaimReleased"]
    assert roster(stage).logged_in == (BERT,)
    assert isinstance(place(stage).stage, Waiting)


def test_who_is_removed_lets_go_of_what_was_kept_after_logging_out() -> None:
    stage = held()
    stage.tell(log_out(ANA, held="keep"))

    assert kinds(stage.tell(configure(agents=(BERT,)))) == ["QueueConfigured", "ClaimReleased"]
