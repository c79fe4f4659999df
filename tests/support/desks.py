"""Desks of the portal's browser tests: each test sits at one of its own and meets nobody.

At every desk sit portal.md §8's A and B, "Alice" with a number and "Dana Lee", both of a "Support"
and a "Sales" queue of their own.
"""

from dataclasses import dataclass

from schemas.base import ExtensionId, Number, QueueId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    Route,
)
from schemas.queue_options import QueueOptions

COUNT = 20


@dataclass(frozen=True)
class Desk:
    """Two people, their number and their queues."""

    index: int

    @property
    def alice(self) -> ExtensionId:
        return ExtensionId(f"desk-{self.index:02}-alice")

    @property
    def dana(self) -> ExtensionId:
        return ExtensionId(f"desk-{self.index:02}-dana")

    @property
    def support(self) -> QueueId:
        return QueueId(f"desk-{self.index:02}-support")

    @property
    def sales(self) -> QueueId:
        return QueueId(f"desk-{self.index:02}-sales")

    @property
    def number(self) -> Number:
        """Alice's own."""
        return Number(f"+1415557{self.index + 1000}")

    @property
    def support_number(self) -> Number:
        return Number(f"+1415558{self.index + 1000}")

    def customer(self, which: int = 0) -> str:
        """An outside number that only this desk hears of."""
        return f"+1628{self.index + 200}{which:04}"


#: Somebody whose number nobody texts, in no queue.
LONER = ExtensionId("desk-loner")
DESKS = tuple(Desk(index) for index in range(COUNT))


def extensions() -> list[DefineExtension]:
    """Give the people of all desks, and the loner."""
    return [
        DefineExtension(extension_id=LONER, dial="299", name="Lone", roles=("user",)),
        *_seated(),
    ]


def _seated() -> list[DefineExtension]:
    return [
        DefineExtension(
            extension_id=who, dial=f"{dial}{desk.index:02}", name=name, roles=("user", "agent")
        )
        for desk in DESKS
        for who, dial, name in ((desk.alice, "3", "Alice"), (desk.dana, "4", "Dana Lee"))
    ]


def queues() -> list[DefineQueue]:
    """Give the queues of all desks."""
    return [
        DefineQueue(
            queue_id=queue,
            name=name,
            agents=(desk.alice, desk.dana),
            supervisors=(),
            options=QueueOptions(capacity_per_agent=200),
        )
        for desk in DESKS
        for queue, name in ((desk.support, "Support"), (desk.sales, "Sales"))
    ]


def numbers() -> list[DefineNumber]:
    """Give the numbers of all desks: Alice's rings at her, the queue's at the queue."""
    own = [
        DefineNumber(
            number=desk.number,
            accounts=("twilio",),
            route=Route(kind="extensions", extensions=(desk.alice,)),
            callers=(desk.alice,),
        )
        for desk in DESKS
    ]
    shared = [
        DefineNumber(
            number=desk.support_number,
            accounts=("telnyx",),
            route=Route(kind="queue", queue_id=desk.support),
        )
        for desk in DESKS
    ]
    return [*own, *shared]
