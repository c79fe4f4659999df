"""The people, numbers and queues that end-to-end tests live in, for `tandem directory`.

Alice and Dana are portal.md §8's A and B: Alice has (415) 555-0101 and a toll-free number, both
work Support. Two hundred more work Crowd, which has a number at each carrier.
"""

from pathlib import Path

import msgspec

from schemas.base import ExtensionId, Number, QueueId, TenantId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    Route,
)
from schemas.queue_options import QueueOptions
from services.ops.directory import Directory
from tests.support import desks

TENANT = TenantId("town")
ALICE, DANA, SAM = ExtensionId("alice"), ExtensionId("dana"), ExtensionId("sam")
CROWD = tuple(ExtensionId(f"crowd-{number:03}") for number in range(200))
SUPPORT, SALES, CROWD_QUEUE = QueueId("support"), QueueId("sales"), QueueId("crowd")

ALICES_NUMBER = Number("+14155550101")
TOLL_FREE = Number("+18005550100")
SUPPORT_NUMBER = Number("+14155550110")
SALES_NUMBER = Number("+14155550111")
#: Sam's numbers at the carriers that have group messages.
GROUP_NUMBERS = {
    "telnyx": Number("+14155550102"),
    "bandwidth": Number("+14155550103"),
    "infobip": Number("+14155550104"),
}
#: Our number at each carrier that leads to Crowd.
CROWD_NUMBERS = {
    "twilio": Number("+14155550120"),
    "telnyx": Number("+14155550121"),
    "bandwidth": Number("+14155550122"),
}


def directory() -> Directory:
    """Give the whole town."""
    return Directory(
        tenant=DefineTenant(tenant_id=TENANT, name="Town"),
        extension=[
            DefineExtension(extension_id=ALICE, dial="101", name="Alice", roles=("user", "agent")),
            DefineExtension(
                extension_id=DANA, dial="102", name="Dana Lee", roles=("user", "agent")
            ),
            DefineExtension(extension_id=SAM, dial="100", name="Sam", roles=("user", "supervisor")),
            *(
                DefineExtension(
                    extension_id=one,
                    dial=f"9{one[-3:]}",
                    name=f"Agent {one[-3:]}",
                    roles=("agent",),
                )
                for one in CROWD
            ),
            *desks.extensions(),
        ],
        queue=[
            _queue(SUPPORT, "Support", (ALICE, DANA)),
            _queue(SALES, "Sales", (ALICE, DANA)),
            _queue(CROWD_QUEUE, "Crowd", CROWD),
            *desks.queues(),
        ],
        number=[
            _number(ALICES_NUMBER, "twilio", extensions=(ALICE,), callers=(ALICE,)),
            _number(TOLL_FREE, "twilio", extensions=(ALICE,), callers=(ALICE,), toll_free=True),
            *_group_numbers(),
            _number(SUPPORT_NUMBER, "telnyx", queue_id=SUPPORT),
            _number(SALES_NUMBER, "bandwidth", queue_id=SALES),
            *(
                _number(number, carrier, queue_id=CROWD_QUEUE)
                for carrier, number in CROWD_NUMBERS.items()
            ),
            *desks.numbers(),
        ],
    )


def _group_numbers() -> list[DefineNumber]:
    return [
        _number(number, carrier, extensions=(SAM,), callers=(SAM,))
        for carrier, number in GROUP_NUMBERS.items()
    ]


def write(path: Path) -> Path:
    """Write the town as the file that the launcher takes."""
    path.write_bytes(msgspec.toml.encode(_without_nulls(msgspec.to_builtins(directory()))))
    return path


def _queue(queue_id: QueueId, name: str, agents: tuple[ExtensionId, ...]) -> DefineQueue:
    options = QueueOptions(capacity_per_agent=50)
    return DefineQueue(
        queue_id=queue_id, name=name, agents=agents, supervisors=(SAM,), options=options
    )


def _number(
    number: Number,
    carrier: str,
    *,
    extensions: tuple[ExtensionId, ...] = (),
    queue_id: QueueId | None = None,
    callers: tuple[ExtensionId, ...] = (),
    toll_free: bool = False,
) -> DefineNumber:
    kind = "queue" if queue_id else "extensions"
    return DefineNumber(
        number=number,
        toll_free=toll_free,
        accounts=(carrier,),
        route=Route(kind=kind, extensions=extensions, queue_id=queue_id),  # type: ignore[arg-type]  # one of the two kinds
        callers=callers,
    )


def _without_nulls(value: object) -> object:
    """TOML knows no null: what is absent is left out."""
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(one) for one in value]
    return value
