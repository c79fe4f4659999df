"""Tags and canned replies: what people stick to conversations, and what they paste into them."""

from typing import Any

from schemas.canned import CannedCommand, CannedEvent
from schemas.envelope import Envelope
from schemas.tag import TagCommand, TagEvent
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.router.domain import canned, tags
from services.router.domain.outbound import known
from services.router.domain.state import World

LabelEvent = TagEvent | CannedEvent


def on_tag(envelope: Envelope[TagCommand], parts: Parts) -> Outcome:
    """Judge a tag; may raise Refused."""
    world, command = World(parts, envelope.tenant or ""), envelope.data
    before = tags_of(command.conversation_id, parts)
    events = tags.decide(command, before, world)
    after = before
    for event in events:
        after = tags.remembered(after, event)
    key = known(command.conversation_id, world).partition_key
    return Outcome(
        events=tuple(
            Addressed(
                subject=command.conversation_id,
                partitionkey=key,
                tenant=world.tenant,
                data=event,
            )
            for event in events
        ),
        answer={"conversation_id": command.conversation_id, "tags": list(after.tags)},
    )


def tags_of(conversation_id: str, parts: Parts) -> tags.Tags:
    """Give what a conversation bears."""
    part = parts.get(tags.tags_key(conversation_id))
    return part if isinstance(part, tags.Tags) else tags.Tags()


def on_canned(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge a canned reply; may raise Refused."""
    command: CannedCommand = envelope.data
    world, key = World(parts, envelope.tenant or ""), canned.canned_key(command.reply_id)
    part = parts.get(key)
    events = canned.decide(command, part if isinstance(part, canned.Canned) else None, world)
    return Outcome(
        events=tuple(
            Addressed(subject=key, partitionkey=key, tenant=world.tenant, data=event)
            for event in events
        ),
        answer={"reply_id": command.reply_id, "changed": bool(events)},
    )


def label_key(event: LabelEvent) -> str:
    """Name the part that an event of these changes."""
    if isinstance(event, CannedEvent):
        return canned.canned_key(event.reply_id)
    return tags.tags_key(event.conversation_id)


def labelled(event: LabelEvent, tenant: str, parts: Parts) -> Part:
    """Give the part that it leaves behind."""
    if isinstance(event, CannedEvent):
        return canned.remembered(event, tenant)
    return tags.remembered(tags_of(event.conversation_id, parts), event)
