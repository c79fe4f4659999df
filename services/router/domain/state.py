"""What the router remembers, in parts: the directory, conversations, sent texts, consents.

A part is fed by one stream. Directory parts hold the last definition whole; a text that was sent is
kept beside its conversation, so that what comes in need not read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from schemas.base import (
    ConversationId,
    ConversationKind,
    Counterpart,
    ExtensionId,
    MessageId,
    Number,
    QueueId,
)
from schemas.directory import ExtensionDefined, NumberDefined, QueueDefined, TenantDefined
from services.kernel.handling import Part, Parts

#: Sent texts that are kept per conversation for a retry by a person; older ones are typed again.
MAX_SENT = 20


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """Part `tenant/<id>`."""

    defined: TenantDefined


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """Part `extension/<id>`."""

    tenant: str
    defined: ExtensionDefined


class OurNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Part `number/<e164>`."""

    tenant: str
    defined: NumberDefined


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Part `queue/<id>`."""

    tenant: str
    defined: QueueDefined


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Part `conversation/<id>`: who takes part, how far it has come, and what each member did."""

    conversation_id: ConversationId
    tenant: str
    partition_key: str
    kind: ConversationKind
    members: tuple[ExtensionId, ...]
    number: Number | None = None
    counterparts: tuple[Counterpart, ...] = ()
    queue_id: QueueId | None = None
    #: The position of the newest message; 0 before the first.
    position: int = 0
    #: Callers of the number who opened it or wrote in it, beside those whom its route names.
    joined: tuple[ExtensionId, ...] = ()
    read: dict[ExtensionId, int] = msgspec.field(default_factory=dict)
    unread: tuple[ExtensionId, ...] = ()
    closed: tuple[ExtensionId, ...] = ()
    #: When HELP was answered last.
    helped_at: datetime | None = None


class SentText(msgspec.Struct, frozen=True, kw_only=True):
    """One text of ours, with all that sending it again takes."""

    message_id: MessageId
    author: ExtensionId
    text: str
    attempt: int = 1
    failed: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """Part `sent/<conversation>`: the last texts that went out, oldest first."""

    texts: tuple[SentText, ...] = ()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Part `consent/<number>/<counterpart>`."""

    opted_out: bool


def tenant_key(id_: str) -> str:
    return f"tenant/{id_}"


def extension_key(id_: str) -> str:
    return f"extension/{id_}"


def number_key(number: str) -> str:
    return f"number/{number}"


def queue_key(id_: str) -> str:
    return f"queue/{id_}"


def conversation_key(id_: str) -> str:
    return f"conversation/{id_}"


def sent_key(conversation_id: str) -> str:
    return f"sent/{conversation_id}"


def consent_key(number: str, counterpart: str) -> str:
    return f"consent/{number}/{counterpart}"


PART_TYPES: dict[str, type[Part]] = {
    "tenant": Tenant,
    "extension": Extension,
    "number": OurNumber,
    "queue": Queue,
    "conversation": Conversation,
    "sent": Sent,
    "consent": Consent,
}

PartT = TypeVar("PartT", bound=msgspec.Struct)


@dataclass(frozen=True)
class World:
    """What is known for one decision, asked by kind and id; of one tenant, if it is named."""

    parts: Parts
    tenant: str

    def tenant_defined(self) -> TenantDefined | None:
        known = self._part(tenant_key(self.tenant), Tenant)
        return known.defined if known else None

    def extension(self, id_: str) -> ExtensionDefined | None:
        known = self._part(extension_key(id_), Extension)
        return known.defined if known and known.tenant == self.tenant else None

    def number(self, number: str) -> NumberDefined | None:
        known = self._part(number_key(number), OurNumber)
        return known.defined if known and known.tenant == self.tenant else None

    def queue(self, id_: str) -> QueueDefined | None:
        known = self._part(queue_key(id_), Queue)
        return known.defined if known and known.tenant == self.tenant else None

    def conversation(self, id_: str) -> Conversation | None:
        known = self._part(conversation_key(id_), Conversation)
        return known if known and known.tenant == self.tenant else None

    def sent(self, conversation_id: str) -> Sent:
        return self._part(sent_key(conversation_id), Sent) or Sent()

    def opted_out(self, number: str, counterpart: str) -> bool:
        known = self._part(consent_key(number, counterpart), Consent)
        return known is not None and known.opted_out

    def elsewhere(self, key: str) -> bool:
        """Tell whether another tenant has what this key names."""
        known = self.parts.get(key)
        return isinstance(known, Extension | OurNumber | Queue) and known.tenant != self.tenant

    def _part(self, key: str, kind: type[PartT]) -> PartT | None:
        known = self.parts.get(key)
        return known if isinstance(known, kind) else None


def unknown(ids: Iterable[ExtensionId], world: World) -> ExtensionId | None:
    """Give the first of these that is no extension of the tenant."""
    return next((id_ for id_ in ids if world.extension(id_) is None), None)
