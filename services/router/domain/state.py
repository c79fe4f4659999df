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
from schemas.directory import (
    ExtensionDefined,
    NumberDefined,
    PersonalSettings,
    QueueDefined,
    TenantDefined,
)
from schemas.guard import GuardedText
from services.kernel.handling import Part, Parts
from services.router.domain.pieces import Pieces, pieces_key
from services.router.domain.tally import Held, Pace, Spend, held_key, spend_key

#: Messages of one conversation that wait for a review at once; the oldest one is forgotten first.
MAX_SUSPECTED = 20
#: Sent texts that are kept per conversation for a retry by a person; older ones are typed again.
MAX_SENT = 20


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """Part `tenant/<id>`."""

    defined: TenantDefined


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """Part `extension/<id>`."""

    tenant: str
    defined: ExtensionDefined


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Part `settings/<extension>`: what they chose for themselves."""

    settings: PersonalSettings = PersonalSettings()


class OurNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Part `number/<e164>`."""

    tenant: str
    defined: NumberDefined


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Part `queue/<id>`; of one that is no more, whose it was."""

    tenant: str
    defined: QueueDefined | None


class Suspicion(msgspec.Struct, frozen=True, array_like=True):
    """A message that may mean STOP."""

    message_id: MessageId
    counterpart: Counterpart


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
    #: Who wants no alerts about it.
    muted: tuple[ExtensionId, ...] = ()
    #: Up to where it is gone for those who deleted it.
    cleared: dict[ExtensionId, int] = msgspec.field(default_factory=dict)
    #: A group's, and who began it.
    name: str | None = None
    started_by: ExtensionId | None = None
    #: When a person wrote in it last, for who texts an outside person last.
    said_at: datetime | None = None
    #: When HELP was answered last.
    helped_at: datetime | None = None
    #: Messages that may mean STOP and that nobody has reviewed, with who wrote them; oldest first.
    suspected: tuple[Suspicion, ...] = ()


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


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """Part `gone/<message>`: for whom a message is deleted."""

    for_everybody: bool = False
    hidden_from: tuple[ExtensionId, ...] = ()


class ScheduledText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that waits for its time."""

    conversation_id: ConversationId
    scheduled_id: str
    client_id: str
    author: ExtensionId
    text: str
    send_at: datetime


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """Part `scheduled/<conversation>`: what waits there, in the order of the wishes."""

    texts: tuple[ScheduledText, ...] = ()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Part `consent/<number>/<counterpart>`, or `consent/<tenant>/everywhere/<counterpart>`."""

    opted_out: bool


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Part `reach/<number>/<counterpart>`: the group that texted this person last, and when."""

    conversation_id: ConversationId | None = None
    partition_key: str = ""
    at: datetime | None = None


def tenant_key(id_: str) -> str:
    return f"tenant/{id_}"


def extension_key(id_: str) -> str:
    return f"extension/{id_}"


def settings_key(id_: str) -> str:
    return f"settings/{id_}"


def number_key(number: str) -> str:
    return f"number/{number}"


def queue_key(id_: str) -> str:
    return f"queue/{id_}"


def conversation_key(id_: str) -> str:
    return f"conversation/{id_}"


def sent_key(conversation_id: str) -> str:
    return f"sent/{conversation_id}"


def gone_key(message_id: str) -> str:
    return f"gone/{message_id}"


def scheduled_key(conversation_id: str) -> str:
    return f"scheduled/{conversation_id}"


def consent_key(number: str, counterpart: str) -> str:
    return f"consent/{number}/{counterpart}"


def reach_key(number: str, counterpart: str) -> str:
    return f"reach/{number}/{counterpart}"


def everywhere_key(tenant: str, counterpart: str) -> str:
    """Name what a counterpart said to all numbers of a tenant."""
    return f"consent/{tenant}/everywhere/{counterpart}"


PART_TYPES: dict[str, type[Part]] = {
    "tenant": Tenant,
    "extension": Extension,
    "settings": Chosen,
    "number": OurNumber,
    "queue": Queue,
    "conversation": Conversation,
    "sent": Sent,
    "gone": Gone,
    "scheduled": Scheduled,
    "pieces": Pieces,
    "consent": Consent,
    "reach": Reach,
    "pace": Pace,
    "spend": Spend,
    "held": Held,
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

    def settings(self, id_: str) -> PersonalSettings:
        return (self._part(settings_key(id_), Chosen) or Chosen()).settings

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

    def gone(self, message_id: str) -> Gone:
        return self._part(gone_key(message_id), Gone) or Gone()

    def scheduled(self, conversation_id: str) -> Scheduled:
        return self._part(scheduled_key(conversation_id), Scheduled) or Scheduled()

    def pieces(self, number: str, counterpart: str, reference: str) -> Pieces:
        return self._part(pieces_key(number, counterpart, reference), Pieces) or Pieces()

    def opted_out(self, number: str, counterpart: str) -> bool:
        """Tell whether they said STOP to this number, or to all of the tenant's."""
        return self.opted_out_here(number, counterpart) or self.opted_out_everywhere(counterpart)

    def opted_out_here(self, number: str, counterpart: str) -> bool:
        known = self._part(consent_key(number, counterpart), Consent)
        return known is not None and known.opted_out

    def opted_out_everywhere(self, counterpart: str) -> bool:
        known = self._part(everywhere_key(self.tenant, counterpart), Consent)
        return known is not None and known.opted_out

    def reach(self, number: str, counterpart: str) -> Reach:
        return self._part(reach_key(number, counterpart), Reach) or Reach()

    def spend(self) -> Spend:
        return self._part(spend_key(self.tenant), Spend) or Spend()

    def pace(self, key: str) -> Pace:
        return self._part(key, Pace) or Pace()

    def held(self, wish_id: str) -> GuardedText | None:
        """Give a text that waits for an admin."""
        known = self._part(held_key(self.tenant, wish_id), Held)
        return known.text if known else None

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
