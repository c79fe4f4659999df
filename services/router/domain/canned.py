"""Rules of canned replies: one's own are one's own; everybody's are kept by who may keep them."""

import re

import msgspec

from schemas.base import ExtensionId
from schemas.canned import (
    CannedCommand,
    CannedEvent,
    CannedReplyDefined,
    CannedReplyForgotten,
    DefineCannedReply,
)
from services.router.domain.gate import check_text
from services.router.domain.label_refusals import BadReplyName, UnknownReply, UnknownVariable
from services.router.domain.refusals import NotYourTask, Taken, UnknownExtension
from services.router.domain.state import World

#: Whose roles may write what everybody is offered.
KEEPERS = frozenset({"supervisor", "office-manager", "admin", "operator"})
VARIABLES = ("customer", "first_name", "number", "agent", "queue", "company")
MAX_NAME = 40

_VARIABLE = re.compile(r"\{([^{}\s]*)\}")
_NAME = re.compile(r"[\w-]+")


class Canned(msgspec.Struct, frozen=True, kw_only=True):
    """Part `canned/<id>`: None in `defined` where it was forgotten."""

    tenant: str
    defined: CannedReplyDefined | None


def canned_key(reply_id: str) -> str:
    return f"canned/{reply_id}"


def decide(command: CannedCommand, part: Canned | None, world: World) -> list[CannedEvent]:
    """Write, change or forget one; what is so already is no event."""
    if part is not None and part.tenant != world.tenant:
        raise Taken(what=command.reply_id)
    known = None if part is None else part.defined
    _check_may(command.by, known, world)
    if isinstance(command, DefineCannedReply):
        return _defined(command, known, world)
    if known is None:
        return []
    return [CannedReplyForgotten(reply_id=command.reply_id, by=command.by)]


def _check_may(by: ExtensionId, known: CannedReplyDefined | None, world: World) -> None:
    if world.extension(by) is None:
        raise UnknownExtension(extension=by)
    if known is None or known.owner == by:
        return
    if known.owner is not None:
        raise UnknownReply  # another's own looks like none
    _check_keeper(by, world)


def _check_keeper(by: ExtensionId, world: World) -> None:
    person = world.extension(by)
    if person is None or not KEEPERS & set(person.roles):
        raise NotYourTask


def _defined(
    command: DefineCannedReply, known: CannedReplyDefined | None, world: World
) -> list[CannedEvent]:
    if command.shared:
        _check_keeper(command.by, world)
    check_text(command.text)
    if len(command.name) > MAX_NAME or not _NAME.fullmatch(command.name):
        raise BadReplyName(most=MAX_NAME)
    for name in _VARIABLE.findall(command.text):
        if name not in VARIABLES:
            raise UnknownVariable(name=name, known=", ".join(VARIABLES))
    defined = CannedReplyDefined(
        reply_id=command.reply_id,
        owner=None if command.shared else command.by,
        name=command.name,
        text=command.text,
        by=command.by,
    )
    same = known is not None and msgspec.structs.replace(known, by=command.by) == defined
    return [] if same else [defined]


def remembered(event: CannedEvent, tenant: str) -> Canned:
    """Keep a definition whole."""
    return Canned(tenant=tenant, defined=event if isinstance(event, CannedReplyDefined) else None)
