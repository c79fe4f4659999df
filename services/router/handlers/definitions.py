"""What is defined: tenants, extensions, numbers, queues, and who may come in, and what they chose.

A queue hears of itself; media hears which alert tone is to be kept; phones go with the sign-in.
"""

from collections.abc import Iterator

from schemas.device import ForgetDevices
from schemas.directory import (
    AlertTone,
    ChooseSettings,
    CredentialRecorded,
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    DirectoryCommand,
    DirectoryEvent,
    ExtensionDefined,
    NumberDefined,
    QueueDefined,
    QueueRemoved,
    RecordCredential,
    RemoveQueue,
    SettingsChosen,
    TenantDefined,
)
from schemas.envelope import Envelope
from schemas.media import HoldObject, ReleaseObject
from schemas.queue import ConfigureQueue
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.router.domain.devices import EVERYTHING, SESSIONS, devices_key
from services.router.domain.directory import decide
from services.router.domain.state import (
    Chosen,
    Extension,
    OurNumber,
    Queue,
    Tenant,
    World,
    extension_key,
    number_key,
    queue_key,
    settings_key,
    tenant_key,
)


def on_definition(envelope: Envelope[DirectoryCommand], parts: Parts) -> Outcome:
    """Judge a definition; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    events = decide(envelope.data, world)
    subject = subject_of(envelope.data)
    return Outcome(
        events=tuple(
            Addressed(subject=subject, partitionkey=subject, tenant=world.tenant, data=event)
            for event in events
        ),
        commands=tuple(command for event in events for command in _consequences(event, world)),
        answer={"subject": subject, "changed": bool(events)},
    )


def _consequences(event: DirectoryEvent, world: World) -> Iterator[Addressed]:
    if isinstance(event, QueueDefined):
        yield _configure(event, world.tenant)
    elif isinstance(event, TenantDefined):
        before = world.tenant_defined()
        yield from _keep(event, before.alert_tone if before else None)
    elif isinstance(event, CredentialRecorded) and event.kind != "api-key":
        yield _let_go_of_phones(event, world.tenant)


def _let_go_of_phones(event: CredentialRecorded, tenant: str) -> Addressed:
    """A new password has ended their sessions; without a sign-in nothing of theirs is told."""
    ended = SESSIONS if event.change == "made" else EVERYTHING
    wish = ForgetDevices(recipient=event.extension_id, signed_in=ended)
    subject = devices_key(event.extension_id)
    return Addressed(subject=subject, partitionkey=subject, tenant=tenant, data=wish)


def _keep(event: TenantDefined, before: AlertTone | None) -> Iterator[Addressed]:
    """Let media keep the new tone and let go of the old one."""
    holder, now = tenant_key(event.tenant_id), event.alert_tone
    if now == before:
        return
    if now is not None:
        wish = HoldObject(key=now.sound.key, holder=holder)
        yield _to_object(wish, wish.key, event.tenant_id)
    if before is not None and (now is None or now.sound.key != before.sound.key):
        let_go = ReleaseObject(key=before.sound.key, holder=holder)
        yield _to_object(let_go, let_go.key, event.tenant_id)


def _to_object(data: HoldObject | ReleaseObject, key: str, tenant: str) -> Addressed:
    return Addressed(subject=f"object/{key}", partitionkey=key, tenant=tenant, data=data)


def _configure(queue: QueueDefined, tenant: str) -> Addressed:
    command = ConfigureQueue(
        queue_id=queue.queue_id,
        name=queue.name,
        agents=queue.agents,
        supervisors=queue.supervisors,
        options=queue.options,
    )
    return Addressed(
        subject=queue.queue_id, partitionkey=queue.queue_id, tenant=tenant, data=command
    )


def subject_of(data: DirectoryCommand | DirectoryEvent) -> str:
    """Name the entity, which is stream, key and part in one."""
    match data:
        case DefineTenant(tenant_id=id_) | TenantDefined(tenant_id=id_):
            return tenant_key(id_)
        case DefineExtension(extension_id=id_) | ExtensionDefined(extension_id=id_):
            return extension_key(id_)
        case DefineNumber(number=number) | NumberDefined(number=number):
            return number_key(number)
        case DefineQueue() | QueueDefined() | RemoveQueue() | QueueRemoved():
            return queue_key(data.queue_id)
        case ChooseSettings() | SettingsChosen() | RecordCredential() | CredentialRecorded():
            return extension_key(data.extension_id)


def touched(event: DirectoryEvent) -> Iterator[str]:
    """Name the part that an event changes; who may come in is the gateway's to know."""
    match event:
        case CredentialRecorded():
            return
        case SettingsChosen(extension_id=id_):
            yield settings_key(id_)
        case _:
            yield subject_of(event)


def remembered(event: DirectoryEvent, tenant: str) -> Part:
    """Keep a definition whole."""
    match event:
        case SettingsChosen(settings=settings):
            return Chosen(settings=settings)
        case CredentialRecorded():
            raise TypeError("it changes no part")
        case TenantDefined():
            return Tenant(defined=event)
        case ExtensionDefined():
            return Extension(tenant=tenant, defined=event)
        case NumberDefined():
            return OurNumber(tenant=tenant, defined=event)
        case QueueDefined():
            return Queue(tenant=tenant, defined=event)
        case QueueRemoved():
            return Queue(tenant=tenant, defined=None)
