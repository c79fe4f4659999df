"""Who lives in the rig: two organisations with short tempers, so that every timer rings in time."""

from schemas.base import TenantId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    Route,
)
from schemas.queue_options import QueueOptions
from services.ops.directory import Directory
from tests.simulation.town import DESKS, LINES, PEOPLE, TENANT_OF, Desk, Line

__all__ = ["CUSTOMERS", "DESKS", "LINES", "PEOPLE", "TENANT_OF"]
#: Outside phones; enough that a short run meets each now and then.
CUSTOMERS = tuple(f"+1202555{number:04}" for number in range(100, 130))
_OPTIONS = {
    "support": QueueOptions(
        capacity_per_agent=20,
        claim_idle_seconds=4,
        waiting_alert_seconds=5,
        inactive_close_seconds=60,
        away_logout_seconds=None,
    ),
    "sales": QueueOptions(
        capacity_per_agent=20,
        claim_idle_seconds=2,
        waiting_alert_seconds=None,
        inactive_close_seconds=6,
        last_agent_for_seconds=60,
        away_logout_seconds=None,
    ),
    "help": QueueOptions(
        capacity_per_agent=20,
        claim_idle_seconds=None,
        inactive_close_seconds=None,
        away_logout_seconds=None,
    ),
}


def directories() -> list[Directory]:
    """Give one file's worth for each organisation."""
    return [
        Directory(
            tenant=DefineTenant(tenant_id=TenantId(tenant), name=tenant.title()),
            extension=[
                DefineExtension(
                    extension_id=person,
                    dial=f"10{index}",
                    name=person.title(),
                    roles=("user", "agent", "supervisor"),
                )
                for index, person in enumerate(people)
            ],
            queue=[
                DefineQueue(
                    queue_id=desk.queue,
                    name=desk.queue.title(),
                    agents=desk.agents,
                    supervisors=(desk.supervisor,),
                    options=_OPTIONS[desk.queue],
                )
                for desk in DESKS
                if desk.tenant == tenant
            ],
            number=_numbers(tenant),
        )
        for tenant, people in PEOPLE.items()
    ]


def _numbers(tenant: str) -> list[DefineNumber]:
    queues = [
        DefineNumber(
            number=desk.number,
            accounts=desk.carriers,
            route=Route(kind="queue", queue_id=desk.queue),
        )
        for desk in DESKS
        if desk.tenant == tenant
    ]
    return queues + [
        DefineNumber(
            number=line.number,
            accounts=line.carriers,
            route=Route(kind="extensions", extensions=line.people),
            callers=line.people,
        )
        for line in LINES
        if line.tenant == tenant
    ]


def simulated() -> list[str]:
    """Give our numbers as the simulator takes them."""
    places: tuple[Desk | Line, ...] = (*DESKS, *LINES)
    return [f"{place.number}={place.carriers[0]}={place.tenant}" for place in places]
