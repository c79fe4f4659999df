"""Wishes as asks: to whose stream, and under which id, so that a repeat is the same command."""

import msgspec

from services.gateway.domain.scope import Caller
from services.gateway.http.entry import command_id
from services.gateway.ports import Ask, Way


def to_stream(
    caller: Caller, key: str, stream: str, wish: msgspec.Struct, target: str | None = None
) -> Ask:
    """Address a stream that is its own partition key; `target` tells wishes of one key apart."""
    return Ask(
        command_id=command_id(key, caller.scope, stream if target is None else target),
        scope=caller.scope,
        subject=stream,
        partition_key=stream,
        data=wish,
    )


def to_conversation(
    caller: Caller, key: str, way: Way, wish: msgspec.Struct, what: str = ""
) -> Ask:
    """Address the stream of a conversation; `what` tells wishes of one key apart."""
    return Ask(
        command_id=command_id(key, caller.scope, way.conversation_id + what),
        scope=caller.scope,
        subject=way.conversation_id,
        partition_key=way.partition_key,
        data=wish,
    )
