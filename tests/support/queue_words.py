"""The words of a queue's story: who works it, what the customer and the agents do."""

import msgspec

from schemas.base import ConversationId, ExtensionId, MessageId, QueueId
from schemas.desk import DeclineOffer, EndOffer, OverflowWait, WriteNote
from schemas.queue import (
    ClaimConversation,
    CloseConversation,
    CloseInactive,
    ConfigureQueue,
    EscalateWait,
    Held,
    LapseClaim,
    LogIn,
    LogOut,
    LogOutAway,
    MarkAway,
    MarkPresent,
    OptOutCustomer,
    QueueConversation,
    ReleaseClaim,
    ReplyToCustomer,
    TransferConversation,
)
from schemas.queue_options import QueueOptions
from services.queue.domain.state import Place, Roster
from services.queue.handlers import QueueHandlers
from tests.support.scenario import Told
from tests.support.stage import Stage

SUPPORT, SALES = QueueId("support"), QueueId("sales")
ANA, BERT, CLEO = ExtensionId("ana"), ExtensionId("bert"), ExtensionId("cleo")
SAM = ExtensionId("sam")
CHAT = ConversationId("conversation-1")
OTHER = ConversationId("conversation-2")
PARTITION_KEY = "+15550100|+15550199"


def configure(
    queue_id: QueueId = SUPPORT,
    agents: tuple[ExtensionId, ...] = (ANA, BERT),
    options: QueueOptions | None = None,
) -> ConfigureQueue:
    return ConfigureQueue(
        queue_id=queue_id,
        name=queue_id.title(),
        agents=agents,
        supervisors=(SAM,),
        options=options or QueueOptions(),
    )


def customer_writes(
    conversation_id: ConversationId = CHAT, queue_id: QueueId = SUPPORT, message: str = "message-1"
) -> QueueConversation:
    return QueueConversation(
        queue_id=queue_id,
        conversation_id=conversation_id,
        partition_key=PARTITION_KEY,
        counterpart="+15550199",
        message_id=MessageId(message),
    )


def opts_out(conversation_id: ConversationId = CHAT) -> OptOutCustomer:
    return OptOutCustomer(queue_id=SUPPORT, conversation_id=conversation_id)


def log_in(agent_id: ExtensionId, queue_id: QueueId = SUPPORT) -> LogIn:
    return LogIn(queue_id=queue_id, agent_id=agent_id)


def log_out(agent_id: ExtensionId, held: Held = "release") -> LogOut:
    return LogOut(queue_id=SUPPORT, agent_id=agent_id, held=held)


def goes_away(agent_id: ExtensionId) -> MarkAway:
    return MarkAway(queue_id=SUPPORT, agent_id=agent_id)


def comes_back(agent_id: ExtensionId) -> MarkPresent:
    return MarkPresent(queue_id=SUPPORT, agent_id=agent_id)


def log_out_away(agent_id: ExtensionId, version: int) -> LogOutAway:
    return LogOutAway(queue_id=SUPPORT, agent_id=agent_id, version=version)


def claim(
    agent_id: ExtensionId, conversation_id: ConversationId = CHAT, queue_id: QueueId = SUPPORT
) -> ClaimConversation:
    return ClaimConversation(queue_id=queue_id, conversation_id=conversation_id, agent_id=agent_id)


def reply(
    agent_id: ExtensionId, epoch: int, conversation_id: ConversationId = CHAT, text: str = "hello"
) -> ReplyToCustomer:
    return ReplyToCustomer(
        queue_id=SUPPORT,
        conversation_id=conversation_id,
        agent_id=agent_id,
        epoch=epoch,
        client_id="client-1",
        text=text,
    )


def release(by: ExtensionId, conversation_id: ConversationId = CHAT) -> ReleaseClaim:
    return ReleaseClaim(queue_id=SUPPORT, conversation_id=conversation_id, by=by)


def transfer(
    by: ExtensionId,
    conversation_id: ConversationId = CHAT,
    to_agent: ExtensionId | None = None,
    to_queue: QueueId | None = None,
) -> TransferConversation:
    return TransferConversation(
        queue_id=SUPPORT,
        conversation_id=conversation_id,
        by=by,
        to_agent_id=to_agent,
        to_queue_id=to_queue,
        note="knows the customer",
    )


def close(by: ExtensionId, conversation_id: ConversationId = CHAT) -> CloseConversation:
    return CloseConversation(queue_id=SUPPORT, conversation_id=conversation_id, by=by)


def lapse(epoch: int, conversation_id: ConversationId = CHAT) -> LapseClaim:
    return LapseClaim(queue_id=SUPPORT, conversation_id=conversation_id, epoch=epoch)


def escalate(epoch: int = 0) -> EscalateWait:
    return EscalateWait(queue_id=SUPPORT, conversation_id=CHAT, epoch=epoch)


def decline(agent_id: ExtensionId, conversation_id: ConversationId = CHAT) -> DeclineOffer:
    return DeclineOffer(queue_id=SUPPORT, conversation_id=conversation_id, agent_id=agent_id)


def end_offer(offer: int, conversation_id: ConversationId = CHAT) -> EndOffer:
    return EndOffer(queue_id=SUPPORT, conversation_id=conversation_id, offer=offer)


def overflow(epoch: int = 0) -> OverflowWait:
    return OverflowWait(queue_id=SUPPORT, conversation_id=CHAT, epoch=epoch)


def note(
    by: ExtensionId,
    text: str = "a VIP",
    mentions: tuple[ExtensionId, ...] = (),
    conversation_id: ConversationId = CHAT,
) -> WriteNote:
    return WriteNote(
        queue_id=SUPPORT, conversation_id=conversation_id, by=by, text=text, mentions=mentions
    )


def close_inactive(epoch: int) -> CloseInactive:
    return CloseInactive(queue_id=SUPPORT, conversation_id=CHAT, epoch=epoch)


def desk(*logged_in: ExtensionId, **options: object) -> Stage:
    """Open Support with Ana and Bert as its agents; who is named is logged in."""
    stage = Stage("queue", QueueHandlers())
    stage.tell(configure(options=msgspec.structs.replace(QueueOptions(), **options)))
    for agent_id in logged_in:
        stage.tell(log_in(agent_id))
    return stage


def waiting(*logged_in: ExtensionId, **options: object) -> Stage:
    """Let one customer wait since the start."""
    stage = desk(*logged_in, **options)
    stage.tell(customer_writes())
    return stage


def held(**options: object) -> Stage:
    """Let Ana hold the customer's conversation from the start; Bert is logged in."""
    stage = waiting(ANA, BERT, **options)
    stage.tell(claim(ANA))
    return stage


def place(
    stage: Stage, conversation_id: ConversationId = CHAT, queue_id: QueueId = SUPPORT
) -> Place:
    part = stage.part(f"place/{queue_id}/{conversation_id}")
    assert isinstance(part, Place)
    return part


def roster(stage: Stage, queue_id: QueueId = SUPPORT) -> Roster:
    part = stage.part(f"roster/{queue_id}")
    assert isinstance(part, Roster)
    return part


def kinds(outcome: Told) -> list[str]:
    """Name the events of an outcome."""
    return outcome.kinds
