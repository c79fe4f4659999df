"""Rules of STOP, START and HELP: recorded always, answered once, never beside the carrier."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas.base import MessagePurpose
from schemas.carrier import ConsentKeyword
from schemas.consent import RecordScope, RevocationSuspected
from schemas.conversation import (
    ConsentSource,
    ConversationEvent,
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageSubmitted,
    RecordOptOut,
)
from schemas.directory import NumberDefined
from services.router.domain.inbound import Arrival, Placed
from services.router.domain.phrases import phrase_in
from services.router.domain.state import Conversation, World
from services.router.domain.words import ANSWERS, Keyword, keyword_of

#: HELP is answered once in this time; a machine that answers HELP with HELP is not fed.
HELP_AGAIN_AFTER = timedelta(hours=24)

_PURPOSES: dict[ConsentKeyword, MessagePurpose] = {
    "stop": "opt-out-confirmation",
    "start": "opt-in-confirmation",
    "help": "help",
}


def keyword_in(arrival: Arrival) -> Keyword | None:
    """Tell what the writer wants of us, if the whole message is a keyword."""
    return keyword_of(arrival.message.text, arrival.message.handled_keyword)


def follow(
    arrival: Arrival, placed: Placed, world: World, at: datetime
) -> Sequence[ConversationEvent | RevocationSuspected]:
    """Record what a keyword changes, and answer it unless the carrier did; flag what may be one."""
    keyword = keyword_in(arrival)
    if keyword is None:
        return flagged(arrival, placed, world)
    return _followed(keyword, arrival, placed, world, at)


def flagged(arrival: Arrival, placed: Placed, world: World) -> list[RevocationSuspected]:
    """Flag what may mean STOP without being a word of the list."""
    message = arrival.message
    phrase = phrase_in(message.text)
    if phrase is None or world.opted_out(message.number, message.counterpart):
        return []
    return [
        RevocationSuspected(
            conversation_id=arrival.conversation_id,
            message_id=arrival.message_id,
            number=message.number,
            counterpart=message.counterpart,
            phrase=phrase,
            queue_id=placed.queue_id,
        )
    ]


def _followed(
    keyword: Keyword, arrival: Arrival, placed: Placed, world: World, at: datetime
) -> list[ConversationEvent]:
    """Follow a word that one person alone has said; in a group it speaks for its writer only."""
    ours = world.number(arrival.message.number)
    if ours is None or arrival.message.others:
        return []
    changed = _changed(keyword.meaning, arrival, world)
    conversation = world.conversation(arrival.conversation_id)
    if not _is_answered(keyword.meaning, changed, arrival, ours, world):
        return changed
    if keyword.meaning == "help" and _helped_lately(conversation, at):
        return changed
    return [*changed, _answer(keyword, arrival, placed, ours, world)]


def _changed(meaning: ConsentKeyword, arrival: Arrival, world: World) -> list[ConversationEvent]:
    message = arrival.message
    out = world.opted_out_here(message.number, message.counterpart)
    source: ConsentSource = "carrier" if message.handled_keyword else "text"
    match meaning:
        case "stop" if not out:
            kind: type[CounterpartOptedOut | CounterpartOptedIn] = CounterpartOptedOut
        case "start" if out:
            kind = CounterpartOptedIn
        case _:
            return []
    return [
        kind(
            number=message.number,
            counterpart=message.counterpart,
            source=source,
            word=message.text,
        )
    ]


def _is_answered(
    meaning: ConsentKeyword,
    changed: list[ConversationEvent],
    arrival: Arrival,
    ours: NumberDefined,
    world: World,
) -> bool:
    if arrival.message.handled_keyword is not None or not ours.accounts:
        return False  # the carrier has answered, or nobody could
    if meaning == "help":
        return not world.opted_out(ours.number, arrival.message.counterpart)
    if meaning == "start" and world.opted_out_everywhere(arrival.message.counterpart):
        return True
    return bool(changed)  # a second STOP, or a "yes" in passing, is not answered


def _helped_lately(conversation: Conversation | None, at: datetime) -> bool:
    helped = conversation.helped_at if conversation else None
    return helped is not None and at < helped + HELP_AGAIN_AFTER


def _answer(
    keyword: Keyword,
    arrival: Arrival,
    placed: Placed,
    ours: NumberDefined,
    world: World,
) -> MessageSubmitted:
    tenant = world.tenant_defined()
    text = ANSWERS[keyword.meaning][keyword.language]
    return MessageSubmitted(
        conversation_id=arrival.conversation_id,
        message_id=arrival.answer_id,
        position=placed.position + 1,
        author=None,
        via="sms",
        purpose=_PURPOSES[keyword.meaning],
        number=ours.number,
        recipients=(arrival.message.counterpart,),
        accounts=ours.accounts,
        text=text.format(name=tenant.name if tenant else ""),
        members=placed.members,
        queue_id=placed.queue_id,
    )


def record_opt_out(command: RecordOptOut, world: World) -> list[ConversationEvent]:
    """Remember what a carrier knew, or what somebody said elsewhere; nobody is answered."""
    if world.number(command.number) is None:
        return []
    if world.opted_out_here(command.number, command.counterpart):
        return []
    return [
        CounterpartOptedOut(
            number=command.number,
            counterpart=command.counterpart,
            source=command.source,
            word=command.code,
            by=command.by,
        )
    ]


def spread_word(arrival: Arrival, world: World) -> RecordScope | None:
    """Carry a STOP or START to the tenant's other numbers, where its setting says so.

    It is sent each time and judged where it arrives: what is known here may be on its way there.
    """
    keyword = keyword_in(arrival)
    if keyword is None or keyword.meaning == "help" or arrival.message.others:
        return None
    message = arrival.message
    stops = keyword.meaning == "stop"
    if not _is_tenant_wide(world) and (
        stops or not world.opted_out_everywhere(message.counterpart)
    ):
        return None
    return RecordScope(
        number=message.number,
        counterpart=message.counterpart,
        opted_out=stops,
        source="carrier" if message.handled_keyword else "text",
        word=message.text,
    )


def spread_record(command: RecordOptOut, world: World) -> RecordScope | None:
    """Carry what a carrier or a person recorded to the tenant's other numbers, if it is so set."""
    if not _is_tenant_wide(world) or world.number(command.number) is None:
        return None
    return RecordScope(
        number=command.number,
        counterpart=command.counterpart,
        opted_out=True,
        source=command.source,
        word=command.code,
        by=command.by,
    )


def _is_tenant_wide(world: World) -> bool:
    tenant = world.tenant_defined()
    return tenant is not None and tenant.consent == "tenant"


def record_scope(command: RecordScope, world: World) -> list[ConversationEvent]:
    """Remember for all of the tenant's numbers what was said to one of them."""
    if command.opted_out == world.opted_out_everywhere(command.counterpart):
        return []
    if not command.opted_out:
        return [
            CounterpartOptedIn(
                number=command.number,
                counterpart=command.counterpart,
                source=command.source,
                word=command.word,
                everywhere=True,
            )
        ]
    return [
        CounterpartOptedOut(
            number=command.number,
            counterpart=command.counterpart,
            source=command.source,
            word=command.word,
            by=command.by,
            everywhere=True,
        )
    ]
