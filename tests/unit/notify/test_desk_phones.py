"""A text appears on its reader's desk phone as well, unless they switched that off."""

import msgspec
import pytest

from schemas.base import ConversationId, ExtensionId
from schemas.directory import ExtensionDefined, PersonalSettings, SettingsChosen
from schemas.notification import (
    ConsiderNotification,
    NotificationDecided,
    NotificationDelivered,
    NotificationFailed,
    RecordPhoneText,
    SubscribePush,
)
from services.notify.domain.telling import MAX_TRIES, RETRY_LADDER
from services.notify.handlers import SIP_MESSAGE, NotifyHandlers, Phoning
from tests.support.scenario import Told
from tests.support.stage import START, Stage

ANA = ExtensionId("ana")
CUSTOMER = "+14155550150"
QUESTION = ConsiderNotification(
    recipient=ANA,
    cause_id="e-1",
    occasion="message",
    conversation_id=ConversationId("c-1"),
    title=CUSTOMER,
    body="Is my order ready?",
    texted=True,
)


@pytest.fixture
def stage() -> Stage:
    stage = Stage("notify", NotifyHandlers(desk_phones=True))
    stage.tell(ExtensionDefined(extension_id=ANA, dial="101", name="Ana", roles=(), texting=True))
    return stage


def _switch(stage: Stage, *, on: bool) -> None:
    stage.tell(SettingsChosen(extension_id=ANA, settings=PersonalSettings(desk_phone=on)))


def _of_phone(told: Told) -> list[tuple[bool, str]]:
    return [
        (one.sent, one.reason)
        for one in told.facts
        if isinstance(one, NotificationDecided) and one.channel == "desk-phone"
    ]


def _rung(told: Told) -> list[Phoning]:
    return [one.payload for one in told.effects if isinstance(one.payload, Phoning)]


def test_a_text_is_shown_on_the_desk_phone_without_anybody_asking_for_it(stage: Stage) -> None:
    """DESK-02."""
    told = stage.tell(QUESTION)

    assert _of_phone(told) == [(True, "switched-on")]
    [phoning] = _rung(told)
    assert (phoning.text.dial, phoning.text.title) == ("101", CUSTOMER)
    assert phoning.text.body == "Is my order ready?"


def test_switched_off_the_phone_hears_nothing_and_the_browser_everything(stage: Stage) -> None:
    """DESK-03."""
    stage.tell(
        SubscribePush(recipient=ANA, endpoint="https://push.example.com/1", p256dh="k", auth="a")
    )
    _switch(stage, on=False)
    told = stage.tell(QUESTION)

    assert _of_phone(told) == [(False, "switched-off")]
    assert [effect.kind for effect in told.effects] == ["web-push"]

    _switch(stage, on=True)
    assert len(_rung(stage.tell(QUESTION))) == 1


def test_a_new_name_leaves_the_switch_and_a_new_switch_what_is_dialled(stage: Stage) -> None:
    _switch(stage, on=False)
    stage.tell(ExtensionDefined(extension_id=ANA, dial="102", name="Bo", roles=(), texting=True))
    assert _of_phone(stage.tell(QUESTION)) == [(False, "switched-off")]
    _switch(stage, on=True)
    [phoning] = _rung(stage.tell(QUESTION))
    assert phoning.text.dial == "102"


def test_a_muted_conversation_is_silent_on_the_phone_too(stage: Stage) -> None:
    told = stage.tell(msgspec.structs.replace(QUESTION, muted=True))
    assert (_of_phone(told), _rung(told)) == ([(False, "muted")], [])


def test_what_no_outside_person_texted_is_nothing_for_a_phone(stage: Stage) -> None:
    told = stage.tell(msgspec.structs.replace(QUESTION, texted=False))
    assert (_of_phone(told), _rung(told)) == ([], [])


def test_without_a_phone_system_there_is_nothing_to_decide() -> None:
    stage = Stage("notify", NotifyHandlers())
    stage.tell(ExtensionDefined(extension_id=ANA, dial="101", name="Ana", roles=(), texting=True))
    assert _of_phone(stage.tell(QUESTION)) == []


def _report(stage: Stage, outcome: str, tries: int = 1) -> Told:
    [phoning] = _rung(stage.tell(QUESTION))
    data = {"text": phoning.text, "tries": tries, "outcome": outcome, "code": "503"}
    return stage.tell(msgspec.convert(data, RecordPhoneText))


def test_what_became_of_it_is_told_once(stage: Stage) -> None:
    [shown] = _report(stage, "delivered").facts
    assert isinstance(shown, NotificationDelivered)
    assert shown.endpoint == "sip:101"
    [failed] = _report(stage, "failed").facts
    assert isinstance(failed, NotificationFailed)
    assert failed.code == "503"


def test_a_phone_system_that_is_away_is_asked_again_and_then_given_up(stage: Stage) -> None:
    told = _report(stage, "retry")
    assert told.facts == []
    [again] = told.effects
    assert (again.kind, again.due_at) == (SIP_MESSAGE, START + RETRY_LADDER[0])
    [given_up] = _report(stage, "retry", MAX_TRIES).facts
    assert isinstance(given_up, NotificationFailed)
