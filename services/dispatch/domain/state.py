"""What dispatch remembers, part by part; each is fed by one stream and is found by one key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from schemas.base import ConversationId, Counterpart, MessageId, MessagePurpose, Number
from schemas.carrier import ReceiptArrived
from schemas.conversation import Urgency
from schemas.media import SentFile
from services.carriers import mms
from services.dispatch.domain.lattice import Report


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`message/<id>`: what is to be sent; from conversation-events."""

    tenant: str
    conversation_id: ConversationId
    partition_key: str
    number: Number
    recipients: tuple[Counterpart, ...]
    accounts: tuple[str, ...]
    text: str
    files: tuple[SentFile, ...] = ()
    purpose: MessagePurpose = "message"
    #: Its recipients see one another: one group message, where a carrier has it.
    together: bool = False
    #: When it was said, or a person asked for it again; what is too old is not sent.
    since: datetime | None = None
    urgency: Urgency = "reply"
    #: Counts up when a person presses "try again".
    attempt: int = 1


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Whether they said STOP; from conversation-events.

    `consent/<number>/<counterpart>` to one number, `consent/<tenant>/everywhere/<counterpart>` to
    all of a tenant's.
    """

    opted_out: bool


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """`sending/<message>/<attempt>/<recipient>`: how it goes; from our own events."""

    account: str = ""
    #: Calls that were planned, and calls that were answered: one apart while one is in flight.
    planned: int = 0
    answered: int = 0
    #: Set while the carrier is to be asked again.
    retry_at: datetime | None = None
    #: Accounts by which the next call does not go: till their next day, and for this attempt.
    capped: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()
    report: Report = Report()


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """`provider/<account>/<id>`: whose id that is, for ever; from our own events."""

    message_id: MessageId
    attempt: int
    recipient: Counterpart


class Early(msgspec.Struct, frozen=True, kw_only=True):
    """`early/<account>/<id>`: reports that carry no id of ours; from carrier-events."""

    receipts: tuple[ReceiptArrived, ...] = ()


class Waiter(msgspec.Struct, frozen=True, array_like=True):
    """A message that is in line, and under which attempt."""

    message_id: MessageId
    attempt: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """`line/<conversation>/<recipient>`: one in flight, the others behind it, in order."""

    waiters: tuple[Waiter, ...] = ()

    @property
    def head(self) -> Waiter | None:
        return self.waiters[0] if self.waiters else None


#: Part by the first word of its key.
KINDS: Mapping[str, type[msgspec.Struct]] = {
    "message": Message,
    "consent": Consent,
    "sending": Sending,
    "provider": Provider,
    "early": Early,
    "line": Line,
}
PartT = TypeVar("PartT", Message, Consent, Sending, Provider, Early, Line)


def message_key(message_id: str) -> str:
    return f"message/{message_id}"


def consent_key(number: str, counterpart: str) -> str:
    return f"consent/{number}/{counterpart}"


def everywhere_key(tenant: str, counterpart: str) -> str:
    return f"consent/{tenant}/everywhere/{counterpart}"


def binding(tenant: str, number: str, counterpart: str, purpose: MessagePurpose) -> tuple[str, ...]:
    """Name the consents that bind a text (I15): none the one confirmation of a STOP.

    The confirmation of a START answers what was said to this number, so what was said to the
    tenant's others, and is being undone, does not hold it.
    """
    if purpose == "opt-out-confirmation":
        return ()
    here = consent_key(number, counterpart)
    if purpose == "opt-in-confirmation":
        return (here,)
    return (here, everywhere_key(tenant, counterpart))


def sending_key(message_id: str, attempt: int, recipient: str) -> str:
    return f"sending/{message_id}/{attempt}/{recipient}"


def provider_key(account: str, provider_message_id: str) -> str:
    return f"provider/{account}/{provider_message_id}"


def early_key(account: str, provider_message_id: str) -> str:
    return f"early/{account}/{provider_message_id}"


def line_key(conversation_id: str, recipient: str) -> str:
    return f"line/{conversation_id}/{recipient}"


@dataclass(frozen=True)
class Memory:
    """The loaded parts, by their meaning."""

    parts: Mapping[str, msgspec.Struct] = field(default_factory=dict)

    def message(self, message_id: str) -> Message | None:
        return self._get(Message, message_key(message_id))

    def sending(self, message_id: str, attempt: int, recipient: str) -> Sending:
        return self.begun(message_id, attempt, recipient) or Sending()

    def begun(self, message_id: str, attempt: int, recipient: str) -> Sending | None:
        """Give a sending of which anything is known yet."""
        return self._get(Sending, sending_key(message_id, attempt, recipient))

    def provider(self, account: str, provider_message_id: str) -> Provider | None:
        return self._get(Provider, provider_key(account, provider_message_id))

    def early(self, account: str, provider_message_id: str) -> Early:
        return self._get(Early, early_key(account, provider_message_id)) or Early()

    def line(self, conversation_id: str, recipient: str) -> Line:
        return self._get(Line, line_key(conversation_id, recipient)) or Line()

    def has_opted_out(self, message: Message, recipient: str) -> bool:
        """Tell whether this text may not go to this person."""
        keys = binding(message.tenant, message.number, recipient, message.purpose)
        consents = (self._get(Consent, key) for key in keys)
        return any(consent is not None and consent.opted_out for consent in consents)

    def _get(self, kind: type[PartT], key: str) -> PartT | None:
        part = self.parts.get(key)
        return part if isinstance(part, kind) else None


#: What a gate says, and what the message itself says when it is held back.
Held = (
    Literal["opted-out", "no-account", "too-long", "too-many-waiting", "too-old"] | mms.FilesRefused
)
