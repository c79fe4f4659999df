"""Rules of the directory: who and what there is; each event is a whole definition.

The same definition again is no event, so saying it twice changes nothing and tells nobody.
"""

import re
from collections.abc import Sequence
from typing import assert_never

import msgspec

from schemas.base import ExtensionId
from schemas.directory import (
    ChooseSettings,
    CredentialRecorded,
    Define,
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    Definition,
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
from services.kernel.zones import is_zone
from services.router.domain.files import check_limits
from services.router.domain.guard import check_options as check_guard
from services.router.domain.queue_options import check_options
from services.router.domain.refusals import (
    BadNumber,
    NoRoute,
    NotYourTask,
    OwnRole,
    RoleAboveYours,
    Taken,
    TooManyPeople,
    UnknownExtension,
    UnknownQueue,
    UnknownTenant,
    UnknownTimeZone,
)
from services.router.domain.state import (
    World,
    extension_key,
    number_key,
    queue_key,
    unknown,
)

#: Whose role it is to define (DESIGN.md §11).
ADMINS = frozenset({"admin", "operator"})
#: Extensions in one list: a route's, a number's callers, a queue's agents.
MAX_PEOPLE = 500

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")


def decide(command: DirectoryCommand, world: World) -> list[DirectoryEvent]:
    """Answer with the new definition, or with nothing where it is so already; may raise Refused."""
    match command:
        case ChooseSettings():
            return _choose(command, world)
        case RecordCredential():
            return _record(command, world)
        case RemoveQueue():
            return _remove(command, world)
        case _:
            _check_admin(command.by, world)
            return _news(_define(command, world), command, world)


def _define(command: Define, world: World) -> Definition:
    match command:
        case DefineTenant():
            return _define_tenant(command, world)
        case DefineExtension():
            return _define_extension(command, world)
        case DefineNumber():
            return _define_number(command, world)
        case DefineQueue():
            return _define_queue(command, world)
        case _:
            assert_never(command)


def _news(defined: Definition, command: Define, world: World) -> list[DirectoryEvent]:
    """Give it unless it is so already, whoever said so."""
    known = _known(command, world)
    if known is not None and msgspec.structs.replace(known, by=command.by) == defined:
        return []
    return [defined]


def _known(command: Define, world: World) -> Definition | None:
    match command:
        case DefineTenant():
            return world.tenant_defined()
        case DefineExtension(extension_id=id_):
            return world.extension(id_)
        case DefineNumber(number=number):
            return world.number(number)
        case DefineQueue(queue_id=queue_id):
            return world.queue(queue_id)


def is_number(text: str) -> bool:
    """Tell whether it is E.164."""
    return _E164.fullmatch(text) is not None


def is_counterpart(text: str) -> bool:
    """Tell whether it can be texted: E.164, or a short code."""
    return is_number(text) or _SHORT_CODE.fullmatch(text) is not None


def _define_tenant(command: DefineTenant, world: World) -> TenantDefined:
    if command.tenant_id != world.tenant:
        raise UnknownTenant
    check_guard(command.guard)
    check_limits(command.files)
    if command.time_zone is not None and not is_zone(command.time_zone):
        raise UnknownTimeZone(zone=command.time_zone)
    return TenantDefined(
        tenant_id=command.tenant_id,
        name=command.name,
        texting=command.texting,
        consent=command.consent,
        guard=command.guard,
        files=command.files,
        alert_tone=command.alert_tone,
        time_zone=command.time_zone,
        by=command.by,
    )


def _define_extension(command: DefineExtension, world: World) -> ExtensionDefined:
    _check_ours(extension_key(command.extension_id), command.extension_id, world)
    _check_roles(command, world)
    return ExtensionDefined(
        extension_id=command.extension_id,
        dial=command.dial,
        name=command.name,
        roles=command.roles,
        texting=command.texting,
        chat=command.chat,
        by=command.by,
    )


def _define_number(command: DefineNumber, world: World) -> NumberDefined:
    _check_ours(number_key(command.number), command.number, world)
    if not is_number(command.number):
        raise BadNumber(number=command.number)
    _check_route(command, world)
    _check_people(command.callers, world)
    return NumberDefined(
        number=command.number,
        texting=command.texting,
        toll_free=command.toll_free,
        accounts=command.accounts,
        route=command.route,
        callers=command.callers,
        label=command.label,
        by=command.by,
    )


def _define_queue(command: DefineQueue, world: World) -> QueueDefined:
    _check_ours(queue_key(command.queue_id), command.queue_id, world)
    _check_people(command.agents, world)
    _check_people(command.supervisors, world)
    check_options(command, world)
    return QueueDefined(
        queue_id=command.queue_id,
        name=command.name,
        agents=command.agents,
        supervisors=command.supervisors,
        options=command.options,
        by=command.by,
    )


def _remove(command: RemoveQueue, world: World) -> list[DirectoryEvent]:
    """Take the queue's word for it: whether it may end, it has decided itself."""
    known = world.queue(command.queue_id)
    if known is None:
        return []
    return [
        QueueRemoved(
            queue_id=command.queue_id,
            name=known.name,
            to_queue_id=command.to_queue_id,
            by=command.by,
        )
    ]


def _choose(command: ChooseSettings, world: World) -> list[DirectoryEvent]:
    if world.extension(command.extension_id) is None:
        raise UnknownExtension(extension=command.extension_id)
    if world.settings(command.extension_id) == command.settings:
        return []
    return [SettingsChosen(extension_id=command.extension_id, settings=command.settings)]


def _record(command: RecordCredential, world: World) -> list[DirectoryEvent]:
    if world.extension(command.extension_id) is None:
        raise UnknownExtension(extension=command.extension_id)
    if command.by != command.extension_id:
        _check_admin(command.by, world)
    return [
        CredentialRecorded(
            extension_id=command.extension_id,
            kind=command.kind,
            change=command.change,
            name=command.name,
            scopes=command.scopes,
            by=command.by,
        )
    ]


def _check_admin(by: ExtensionId | None, world: World) -> None:
    """Let admins define, and operators by their file."""
    if by is not None and not ADMINS & _roles(by, world):
        raise NotYourTask


def _check_roles(command: DefineExtension, world: World) -> None:
    """Keep people from shutting themselves out, and admins from making or unmaking operators."""
    if command.by is None:
        return
    if command.by == command.extension_id and not ADMINS & set(command.roles):
        raise OwnRole
    changed = _roles(command.extension_id, world) ^ set(command.roles)
    if "operator" in changed and "operator" not in _roles(command.by, world):
        raise RoleAboveYours


def _roles(id_: ExtensionId, world: World) -> set[str]:
    known = world.extension(id_)
    return set(known.roles) if known else set()


def _check_ours(key: str, what: str, world: World) -> None:
    if world.tenant_defined() is None:
        raise UnknownTenant
    if world.elsewhere(key):
        raise Taken(what=what)


def _check_route(command: DefineNumber, world: World) -> None:
    route = command.route
    if route.kind == "queue":
        if route.queue_id is None:
            raise NoRoute
        if world.queue(route.queue_id) is None:
            raise UnknownQueue(queue=route.queue_id)
        return
    if not route.extensions:
        raise NoRoute
    _check_people(route.extensions, world)


def _check_people(people: Sequence[ExtensionId], world: World) -> None:
    if len(people) > MAX_PEOPLE:
        raise TooManyPeople(most=MAX_PEOPLE)
    stranger = unknown(people, world)
    if stranger is not None:
        raise UnknownExtension(extension=stranger)
