"""Who lives in the simulation: two organisations, their people, queues, numbers and customers."""

from dataclasses import dataclass
from typing import get_args

import msgspec

from schemas.base import ExtensionId, Number, QueueId, TenantId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    Route,
)
from schemas.queue_options import (
    AutomaticTexts,
    BusinessHours,
    OpenSpan,
    QueueOptions,
    Weekday,
)


@dataclass(frozen=True)
class Desk:
    """A queue, whoever works it, and the number that leads to it."""

    tenant: str
    queue: QueueId
    agents: tuple[ExtensionId, ...]
    supervisor: ExtensionId
    number: Number
    carriers: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A number that leads to people."""

    tenant: str
    number: Number
    people: tuple[ExtensionId, ...]
    carriers: tuple[str, ...]


ANA, BERT, CLEO, DORA = (ExtensionId(name) for name in ("ana", "bert", "cleo", "dora"))
GUS, HANA = ExtensionId("gus"), ExtensionId("hana")
PEOPLE = {
    "acme": (ANA, BERT, CLEO, DORA),
    "globex": (GUS, HANA),
}
DESKS = (
    Desk(
        "acme", QueueId("support"), (ANA, BERT), CLEO, Number("+14155550110"), ("twilio", "telnyx")
    ),
    Desk("acme", QueueId("sales"), (ANA, DORA), CLEO, Number("+14155550111"), ("telnyx",)),
    Desk("globex", QueueId("help"), (GUS, HANA), GUS, Number("+14155550120"), ("bandwidth",)),
)
LINES = (
    Line("acme", Number("+14155550101"), (ANA, BERT), ("bandwidth", "twilio")),
    Line("globex", Number("+14155550121"), (GUS,), ("twilio",)),
)
CUSTOMERS = tuple(f"+1202555{number:04}" for number in range(150, 160))
OFFICE = tuple(OpenSpan(day=day, opens="09:00", closes="17:30") for day in get_args(Weekday))
TEXTS = AutomaticTexts(
    greeting="Welcome to {queue}.",
    nobody_available="Nobody is here now.",
    closed_hours="We are closed.",
    goodbye="Goodbye.",
)
#: Short enough that a run of some days sees every timer ring, and not all alike.
OPTIONS = {
    "support": QueueOptions(
        capacity_per_agent=3,
        overflow_after_seconds=900,
        overflow_queue_id=QueueId("sales"),
        hours=BusinessHours(time_zone="Europe/Madrid", week=OFFICE),
        texts=TEXTS,
    ),
    "sales": QueueOptions(
        capacity_per_agent=2,
        claim_idle_seconds=120,
        waiting_alert_seconds=60,
        inactive_close_seconds=3600,
        last_agent_for_seconds=7200,
        away_logout_seconds=300,
        distribution="offer",
        offer_for_seconds=20,
        texts=TEXTS,
    ),
    "help": QueueOptions(claim_idle_seconds=600, inactive_close_seconds=None),
}
TENANT_OF: dict[str, str] = {
    **{person: tenant for tenant, people in PEOPLE.items() for person in people},
    **{desk.queue: desk.tenant for desk in DESKS},
    **{desk.number: desk.tenant for desk in DESKS},
    **{line.number: line.tenant for line in LINES},
}


class Definition(msgspec.Struct, frozen=True):
    """A definition, by whom, and the entity that it is about."""

    tenant: str
    subject: str
    data: msgspec.Struct


def definitions() -> list[list[Definition]]:
    """Give them in rounds: a later round names what an earlier one defined."""
    tenants = [
        Definition(
            name, f"tenant/{name}", DefineTenant(tenant_id=TenantId(name), name=name.title())
        )
        for name in PEOPLE
    ]
    return [
        tenants,
        _people(),
        _queues(overflowing=False),
        _queues(overflowing=True),
        _numbers(),
    ]


def _people() -> list[Definition]:
    return [
        Definition(
            tenant,
            f"extension/{person}",
            DefineExtension(extension_id=person, dial=f"10{index}", name=person.title()),
        )
        for tenant, people in PEOPLE.items()
        for index, person in enumerate(people)
    ]


def _queues(*, overflowing: bool) -> list[Definition]:
    return [
        Definition(
            desk.tenant,
            f"queue/{desk.queue}",
            DefineQueue(
                queue_id=desk.queue,
                name=desk.queue.title(),
                agents=desk.agents,
                supervisors=(desk.supervisor,),
                options=OPTIONS[desk.queue],
            ),
        )
        for desk in DESKS
        if (OPTIONS[desk.queue].overflow_queue_id is not None) == overflowing
    ]


def _numbers() -> list[Definition]:
    found = [
        Definition(
            desk.tenant,
            f"number/{desk.number}",
            DefineNumber(
                number=desk.number,
                accounts=desk.carriers,
                route=Route(kind="queue", queue_id=desk.queue),
            ),
        )
        for desk in DESKS
    ]
    return found + [
        Definition(
            line.tenant,
            f"number/{line.number}",
            DefineNumber(
                number=line.number,
                accounts=line.carriers,
                route=Route(kind="extensions", extensions=line.people),
                callers=line.people,
            ),
        )
        for line in LINES
    ]
