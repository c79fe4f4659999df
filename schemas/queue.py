"""`queue-events` and `queue-commands`: the queue's one decider and one order (DESIGN.md §7).

Subject and key are the queue. `epoch` counts a conversation's claims in this queue, up for ever: a
timer or a reply that carries an older one comes too late.
"""

from datetime import datetime
from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    Counterpart,
    Event,
    ExtensionId,
    MessageId,
    PersonalText,
    QueueId,
)
from schemas.media import SentFile
from schemas.queue_options import QueueOptions

CloseReason = Literal["agent", "inactivity", "opt-out", "supervisor", "transferred"]
LogoutReason = Literal["hand", "away", "removed"]
Held = Literal["release", "keep"]


class QueueConfigured(Event, frozen=True, kw_only=True):
    """The queue's name, people and values from now on."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...]
    options: QueueOptions


class AgentLoggedIn(Event, frozen=True, kw_only=True):
    """An agent works the queue from now on."""

    queue_id: QueueId
    agent_id: ExtensionId


class AgentLoggedOut(Event, frozen=True, kw_only=True):
    """An agent no longer works the queue."""

    queue_id: QueueId
    agent_id: ExtensionId
    reason: LogoutReason


class AgentWentAway(Event, frozen=True, kw_only=True):
    """The agent's last screen is gone; logged out at `logs_out_at` unless they come back."""

    queue_id: QueueId
    agent_id: ExtensionId
    version: int
    logs_out_at: datetime | None


class AgentCameBack(Event, frozen=True, kw_only=True):
    """The agent is at a screen again."""

    queue_id: QueueId
    agent_id: ExtensionId
    version: int


class ConversationQueued(Event, frozen=True, kw_only=True):
    """A conversation waits; first of all it keeps its first waiting time."""

    queue_id: QueueId
    conversation_id: ConversationId
    partition_key: str
    counterpart: Counterpart
    epoch: int
    #: Since when the customer waits; kept through release and lapse.
    queued_at: datetime
    #: The logged-in agents, who are to be told.
    agents: tuple[ExtensionId, ...]
    #: Where it came from, if it was moved here.
    from_queue_id: QueueId | None = None
    #: The queues that it has overflowed from in this wait; it goes to none of them again.
    through: tuple[QueueId, ...] = ()


class ConversationClaimed(Event, frozen=True, kw_only=True):
    """One agent holds the conversation; nobody else does."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    queued_at: datetime
    #: When the claim lapses if the agent does not answer; None when nothing is unanswered.
    lapses_at: datetime | None
    #: Who handed it over, for a transfer to an agent.
    transferred_by: ExtensionId | None = None
    note: PersonalText | None = None


class FollowUpArrived(Event, frozen=True, kw_only=True):
    """The customer wrote while it is claimed: for the holder, and for nobody else."""

    queue_id: QueueId
    conversation_id: ConversationId
    message_id: MessageId
    agent_id: ExtensionId
    epoch: int
    #: Set by the first unanswered message; later ones do not move it.
    lapses_at: datetime | None


class ClaimRenewed(Event, frozen=True, kw_only=True):
    """The holder replied: nothing is unanswered, the lapse is off."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    #: When it is closed if the customer stays silent; None is off.
    closes_at: datetime | None
    #: Since when the customer had waited; set by the first answer to that wait alone.
    queued_at: datetime | None = None


class ClaimReleased(Event, frozen=True, kw_only=True):
    """The holder, a supervisor or a logout gave it back; it waits again since `queued_at`."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    queued_at: datetime
    by: ExtensionId | None


class ClaimLapsed(Event, frozen=True, kw_only=True):
    """The holder did not answer in time; it waits again since `queued_at`."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    queued_at: datetime
    #: How long the holder had, in seconds.
    idle_seconds: int


class ConversationTransferred(Event, frozen=True, kw_only=True):
    """It was handed on: to an agent of this queue, who holds it now, or to another queue."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId
    from_agent_id: ExtensionId | None
    to_agent_id: ExtensionId | None
    to_queue_id: QueueId | None
    epoch: int
    queued_at: datetime
    note: PersonalText | None


class WaitEscalated(Event, frozen=True, kw_only=True):
    """It has waited longer than `waiting_alert`: supervisors are told."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int
    queued_at: datetime
    supervisors: tuple[ExtensionId, ...]
    waited_seconds: int


