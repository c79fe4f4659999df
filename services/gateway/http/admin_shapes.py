"""The bodies of administration, on the ground of `shapes`: what is left out of a change stays."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from schemas.limits import FileLimits, GuardOptions
from schemas.queue_options import QueueOptions
from services.gateway.http import contracts
from services.gateway.http.shapes import Person, Phone, Role, _Input, _Output

if TYPE_CHECKING:
    from pydantic import BaseModel as NewFileLimits
    from pydantic import BaseModel as NewGuardOptions
    from pydantic import BaseModel as NewQueueOptions
    from pydantic import BaseModel as ShownFileLimits
    from pydantic import BaseModel as ShownGuardOptions
    from pydantic import BaseModel as ShownQueueOptions
else:
    NewFileLimits = contracts.given(FileLimits)
    NewGuardOptions = contracts.given(GuardOptions)
    NewQueueOptions = contracts.given(QueueOptions)
    ShownFileLimits = contracts.shown(FileLimits)
    ShownGuardOptions = contracts.shown(GuardOptions)
    ShownQueueOptions = contracts.shown(QueueOptions)

Id = Annotated[str, Field(min_length=1, max_length=100)]
Ids = Annotated[list[Id], Field(max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=6)]


class NumberRoute(_Output):
    """Where a number's texts go: extensions that share the conversation, or a queue."""

    kind: Literal["extensions", "queue"]
    extensions: list[str]
    queue_id: str | None


class AdminNumber(Phone):
    """One of the organization's numbers; `callers` are the extensions that may send from it."""

    label: str | None
    texting: bool
    toll_free: bool
    #: Carrier accounts that may send for it, in order of preference.
    accounts: list[str]
    route: NumberRoute
    callers: list[str]


class AdminNumbers(_Output):
    items: list[AdminNumber]


class NewRoute(_Input):
    kind: Literal["extensions", "queue"]
    extensions: Ids = Field(default_factory=list)
    queue_id: Id | None = None


class NumberChange(_Input):
    label: Annotated[str | None, Field(max_length=100)] = None
    texting: bool | None = None
    toll_free: bool | None = None
    accounts: Annotated[list[Id] | None, Field(max_length=10)] = None
    route: NewRoute | None = None
    callers: Ids | None = None


class NewNumber(NumberChange):
    number: Annotated[str, Field(max_length=16)]
    accounts: Annotated[list[Id], Field(max_length=10)]
    route: NewRoute


class SignInState(_Output):
    """How an extension's user signs in; `one_time`: they have not chosen a password yet."""

    login: str
    one_time: bool
    last_at: datetime | None


class QueueName(_Output):
    id: str
    name: str


class AdminExtension(_Output):
    id: str
    dial: str
    name: str
    roles: list[Role]
    texting: bool
    chat: bool
    #: The user's own choice: texts on the desk phone too.
    desk_phone: bool
    online: bool
    numbers: list[Phone]
    queues: list[QueueName]
    sign_in: SignInState | None


class AdminExtensions(_Output):
    items: list[AdminExtension]


class ExtensionChange(_Input):
    dial: Annotated[str | None, Field(min_length=1, max_length=20)] = None
    name: Name | None = None
    roles: Roles | None = None
    texting: bool | None = None
    chat: bool | None = None


class NewExtension(ExtensionChange):
    dial: Annotated[str, Field(min_length=1, max_length=20)]
    name: Name


class NewSignIn(_Input):
    login: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$")]


class OneTimeSignIn(_Output):
    """Tell it to them: it is good once, shown once, and over by `expires_at`."""

    login: str
    password: str
    expires_at: datetime


class AdminQueue(_Output):
    id: str
    name: str
    agents: list[str]
    supervisors: list[str]
    options: ShownQueueOptions
    numbers: list[Phone]
    waiting_count: int
    held_count: int


class AdminQueues(_Output):
    items: list[AdminQueue]


class QueueChange(_Input):
    name: Name | None = None
    agents: Ids | None = None
    supervisors: Ids | None = None
    #: Whole, if it is there: what is left out of it is the default again.
    options: NewQueueOptions | None = None


class NewQueue(QueueChange):
    name: Name
    agents: Ids


class AlertTone(_Output):
    """`url` leads to the sound."""

    name: str
    url: str


class Organization(_Output):
    id: str
    name: str
    texting: bool
    #: How far a STOP reaches.
    consent: Literal["number", "tenant"]
    guard: ShownGuardOptions
    files: ShownFileLimits
    #: What the system takes: no limit can be above it.
    files_at_most: ShownFileLimits
    alert_tone: AlertTone | None
    #: By whose clocks its days begin; null where nobody has said.
    time_zone: str | None


class NewAlertTone(_Input):
    """A complete upload of a sound."""

    upload: Id
    name: Name


class OrganizationChange(_Input):
    name: Name | None = None
    texting: bool | None = None
    consent: Literal["number", "tenant"] | None = None
    guard: NewGuardOptions | None = None
    #: Whole, if it is there, as the guard is; at most what the system takes.
    files: NewFileLimits | None = None
    #: null takes it away.
    alert_tone: NewAlertTone | None = None
    #: null takes it away.
    time_zone: Annotated[str | None, Field(max_length=60)] = None


class FieldChange(_Output):
    """`before` is null where it was not there."""

    field: str
    before: Any
    after: Any


class AuditEntry(_Output):
    """Who changed what, and when; nobody: an operator's file."""

    id: str
    at: datetime
    by: Person | None
    #: "directory.number-defined", "guard.held-text-approved", …
    kind: str
    #: "number/+14155550100", "extension/…", "queue/…", "tenant/…", …
    subject: str
    name: str | None
    changes: list[FieldChange]
    #: It was not there before.
    first: bool


class AuditPage(_Output):
    """Newest first; `next` leads to those before."""

    items: list[AuditEntry]
    next: str | None
