"""Which conversation is meant, and to which stream and partition what follows belongs."""

from collections.abc import Iterable
from typing import Any

from schemas import partition_key
from schemas.base import ConversationId, MessageId
from schemas.conversation import (
    ConversationEvent,
    CounterpartOptedIn,
    CounterpartOptedOut,
    StartConversation,
)
from schemas.envelope import Envelope
from schemas.queue import OptOutCustomer, QueueConversation
from services.kernel import ids
from services.kernel.handling import Addressed
from services.router.domain.starting import everybody
from services.router.domain.state import consent_key


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
    return MessageId(ids.derive(cause.id, "message"))


def answer_of(cause: Envelope[Any]) -> MessageId:
    """Name the message by which Tandem itself answers this record."""
    return MessageId(ids.derive(cause.id, "answer"))


def happened(events: Iterable[ConversationEvent], tenant: str, key: str) -> tuple[Addressed, ...]:
    """Address events to their streams: consents to the pair's own, all others to `key`'s."""
    return tuple(_happened(event, tenant, key) for event in events)


def _happened(event: ConversationEvent, tenant: str, key: str) -> Addressed:
    if isinstance(event, CounterpartOptedOut | CounterpartOptedIn):
        return Addressed(
            subject=consent_key(event.number, event.counterpart),
            partitionkey=partition_key.for_consent(event.number, event.counterpart),
            tenant=tenant,
            data=event,
        )
    return Addressed(subject=event.conversation_id, partitionkey=key, tenant=tenant, data=event)


def to_queue(command: QueueConversation | OptOutCustomer, tenant: str) -> Addressed:
    """Address a wish to a queue."""
    return Addressed(
        subject=command.queue_id, partitionkey=command.queue_id, tenant=tenant, data=command
    )
