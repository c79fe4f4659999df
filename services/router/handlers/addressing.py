"""Which conversation is meant, and to which stream and partition what follows belongs."""

from collections.abc import Iterable
from typing import Any

from schemas import partition_key
from schemas.base import ConversationId, MessageId
from schemas.consent import RecordScope, RevocationReviewed, RevocationSuspected
from schemas.conversation import (
    ConversationEvent,
    CounterpartOptedIn,
    CounterpartOptedOut,
    RecordOptOut,
    StartConversation,
)
from schemas.deletion import DeletionEvent
from schemas.envelope import Envelope
from schemas.muting import MutingEvent
from schemas.pieces import PiecesEvent
from schemas.queue import OptOutCustomer, QueueConversation
from services.kernel import ids
from services.kernel.handling import Addressed
from services.router.domain.groups import Change
from services.router.domain.starting import everybody
from services.router.domain.state import consent_key, everywhere_key


def sms_conversation(tenant: str, number: str, counterparts: Iterable[str]) -> ConversationId:
    """Name the one conversation of a tenant's number with these outside people."""
    return ConversationId(ids.derive("conversation", tenant, number, *sorted(set(counterparts))))


def conversation_to_start(command: StartConversation, id_: str, tenant: str) -> ConversationId:
    """Name what is to be started: by its participants, but a group by the wish for it."""
    if command.kind == "sms":
        return sms_conversation(tenant, command.number or "", command.counterparts)
    if command.kind == "direct":
        return ConversationId(ids.derive("conversation", tenant, "direct", *everybody(command)))
    return ConversationId(ids.derive(id_, "conversation"))


def key_to_start(command: StartConversation, conversation_id: ConversationId) -> str:
    """Give the partition key of a conversation that is to be started."""
    if command.kind == "sms":
        return partition_key.for_sms(command.number or "", set(command.counterparts))
    return conversation_id


def message_of(cause: Envelope[Any]) -> MessageId:
    """Name the message that this record makes."""
    return message_named(cause.id)


def message_named(wish_id: str) -> MessageId:
    """Name the message that this wish makes, now or after the guard has weighed it."""
    return MessageId(ids.derive(wish_id, "message"))


def answer_of(cause: Envelope[Any]) -> MessageId:
    """Name the message by which Tandem itself answers this record."""
    return MessageId(ids.derive(cause.id, "answer"))


#: What happens to a conversation, or to somebody's consent.
Happening = (
    ConversationEvent
    | RevocationSuspected
    | RevocationReviewed
    | Change
    | DeletionEvent
    | MutingEvent
    | PiecesEvent
)


def happened(events: Iterable[Happening], tenant: str, key: str) -> tuple[Addressed, ...]:
    """Address events to their streams: consents to the pair's own, all others to `key`'s."""
    return tuple(_happened(event, tenant, key) for event in events)


def _happened(event: Happening, tenant: str, key: str) -> Addressed:
    if isinstance(event, CounterpartOptedOut | CounterpartOptedIn):
        subject, key = _consent(event, tenant)
        return Addressed(subject=subject, partitionkey=key, tenant=tenant, data=event)
    return Addressed(subject=event.conversation_id, partitionkey=key, tenant=tenant, data=event)


def _consent(event: CounterpartOptedOut | CounterpartOptedIn, tenant: str) -> tuple[str, str]:
    """Name stream and partition of a consent; one that binds everywhere has a partition of its own.

    The pair's partition is its conversation's, so that its STOP and its texts have one order.
    """
    if event.everywhere:
        subject = everywhere_key(tenant, event.counterpart)
        return subject, subject
    key = partition_key.for_consent(event.number, event.counterpart)
    return consent_key(event.number, event.counterpart), key


def to_record(command: RecordOptOut, tenant: str) -> Addressed:
    """Address an opt-out to the partition that alone writes that pair's consent."""
    return Addressed(
        subject=consent_key(command.number, command.counterpart),
        partitionkey=partition_key.for_consent(command.number, command.counterpart),
        tenant=tenant,
        data=command,
    )


def to_scope(command: RecordScope, tenant: str) -> Addressed:
    """Address what binds all numbers of a tenant to the partition that alone writes it."""
    key = everywhere_key(tenant, command.counterpart)
    return Addressed(subject=key, partitionkey=key, tenant=tenant, data=command)


def to_queue(command: QueueConversation | OptOutCustomer, tenant: str) -> Addressed:
    """Address a wish to a queue."""
    return Addressed(
        subject=command.queue_id, partitionkey=command.queue_id, tenant=tenant, data=command
    )
