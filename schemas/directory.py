"""`directory-events` and `directory-commands`: tenants, extensions, numbers, queues. Router's.

Subject and key are the entity: `tenant/<id>`, `extension/<id>`, `number/<e164>`, `queue/<id>`. Each
event carries the whole definition, so that there is no partial update to merge.
"""

from typing import Literal

from schemas.base import Command, Event, ExtensionId, Number, PersonalText, QueueId, TenantId, Value
from schemas.consent import ConsentScope
from schemas.limits import FileLimits, GuardOptions
from schemas.media import StoredObject
from schemas.queue_options import QueueOptions

Role = Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]
RouteKind = Literal["extensions", "queue"]
Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]
Language = Literal["en", "es"]
#: What may let somebody in: an API key, a password that is good once, a password of their own.
CredentialKind = Literal["api-key", "one-time-password", "password"]
CredentialChange = Literal["made", "revoked"]


class Route(Value, frozen=True, kw_only=True):
    """Where a number's inbound messages go: extensions that share the conversation, or a queue."""

    kind: RouteKind
    extensions: tuple[ExtensionId, ...] = ()
    queue_id: QueueId | None = None


class AlertTone(Value, frozen=True, kw_only=True):
    """The sound that announces a message to everybody of a tenant; media keeps it while it is."""

    name: str
    sound: StoredObject


class PersonalSettings(Value, frozen=True, kw_only=True):
    """What a person chose for themselves; the first five are judged by services, the rest shown."""

    #: "Text Messages to Desk Phone".
    desk_phone: bool = True
    alerts: bool = True
    tone: bool = True
    title_flash: bool = True
    shortcuts: bool = True
    theme: Theme = "system"
    density: Density = "comfortable"
    #: None is the browser's.
    language: Language | None = None


class TenantDefined(Event, frozen=True, kw_only=True):
    """An organisation, as it is from now on."""

    tenant_id: TenantId
    name: str
    texting: bool
    #: How far a STOP reaches.
    consent: ConsentScope = "number"
    guard: GuardOptions = GuardOptions()
    files: FileLimits = FileLimits()
    alert_tone: AlertTone | None = None
    #: By whose clocks its days begin, a name of the IANA time zone database.
    time_zone: str | None = None
    #: The admin who said so; None is an operator's file. So in every definition.
    by: ExtensionId | None = None


class ExtensionDefined(Event, frozen=True, kw_only=True):
    """A person's or a desk's line, as it is from now on."""

    extension_id: ExtensionId
    #: What is dialled: "101".
    dial: str
    name: PersonalText
    roles: tuple[Role, ...]
    texting: bool
    #: May chat with colleagues.
    chat: bool = True
    by: ExtensionId | None = None


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
    by: ExtensionId | None = None


class QueueDefined(Event, frozen=True, kw_only=True):
    """A shared SMS queue, as it is from now on."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...]
    options: QueueOptions
    by: ExtensionId | None = None


class QueueRemoved(Event, frozen=True, kw_only=True):
    """There is no such queue any more; nothing is led to it, unless it is defined again."""

    queue_id: QueueId
    name: str
    #: Where its conversations went.
    to_queue_id: QueueId | None = None
    by: ExtensionId


class SettingsChosen(Event, frozen=True, kw_only=True):
    """A person's own settings from now on."""

    extension_id: ExtensionId
    settings: PersonalSettings


class CredentialRecorded(Event, frozen=True, kw_only=True):
    """Somebody may come in by it from now on, or no longer; the secret itself is never told."""

    extension_id: ExtensionId
    kind: CredentialKind
    change: CredentialChange
    name: PersonalText
    scopes: tuple[str, ...] = ()
    by: ExtensionId


class DefineTenant(Command, frozen=True, kw_only=True):
    """Create or change an organisation."""

    tenant_id: TenantId
    name: str
    texting: bool = True
    consent: ConsentScope = "number"
    guard: GuardOptions = GuardOptions()
    files: FileLimits = FileLimits()
    alert_tone: AlertTone | None = None
    time_zone: str | None = None
    by: ExtensionId | None = None


class DefineExtension(Command, frozen=True, kw_only=True):
    """Create or change an extension."""

    extension_id: ExtensionId
    dial: str
    name: PersonalText
    roles: tuple[Role, ...] = ("user",)
    texting: bool = True
    chat: bool = True
    by: ExtensionId | None = None


class DefineNumber(Command, frozen=True, kw_only=True):
    """Create or change one of our numbers."""

    number: Number
    texting: bool = True
    toll_free: bool = False
    accounts: tuple[str, ...]
    route: Route
    callers: tuple[ExtensionId, ...] = ()
    label: str | None = None
    by: ExtensionId | None = None


class DefineQueue(Command, frozen=True, kw_only=True):
    """Create or change a queue."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...] = ()
    options: QueueOptions = QueueOptions()
    by: ExtensionId | None = None


class RemoveQueue(Command, frozen=True, kw_only=True):
    """The queue itself says that it is no more."""

    queue_id: QueueId
    to_queue_id: QueueId | None = None
    by: ExtensionId


class ChooseSettings(Command, frozen=True, kw_only=True):
    """A person sets what they alone decide."""

    extension_id: ExtensionId
    settings: PersonalSettings


class RecordCredential(Command, frozen=True, kw_only=True):
    """The gateway made or ended what lets somebody in, and says so."""

    extension_id: ExtensionId
    kind: CredentialKind
    change: CredentialChange
    name: PersonalText
    scopes: tuple[str, ...] = ()
    by: ExtensionId


Definition = TenantDefined | ExtensionDefined | NumberDefined | QueueDefined
Define = DefineTenant | DefineExtension | DefineNumber | DefineQueue
DirectoryEvent = Definition | QueueRemoved | SettingsChosen | CredentialRecorded
DirectoryCommand = Define | RemoveQueue | ChooseSettings | RecordCredential
