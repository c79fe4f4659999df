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
    Role,
    Route,
)
from schemas.queue_options import AutomaticTexts, QueueOptions

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


#: A queue that offers, greets and is impatient, its two agents and who supervises it.
RECEPTION, RECEPTION_NUMBER = QueueId("reception"), Number("+14155590100")
ADA, BEN, SUE = (ExtensionId(f"reception-{name}") for name in ("ada", "ben", "sue"))
_RECEPTIONISTS: tuple[tuple[ExtensionId, str, str, tuple[Role, ...]], ...] = (
    (ADA, "291", "Ada", ("user", "agent")),
    (BEN, "292", "Ben", ("user", "agent")),
    (SUE, "293", "Sue", ("user", "supervisor")),
)
#: How long its agents have to answer, and to accept.
RECEPTION_IDLE_SECONDS, RECEPTION_OFFER_SECONDS = 30, 60
#: Somebody whose number nobody texts, in no queue.
LONER = ExtensionId("desk-loner")
#: Who administers all of it, and whom they administer: a number of their own, in no queue.
ADMIN, PAT = ExtensionId("desk-admin"), ExtensionId("desk-pat")
#: Who operates it: sees the log of every tenant, and texts nobody.
OPERATOR = ExtensionId("desk-operator")
ADMINS_NUMBER = Number("+14155591000")
DESKS = tuple(Desk(index) for index in range(COUNT))
#: Whose list is full, so that nobody else can start anything there.
CROWDED = DESKS[-1]


def extensions() -> list[DefineExtension]:
    """Give the people of all desks, and the loner."""
    return [
        DefineExtension(extension_id=LONER, dial="299", name="Lone", roles=("user",)),
        *(
            DefineExtension(extension_id=who, dial=dial, name=name, roles=roles)
            for who, dial, name, roles in _RECEPTIONISTS
        ),
        DefineExtension(
            extension_id=ADMIN, dial="290", name="Robin Admin", roles=("user", "admin")
        ),
        DefineExtension(extension_id=OPERATOR, dial="296", name="Olga", roles=("user", "operator")),
        DefineExtension(extension_id=PAT, dial="295", name="Pat", roles=("user",)),
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
        _reception(),
        *(_desk_queue(desk, queue, name) for desk in DESKS for queue, name in _named(desk)),
    ]


def _named(desk: Desk) -> tuple[tuple[QueueId, str], ...]:
    return (desk.support, "Support"), (desk.sales, "Sales")


def _desk_queue(desk: Desk, queue: QueueId, name: str) -> DefineQueue:
    return DefineQueue(
        queue_id=queue,
        name=name,
        agents=(desk.alice, desk.dana),
        supervisors=(),
        options=QueueOptions(capacity_per_agent=200),
    )


def _reception() -> DefineQueue:
    return DefineQueue(
        queue_id=RECEPTION,
        name="Reception",
        agents=(ADA, BEN),
        supervisors=(SUE,),
        options=QueueOptions(
            claim_idle_seconds=RECEPTION_IDLE_SECONDS,
            distribution="offer",
            offer_for_seconds=RECEPTION_OFFER_SECONDS,
            texts=AutomaticTexts(greeting="Welcome to {queue}, one moment please."),
        ),
    )


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
    reception = DefineNumber(
        number=RECEPTION_NUMBER,
        accounts=("telnyx",),
        route=Route(kind="queue", queue_id=RECEPTION),
    )
    administered = DefineNumber(
        number=ADMINS_NUMBER,
        accounts=("twilio",),
        route=Route(kind="extensions", extensions=(ADMIN,)),
        callers=(ADMIN,),
    )
    return [*own, *shared, reception, administered]
