"""Rules of the directory: who and what there is; each event is a whole definition.

The same definition again is no event, so saying it twice changes nothing and tells nobody.
"""

import re
from collections.abc import Sequence
from typing import assert_never

from schemas.base import ExtensionId
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
from services.router.domain.guard import check_options as check_guard
from services.router.domain.queue_options import check_options
from services.router.domain.refusals import (
    BadNumber,
    NoRoute,
    Taken,
    TooManyPeople,
    UnknownExtension,
    UnknownQueue,
    UnknownTenant,
)
from services.router.domain.state import (
    World,
    extension_key,
    number_key,
    queue_key,
    unknown,
)

#: Extensions in one list: a route's, a number's callers, a queue's agents.
MAX_PEOPLE = 500

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")


def decide(command: DirectoryCommand, world: World) -> list[DirectoryEvent]:
    """Answer with the new definition, or with nothing where it is so already; may raise Refused."""
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


def is_number(text: str) -> bool:
    """Tell whether it is E.164."""
    return _E164.fullmatch(text) is not None


def is_counterpart(text: str) -> bool:
    """Tell whether it can be texted: E.164, or a short code."""
    return is_number(text) or _SHORT_CODE.fullmatch(text) is not None


def _define_tenant(command: DefineTenant, world: World) -> list[DirectoryEvent]:
    if command.tenant_id != world.tenant:
        raise UnknownTenant
    check_guard(command.guard)
    defined = TenantDefined(
        tenant_id=command.tenant_id,
        name=command.name,
        texting=command.texting,
        consent=command.consent,
        guard=command.guard,
    )
    return [] if defined == world.tenant_defined() else [defined]


def _define_extension(command: DefineExtension, world: World) -> list[DirectoryEvent]:
    _check_ours(extension_key(command.extension_id), command.extension_id, world)
    defined = ExtensionDefined(
        extension_id=command.extension_id,
        dial=command.dial,
        name=command.name,
        roles=command.roles,
        texting=command.texting,
    )
    return [] if defined == world.extension(command.extension_id) else [defined]


def _define_number(command: DefineNumber, world: World) -> list[DirectoryEvent]:
    _check_ours(number_key(command.number), command.number, world)
    if not is_number(command.number):
        raise BadNumber(number=command.number)
    _check_route(command, world)
    _check_people(command.callers, world)
    defined = NumberDefined(
        number=command.number,
        texting=command.texting,
        toll_free=command.toll_free,
        accounts=command.accounts,
        route=command.route,
        callers=command.callers,
        label=command.label,
    )
    return [] if defined == world.number(command.number) else [defined]


def _define_queue(command: DefineQueue, world: World) -> list[DirectoryEvent]:
    _check_ours(queue_key(command.queue_id), command.queue_id, world)
    _check_people(command.agents, world)
    _check_people(command.supervisors, world)
    check_options(command, world)
    defined = QueueDefined(
        queue_id=command.queue_id,
        name=command.name,
        agents=command.agents,
        supervisors=command.supervisors,
        options=command.options,
    )
    return [] if defined == world.queue(command.queue_id) else [defined]


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
