"""Two tenants with a number at every carrier that the simulator plays, and three customers at each.

Everything that is said has a text of its own, so that whoever looks from outside can count it.
"""

from dataclasses import dataclass

from deploy.local.simulator.cast import SPEAKERS
from schemas.base import ExtensionId, Number, TenantId
from schemas.directory import DefineExtension, DefineNumber, DefineTenant, Route
from services.ops.directory import Directory

TENANTS = (TenantId("north"), TenantId("south"))
#: The last customer of each line withdraws in the middle of it.
CUSTOMERS = 3


@dataclass(frozen=True)
class Line:
    """One number of one tenant at one carrier."""

    tenant: TenantId
    carrier: str
    number: Number
    customers: tuple[str, ...]

    @property
    def leaver(self) -> str:
        """Who says STOP."""
        return self.customers[-1]

    def says(self, customer: str, count: int) -> str:
        """What a customer's text says."""
        return f"in {customer} to {self.number} #{count}"

    def answers(self, customer: str, count: int) -> str:
        """What our text says."""
        return f"out {self.number} to {customer} #{count}"


def owner(tenant: TenantId) -> ExtensionId:
    """Who has all numbers of a tenant."""
    return ExtensionId(f"{tenant}-owner")


def _line(index: int, tenant: TenantId, place: int, carrier: str) -> Line:
    customers = tuple(f"+1202556{index}{place:02}{n}" for n in range(CUSTOMERS))
    return Line(tenant, carrier, Number(f"+1415556{index}{place:02}0"), customers)


LINES = tuple(
    _line(index, tenant, place, carrier)
    for index, tenant in enumerate(TENANTS)
    for place, carrier in enumerate(sorted(SPEAKERS))
)


def directory(tenant: TenantId) -> Directory:
    """Give a tenant with its owner and its numbers."""
    who = owner(tenant)
    return Directory(
        tenant=DefineTenant(tenant_id=tenant, name=tenant.title()),
        extension=[DefineExtension(extension_id=who, dial="100", name="Owner", roles=("user",))],
        number=[
            DefineNumber(
                number=line.number,
                accounts=(line.carrier,),
                route=Route(kind="extensions", extensions=(who,)),
                callers=(who,),
            )
            for line in LINES
            if line.tenant == tenant
        ],
    )