class ConversationClosed(Event, frozen=True, kw_only=True):
    """Done; the customer's next message opens it again."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int
    agent_id: ExtensionId | None
    by: ExtensionId | None
    reason: CloseReason
    #: After how long a silence, for `inactivity`.
    silent_seconds: int | None = None


class ConversationReopened(Event, frozen=True, kw_only=True):
    """The customer wrote after the close; it waits, or goes straight to `agent_id`."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int
    queued_at: datetime
    agent_id: ExtensionId | None
    lapses_at: datetime | None
    agents: tuple[ExtensionId, ...]


class ConfigureQueue(Command, frozen=True, kw_only=True):
    """Router hands on a queue's definition."""

    queue_id: QueueId
    name: str
    agents: tuple[ExtensionId, ...]
    supervisors: tuple[ExtensionId, ...]
    options: QueueOptions


class QueueConversation(Command, frozen=True, kw_only=True):
    """A customer wrote to the queue's number (router), or it was moved here (another queue)."""

    queue_id: QueueId
    conversation_id: ConversationId
    partition_key: str
    counterpart: Counterpart
    #: None when it was moved here.
    message_id: MessageId | None = None
    from_queue_id: QueueId | None = None
    #: The first waiting time, when it was moved here.
    queued_at: datetime | None = None
    #: The queues that it has overflowed from in this wait.
    through: tuple[QueueId, ...] = ()


class OptOutCustomer(Command, frozen=True, kw_only=True):
    """The customer said STOP: whoever holds it, it is closed."""

    queue_id: QueueId
    conversation_id: ConversationId


class LogIn(Command, frozen=True, kw_only=True):
    """I work this queue from now on."""

    queue_id: QueueId
    agent_id: ExtensionId


class LogOut(Command, frozen=True, kw_only=True):
    """I no longer work this queue; release or keep what I hold."""

    queue_id: QueueId
    agent_id: ExtensionId
    held: Held = "release"


class MarkAway(Command, frozen=True, kw_only=True):
    """The gateway saw the agent's last screen go."""

    queue_id: QueueId
    agent_id: ExtensionId


class MarkPresent(Command, frozen=True, kw_only=True):
    """The gateway sees the agent again."""

    queue_id: QueueId
    agent_id: ExtensionId


class ClaimConversation(Command, frozen=True, kw_only=True):
    """I take it."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId


class ReplyToCustomer(Command, frozen=True, kw_only=True):
    """I answer the customer under my claim; router then submits the message."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    client_id: str
    text: PersonalText
    files: tuple[SentFile, ...] = ()


class ReleaseClaim(Command, frozen=True, kw_only=True):
    """Give it back to the queue: by the holder, or by a supervisor."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId


class TransferConversation(Command, frozen=True, kw_only=True):
    """Hand it on, to an agent of this queue or to another queue; exactly one of the two is set."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId
    to_agent_id: ExtensionId | None = None
    to_queue_id: QueueId | None = None
    note: PersonalText | None = None


class CloseConversation(Command, frozen=True, kw_only=True):
    """Done: by the holder, or by a supervisor."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId


class LapseClaim(Command, frozen=True, kw_only=True):
    """Timer: the claim of this epoch went unanswered."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int


class EscalateWait(Command, frozen=True, kw_only=True):
    """Timer: it has waited long since this epoch began."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int


class CloseInactive(Command, frozen=True, kw_only=True):
    """Timer: answered under this epoch, and the customer stayed silent."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int


class LogOutAway(Command, frozen=True, kw_only=True):
    """Timer: the agent has been away since this version."""

    queue_id: QueueId
    agent_id: ExtensionId
    version: int


QueueEvent = (
    QueueConfigured
    | AgentLoggedIn
    | AgentLoggedOut
    | AgentWentAway
    | AgentCameBack
    | ConversationQueued
    | ConversationClaimed
    | FollowUpArrived
    | ClaimRenewed
    | ClaimReleased
    | ClaimLapsed
    | ConversationTransferred
    | WaitEscalated
    | ConversationClosed
    | ConversationReopened
)
QueueCommand = (
    ConfigureQueue
    | QueueConversation
    | OptOutCustomer
    | LogIn
    | LogOut
    | MarkAway
    | MarkPresent
    | ClaimConversation
    | ReplyToCustomer
    | ReleaseClaim
    | TransferConversation
    | CloseConversation
    | LapseClaim
    | EscalateWait
    | CloseInactive
    | LogOutAway
)
