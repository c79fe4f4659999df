"""`directory-events` and `directory-commands`: tenants, extensions, numbers, queues. Router's.

Subject and key are the entity: `tenant/<id>`, `extension/<id>`, `number/<e164>`, `queue/<id>`. Each
event carries the whole definition, so that there is no partial update to merge.
"""

from typing import Literal

from schemas.base import Command, Event, ExtensionId, Number, PersonalText, QueueId, TenantId, Value
from schemas.consent import ConsentScope
from schemas.limits import GuardOptions
from schemas.queue_options import QueueOptions

Role = Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]
RouteKind = Literal["extensions", "queue"]


class Route(Value, frozen=True, kw_only=True):
    """Where a number's inbound messages go: extensions that share the conversation, or a queue."""

    kind: RouteKind
    extensions: tuple[ExtensionId, ...] = ()
    queue_id: QueueId | None = None


class TenantDefined(Event, frozen=True, kw_only=True):
    """An organisation, as it is from now on."""

    tenant_id: TenantId
    name: str
    texting: bool
    #: How far a STOP reaches.
    consent: ConsentScope = "number"
    guard: GuardOptions = GuardOptions()


class ExtensionDefined(Event, frozen=True, kw_only=True):
    """A person's or a desk's line, as it is from now on."""

    extension_id: ExtensionId
    #: What is dialled: "101".
    dial: str
    name: PersonalText
    roles: tuple[Role, ...]
    texting: bool


class NumberDefined(Event, frozen=True, kw_only=True):
    """A phone number of ours, as it is from now on."""

    number: Number
    texting: bool
    toll_free: bool
    #: Carrier accounts that may send for it, in order of preference; names of carriers.toml.
    accounts: tuple[str, ...]
    route: Route
    #: Extensions that may send from it as their caller ID.
    callers: tuple[ExtensionId, ...]
    label: str | None = None


class QueueDefined(Event, frozen=True, kw_only=True):
    """A shared SMS queue, as it is from now on."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...]
    options: QueueOptions


class DefineTenant(Command, frozen=True, kw_only=True):
    """Create or change an organisation."""

    tenant_id: TenantId
    name: str
    texting: bool = True
    consent: ConsentScope = "number"
    guard: GuardOptions = GuardOptions()


class DefineExtension(Command, frozen=True, kw_only=True):
    """Create or change an extension."""

    extension_id: ExtensionId
    dial: str
    name: PersonalText
    roles: tuple[Role, ...] = ("user",)
    texting: bool = True


class DefineNumber(Command, frozen=True, kw_only=True):
    """Create or change one of our numbers."""

    number: Number
    texting: bool = True
    toll_free: bool = False
    accounts: tuple[str, ...]
    route: Route
    callers: tuple[ExtensionId, ...] = ()
    label: str | None = None


class DefineQueue(Command, frozen=True, kw_only=True):
    """Create or change a queue."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...] = ()
    options: QueueOptions = QueueOptions()


DirectoryEvent = TenantDefined | ExtensionDefined | NumberDefined | QueueDefined
DirectoryCommand = DefineTenant | DefineExtension | DefineNumber | DefineQueue
