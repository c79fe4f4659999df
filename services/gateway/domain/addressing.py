"""Where a new conversation lives: the ids and keys that the router derives too (DESIGN.md §3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from schemas.base import ConversationId, Counterpart, ExtensionId, Number
from schemas.conversation import StartConversation
from schemas.partition_key import for_sms
from services.gateway.domain.scope import Scope
from services.kernel import ids

#: As people write one; no extension's id is so long and all digits.
_PHONE = re.compile(r"\+?[0-9() .-]{7,24}")


@dataclass(frozen=True)
class Start:
    """What a viewer asked for."""

    kind: Literal["direct", "group", "sms"]
    to: tuple[str, ...]
    number: str | None
    name: str | None


@dataclass(frozen=True)
class Started:
    conversation_id: ConversationId
    partition_key: str
    command: StartConversation


class BadAddress(ValueError):
    """Nobody can be reached like that."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


def start(wish: Start, scope: Scope, numbers: tuple[str, ...], command_id: str) -> Started:
    """Name the conversation that the wish is about; raises BadAddress."""
    match wish.kind:
        case "direct":
            return _direct(wish, scope)
        case "group":
            return _group(wish, scope, numbers, command_id)
        case "sms":
            return _sms(wish, scope, numbers)


def _direct(wish: Start, scope: Scope) -> Started:
    if len(wish.to) != 1:
        raise BadAddress("not-one-person", "Choose exactly one person.")
    name = ids.derive("conversation", scope.tenant, "direct", *sorted((scope.user, wish.to[0])))
    command = StartConversation(kind="direct", by=scope.user, members=(ExtensionId(wish.to[0]),))
    return Started(ConversationId(name), name, command)


def apart(
    to: Iterable[str], ours: str | None
) -> tuple[tuple[ExtensionId, ...], tuple[Counterpart, ...]]:
    """Tell colleagues from outside people: these are written as phone numbers; raises BadAddress.

    ours: the number that outside people are texted from, which says in which country.
    """
    wanted = list(dict.fromkeys(to))
    outside = [one for one in wanted if _PHONE.fullmatch(one)]
    if outside and ours is None:
        raise BadAddress("no-number", "You have no such number to text from.")
    members = (ExtensionId(one) for one in wanted if one not in outside)
    numbers = dict.fromkeys(canonical(one, ours or "") for one in outside)
    return tuple(members), tuple(numbers)


def _group(wish: Start, scope: Scope, numbers: tuple[str, ...], command_id: str) -> Started:
    name = ids.derive(command_id, "conversation")
    number = wish.number or next(iter(numbers), None)
    people, counterparts = apart(wish.to, number)
    command = StartConversation(
        kind="group",
        by=scope.user,
        members=tuple(one for one in people if one != scope.user),
        number=Number(number) if number and counterparts else None,
        counterparts=counterparts,
        name=wish.name,
    )
    return Started(ConversationId(name), name, command)


def _sms(wish: Start, scope: Scope, numbers: tuple[str, ...]) -> Started:
    number = wish.number or next(iter(numbers), None)
    if number is None or number not in numbers:
        raise BadAddress("no-number", "You have no such number to text from.")
    to = tuple(sorted({canonical(one, number) for one in wish.to}))
    name = ids.derive("conversation", scope.tenant, number, *to)
    command = StartConversation(kind="sms", by=scope.user, number=Number(number), counterparts=to)
    return Started(ConversationId(name), for_sms(number, to), command)


def canonical(text: str, ours: str) -> str:
    """Read a number as somebody in our number's country writes it, as E.164."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(ours))
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise BadAddress("not-a-number", f"{text} is not a phone number.") from error
    if not phonenumbers.is_possible_number(number):
        raise BadAddress("not-a-number", f"{text} is not a phone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
