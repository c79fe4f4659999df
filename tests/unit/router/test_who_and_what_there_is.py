"""Rules of the directory."""

import msgspec
import pytest

from schemas.base import ExtensionId, Number, QueueId, TenantId
from schemas.directory import (
    DefineTenant,
    ExtensionDefined,
    NumberDefined,
    QueueDefined,
    Route,
    TenantDefined,
)
from schemas.queue import ConfigureQueue
from schemas.queue_options import QueueOptions
from services.router.domain.directory import MAX_PEOPLE
from services.router.handlers import RouterHandlers
from tests.support.router_words import (
    ANA,
    BERT,
    DIRECT_LINE,
    QUEUE_LINE,
    SAM,
    SUPPORT,
    extension,
    number,
    office,
    queue,
    tenant,
    to_support,
)
from tests.support.scenario import Scenario

NOBODY = ExtensionId("nobody")


def test_a_tenant_comes_first() -> None:
    scenario = Scenario("router", RouterHandlers())

    assert scenario.when(extension(ANA)).refusal.code == "unknown-tenant"
    assert scenario.when(number()).refusal.code == "unknown-tenant"
    assert scenario.when(queue()).refusal.code == "unknown-tenant"


def test_a_definition_is_one_event_that_says_it_whole() -> None:
    scenario = Scenario("router", RouterHandlers())

    assert scenario.when(tenant()).kinds == ["TenantDefined"]
    told = scenario.when(extension(ANA))

    told.then(
        ExtensionDefined(extension_id=ANA, dial="101", name="Ana", roles=("user",), texting=True)
    )
    assert told.events[0].subject == told.events[0].partitionkey == "extension/ana"
    assert told.answer == {"subject": "extension/ana", "changed": True}


@pytest.mark.parametrize("again", [tenant(), extension(ANA), number(), queue()])
def test_the_same_definition_again_changes_nothing(again: msgspec.Struct) -> None:
    told = office().when(again)

    assert told.is_quiet
    assert told.answer is not None
    assert told.answer["changed"] is False


@pytest.mark.parametrize(
    ("other", "event"),
    [
        (tenant(texting=False), TenantDefined),
        (extension(ANA, texting=False), ExtensionDefined),
        (number(texting=False), NumberDefined),
        (queue(agents=(ANA,)), QueueDefined),
    ],
)
def test_another_definition_replaces_the_first(other: msgspec.Struct, event: type) -> None:
    assert type(office().when(other).facts[0]) is event


def test_a_tenant_defines_nobody_but_itself() -> None:
    told = office().when(DefineTenant(tenant_id=TenantId("other"), name="Other"))

    assert told.refusal.code == "unknown-tenant"


@pytest.mark.parametrize("what", [extension(ANA), number(), queue(agents=())])
def test_nobody_takes_what_another_tenant_has(what: msgspec.Struct) -> None:
    scenario = office()
    rival = DefineTenant(tenant_id=TenantId("rival"), name="Rival")
    scenario.given(scenario.wrap(rival, tenant="rival"))

    told = scenario.when(scenario.wrap(what, tenant="rival"))

    assert told.refusal.code == "taken"


@pytest.mark.parametrize(
    "stranger",
    [
        number(callers=(ANA, NOBODY)),
        number(route=Route(kind="extensions", extensions=(NOBODY,))),
        queue(agents=(NOBODY,)),
    ],
)
def test_only_known_extensions_are_named(stranger: msgspec.Struct) -> None:
    refusal = office().when(stranger).refusal

    assert refusal.code == "unknown-extension"
    assert refusal.detail == {"extension": NOBODY}


def test_a_supervisor_is_known_too() -> None:
    scenario = Scenario("router", RouterHandlers()).given(tenant(), extension(ANA), extension(BERT))

    assert scenario.when(queue()).refusal.detail == {"extension": SAM}


def test_a_list_of_people_has_an_end() -> None:
    many = tuple(ExtensionId(f"e{index}") for index in range(MAX_PEOPLE + 1))

    assert office().when(queue(agents=many)).refusal.code == "too-many-people"


@pytest.mark.parametrize("written", ["4155550101", "+0155550101", "+1415555010112345", "+14x", ""])
def test_a_number_is_in_international_form(written: str) -> None:
    assert office().when(number(Number(written))).refusal.code == "bad-number"


@pytest.mark.parametrize("route", [Route(kind="extensions"), Route(kind="queue")])
def test_a_number_leads_somewhere(route: Route) -> None:
    assert office().when(number(route=route)).refusal.code == "no-route"


def test_a_number_leads_to_a_known_queue() -> None:
    route = Route(kind="queue", queue_id=QueueId("sales"))

    assert office().when(number(route=route)).refusal.code == "unknown-queue"


@pytest.mark.parametrize(
    "options",
    [
        QueueOptions(claim_idle_seconds=0),
        QueueOptions(waiting_alert_seconds=2_592_001),
        QueueOptions(inactive_close_seconds=-1),
        QueueOptions(away_logout_seconds=0),
        QueueOptions(last_agent_for_seconds=2_592_001),
        QueueOptions(capacity_per_agent=0),
        QueueOptions(capacity_per_agent=1_001),
        QueueOptions(offer_for_seconds=0),
        QueueOptions(overflow_after_seconds=2_592_001),
    ],
)
def test_a_queues_values_have_a_range(options: QueueOptions) -> None:
    refusal = office().when(queue(options=options)).refusal

    assert refusal.code == "bad-option"
    assert getattr(options, refusal.detail["option"]) != getattr(
        QueueOptions(), refusal.detail["option"]
    )


@pytest.mark.parametrize(
    "options", [QueueOptions(claim_idle_seconds=1), QueueOptions(claim_idle_seconds=None)]
)
def test_a_queues_value_may_be_a_second_or_off(options: QueueOptions) -> None:
    assert office().when(queue(options=options)).kinds == ["QueueDefined"]


def test_a_queue_is_told_its_definition() -> None:
    told = office().when(queue((BERT,), QueueOptions(capacity_per_agent=9)))

    assert told.wishes == [
        ConfigureQueue(
            queue_id=SUPPORT,
            name="Support",
            agents=(BERT,),
            supervisors=(SAM,),
            options=QueueOptions(capacity_per_agent=9),
        )
    ]
    assert told.commands[0].partitionkey == SUPPORT


def test_the_directory_refolds_to_the_same_parts() -> None:
    scenario = office().given(number(DIRECT_LINE, route=to_support()), number(QUEUE_LINE))

    assert scenario.refolded() == scenario.parts()
