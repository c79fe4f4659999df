"""Rules of tags: few, short, once each whatever the letters; by whoever sees the conversation."""

import unicodedata

import msgspec

from schemas.tag import ConversationTagged, ConversationUntagged, TagCommand, TagConversation
from services.router.domain.label_refusals import BadTag, TooManyTags
from services.router.domain.marks import check_sees
from services.router.domain.outbound import known
from services.router.domain.state import World

MAX_TAGS, MAX_CHARACTERS = 20, 40


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """Part `tags/<conversation>`: its tags as they were written, oldest first."""

    tags: tuple[str, ...] = ()


def tags_key(conversation_id: str) -> str:
    return f"tags/{conversation_id}"


def decide(
    command: TagCommand, tags: Tags, world: World
) -> list[ConversationTagged | ConversationUntagged]:
    """Put one on or take it off; what is so already is no event."""
    conversation = known(command.conversation_id, world)
    check_sees(conversation, command.by, world)
    tag = spelled(command.tag)
    there = next((one for one in tags.tags if one.casefold() == tag.casefold()), None)
    if isinstance(command, TagConversation):
        if there is not None:
            return []
        if len(tags.tags) >= MAX_TAGS:
            raise TooManyTags(most=MAX_TAGS)
        return [ConversationTagged(conversation_id=command.conversation_id, by=command.by, tag=tag)]
    if there is None:
        return []
    return [ConversationUntagged(conversation_id=command.conversation_id, by=command.by, tag=there)]


def spelled(tag: str) -> str:
    """Spell a tag as it is kept: one line, single spaces, no control characters."""
    plain = "".join(one for one in unicodedata.normalize("NFC", tag) if one.isprintable())
    words = " ".join(plain.split())
    if not 0 < len(words) <= MAX_CHARACTERS:
        raise BadTag(most=MAX_CHARACTERS)
    return words


def remembered(tags: Tags, event: ConversationTagged | ConversationUntagged) -> Tags:
    """Remember what it bears."""
    left = tuple(one for one in tags.tags if one != event.tag)
    return Tags(tags=(*left, event.tag) if isinstance(event, ConversationTagged) else left)
