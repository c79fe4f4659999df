"""Whether any conversation ever had two owners: a fold of the queues' events, apart from the queue.

It shares no code with the decider on purpose: who checks a rule by its own words checks nothing.
"""

from collections import defaultdict
from typing import Any, NamedTuple

from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.desk import ConversationOverflowed
from schemas.queue import (
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    ConversationTransferred,
)

_ENDS = (
    ClaimLapsed
    | ClaimReleased
    | ConversationClosed
    | ConversationOverflowed
    | ConversationQueued
    | ConversationTransferred
)
#: Of those that are named one by one.
MOST_NAMED = 20


class Seen(NamedTuple):
    """A record that cannot be: who held it already, or holds it elsewhere."""

    partition: int
    offset: int
    queue_id: QueueId
    conversation_id: ConversationId


class Owners:
    """Who holds what, folded in the order of each queue's stream."""

    def __init__(self) -> None:
        self._held: dict[tuple[QueueId, ConversationId], tuple[ExtensionId, Seen]] = {}
        self._twice: set[ConversationId] = set()
        self._named: list[Seen] = []

    def take(self, event: Any, partition: int, offset: int) -> None:  # noqa: ANN401 - any event of the log
        """Remember one event; what is no claim and ends none says nothing."""
        match event:
            case ConversationClaimed(agent_id=agent) | ConversationReopened(agent_id=agent):
                self._claimed(event, agent, partition, offset)
            case ClaimRenewed(agent_id=agent):
                holder = self._held.get((event.queue_id, event.conversation_id))
                if holder is None or holder[0] != agent:
                    self._name(_seen(event, partition, offset))
            case _ if isinstance(event, _ENDS):
                self._held.pop((event.queue_id, event.conversation_id), None)

    def twice(self) -> set[ConversationId]:
        """Give every conversation that had two owners, or has two in different queues now."""
        return self._twice | {one.conversation_id for one in self._elsewhere()}

    def named(self) -> list[Seen]:
        """Give the first of the records that say so."""
        return [*self._named, *self._elsewhere()][:MOST_NAMED]

    def _claimed(
        self,
        event: ConversationClaimed | ConversationReopened,
        agent: ExtensionId | None,
        partition: int,
        offset: int,
    ) -> None:
        place, seen = (event.queue_id, event.conversation_id), _seen(event, partition, offset)
        if place in self._held:
            self._name(seen)
        self._held.pop(place, None)
        if agent is not None:
            self._held[place] = agent, seen

    def _name(self, seen: Seen) -> None:
        self._twice.add(seen.conversation_id)
        if len(self._named) < MOST_NAMED:
            self._named.append(seen)

    def _elsewhere(self) -> list[Seen]:
        by_conversation: dict[ConversationId, list[Seen]] = defaultdict(list)
        for (_, conversation), (_, seen) in self._held.items():
            by_conversation[conversation].append(seen)
        return [seen for held in by_conversation.values() for seen in held[1:]]


def _seen(
    event: ConversationClaimed | ConversationReopened | ClaimRenewed, partition: int, offset: int
) -> Seen:
    return Seen(partition, offset, event.queue_id, event.conversation_id)
