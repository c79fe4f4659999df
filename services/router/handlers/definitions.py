"""What operators define: tenants, extensions, numbers, queues; a queue hears of itself."""

from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    DirectoryCommand,
    DirectoryEvent,
    ExtensionDefined,
    NumberDefined,
    QueueDefined,
    TenantDefined,
)
from schemas.envelope import Envelope
from schemas.queue import ConfigureQueue
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.router.domain.directory import decide
from services.router.domain.state import (
    Extension,
    OurNumber,
    Queue,
    Tenant,
    World,
    extension_key,
    number_key,
    queue_key,
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
        commands=tuple(
            _configure(event, world.tenant) for event in events if isinstance(event, QueueDefined)
        ),
        answer={"subject": subject, "changed": bool(events)},
    )


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
        case DefineQueue(queue_id=id_) | QueueDefined(queue_id=id_):
            return queue_key(id_)


def remembered(event: DirectoryEvent, tenant: str) -> Part:
    """Keep a definition whole."""
    match event:
        case TenantDefined():
            return Tenant(defined=event)
        case ExtensionDefined():
            return Extension(tenant=tenant, defined=event)
        case NumberDefined():
            return OurNumber(tenant=tenant, defined=event)
        case QueueDefined():
            return Queue(tenant=tenant, defined=event)
