"""What is said to the router in tests: a small office, its numbers, and the commands about them."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec

from schemas import catalog, partition_key
from schemas.base import ConversationId, ExtensionId, MessageId, Number, QueueId, TenantId
from schemas.carrier import CarrierEvent, ConsentKeyword, MessageArrived, OptOutArrived
from schemas.consent import ConsentScope, OptOutByHand, ReviewRevocation, Verdict
from schemas.conversation import (
    CloseConversation,
    MarkRead,
    MarkUnread,
    NoteDeliveryEnd,
    RecordOptOut,
    ReopenConversation,
    RetryMessage,
    SendMessage,
    StartConversation,
)
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    Role,
    Route,
)
from schemas.envelope import Envelope
from schemas.limits import GuardOptions
from schemas.queue_options import QueueOptions
from services.kernel import ids
from services.router.handlers import RouterHandlers
from services.router.handlers.addressing import sms_conversation
from tests.support.scenario import START, TENANT, Scenario, Told

ANA, BERT, CARO, SAM = (ExtensionId(name) for name in ("ana", "bert", "caro", "sam"))
SUPPORT = QueueId("support")
#: Routed to Ana and Bert; both may send from it, and so may Caro.
DIRECT_LINE = Number("+14155550101")
#: Routed to the queue Support.
QUEUE_LINE = Number("+14155550102")
TOLL_FREE = Number("+18005550103")
CUSTOMER, FRIEND = "+14155550150", "+14155550151"
_numbered = count()
TWILIO = "twilio-main"


def ana_and_bert() -> Route:
    return Route(kind="extensions", extensions=(ANA, BERT))


def to_support() -> Route:
    return Route(kind="queue", queue_id=SUPPORT)


def tenant(
    *, texting: bool = True, consent: ConsentScope = "number", guard: GuardOptions | None = None
) -> DefineTenant:
    return DefineTenant(
        tenant_id=TenantId(TENANT),
        name="Acme",
        texting=texting,
        consent=consent,
        guard=guard or GuardOptions(),
    )


def extension(
    id_: ExtensionId, *, texting: bool = True, roles: tuple[Role, ...] = ("user",)
) -> DefineExtension:
    return DefineExtension(
        extension_id=id_, dial="101", name=id_.title(), texting=texting, roles=roles
    )


def number(
    number: Number = DIRECT_LINE,
    *,
    route: Route | None = None,
    callers: tuple[ExtensionId, ...] = (ANA, BERT, CARO),
    texting: bool = True,
    toll_free: bool = False,
    accounts: tuple[str, ...] = (TWILIO,),
) -> DefineNumber:
    return DefineNumber(
        number=number,
        route=route or ana_and_bert(),
        callers=callers,
        texting=texting,
        toll_free=toll_free,
        accounts=accounts,
    )


def queue(
    agents: tuple[ExtensionId, ...] = (ANA, BERT), options: QueueOptions | None = None
) -> DefineQueue:
    return DefineQueue(
        queue_id=SUPPORT,
        name="Support",
        agents=agents,
        supervisors=(SAM,),
        options=options or QueueOptions(),
    )


def office() -> Scenario:
    """Open the office: four people, a direct line, a queue's line, a toll-free line."""
    scenario = Scenario("router", RouterHandlers())
    return scenario.given(
        tenant(),
        *(extension(id_) for id_ in (ANA, BERT, CARO, SAM)),
        queue(),
        number(),
        number(QUEUE_LINE, route=to_support(), callers=(ANA,)),
        number(TOLL_FREE, toll_free=True),
    )


def conversation_with(
    *counterparts: str, number: Number = DIRECT_LINE, tenant: str = TENANT
) -> ConversationId:
    return sms_conversation(tenant, number, counterparts or (CUSTOMER,))


CHAT = conversation_with()
QUEUED = conversation_with(number=QUEUE_LINE)


def texts(
    text: str = "Is my order ready?",
    *,
    number: Number = DIRECT_LINE,
    counterpart: str = CUSTOMER,
    others: Sequence[str] = (),
    handled: ConsentKeyword | None = None,
    id_: str = "",
) -> Envelope[Any]:
    """Let a customer's text arrive as ingest puts it on the log: no tenant, its partition key."""
    arrived = MessageArrived(
        carrier="twilio",
        account=TWILIO,
        provider_message_id="SM1",
        number=number,
        counterpart=counterpart,
        others=tuple(sorted(others)),
        text=text,
        handled_keyword=handled,
    )
    key = partition_key.for_sms(number, (counterpart, *others))
    return _of_a_carrier(arrived, key, id_ or ids.derive("text", str(next(_numbered))))


def opt_out_told(
    number: Number = DIRECT_LINE, counterpart: str = CUSTOMER, provider_id: str = "ssu_1"
) -> Envelope[Any]:
    """Let a carrier say that somebody has opted out there, though no text of theirs came."""
    told = OptOutArrived(
        carrier="bird",
        account="bird",
        provider_id=provider_id,
        number=number,
        counterpart=counterpart,
        reason="keyword_stop",
    )
    key = partition_key.for_sms(number, (counterpart,))
    return _of_a_carrier(told, key, ids.derive("opt-out", provider_id, number))


def _of_a_carrier(data: CarrierEvent, key: str, id_: str) -> Envelope[Any]:
    return Envelope(
        id=id_,
        type=catalog.wire_name(data),
        source="ingest",
        subject=key,
        time=START,
        partitionkey=key,
        correlation=id_,
        data=data,
    )


def says(
    by: ExtensionId, text: str = "Hello", conversation_id: ConversationId = CHAT
) -> SendMessage:
    return SendMessage(conversation_id=conversation_id, by=by, client_id=f"client-{by}", text=text)


def replies(
    scenario: Scenario, by: ExtensionId, text: str = "Hello", *, source: str = "queue"
) -> Envelope[Any]:
    """Let the queue hand on an agent's reply, as it does once it has judged the claim."""
    command = msgspec.structs.replace(says(by, text, QUEUED), queue_id=SUPPORT, claim_epoch=1)
    return scenario.wrap(command, source=source)


def retry(
    by: ExtensionId, message_id: MessageId, conversation_id: ConversationId = CHAT
) -> RetryMessage:
    return RetryMessage(conversation_id=conversation_id, message_id=message_id, by=by)


def ended(
    message_id: MessageId,
    *,
    failed: bool = True,
    attempt: int = 1,
    conversation_id: ConversationId = CHAT,
) -> NoteDeliveryEnd:
    return NoteDeliveryEnd(
        conversation_id=conversation_id, message_id=message_id, attempt=attempt, failed=failed
    )


def reads(by: ExtensionId, up_to: int, conversation_id: ConversationId = CHAT) -> MarkRead:
    return MarkRead(conversation_id=conversation_id, by=by, up_to=up_to)


def marks_unread(by: ExtensionId, conversation_id: ConversationId = CHAT) -> MarkUnread:
    return MarkUnread(conversation_id=conversation_id, by=by)


def closes(by: ExtensionId, conversation_id: ConversationId = CHAT) -> CloseConversation:
    return CloseConversation(conversation_id=conversation_id, by=by)


def reopens(by: ExtensionId, conversation_id: ConversationId = CHAT) -> ReopenConversation:
    return ReopenConversation(conversation_id=conversation_id, by=by)


def starts_direct(by: ExtensionId, *others: ExtensionId) -> StartConversation:
    return StartConversation(kind="direct", by=by, members=others)


def starts_group(by: ExtensionId, *others: ExtensionId) -> StartConversation:
    return StartConversation(kind="group", by=by, members=others, name="Launch")


def starts_sms(
    by: ExtensionId, *counterparts: str, number: Number | None = DIRECT_LINE
) -> StartConversation:
    return StartConversation(kind="sms", by=by, number=number, counterparts=counterparts)


def opted_out_there(
    scenario: Scenario, number: Number = DIRECT_LINE, counterpart: str = CUSTOMER, key: str = ""
) -> Envelope[Any]:
    """Let dispatch report that the carrier knows of an opt-out."""
    command = RecordOptOut(number=number, counterpart=counterpart, code="21610")
    key = key or partition_key.for_consent(number, counterpart)
    return scenario.wrap(command, key=key, source="dispatch")


def reviews(
    by: ExtensionId,
    message_id: MessageId,
    verdict: Verdict = "confirmed",
    conversation_id: ConversationId = CHAT,
) -> ReviewRevocation:
    return ReviewRevocation(
        conversation_id=conversation_id, message_id=message_id, verdict=verdict, by=by
    )


def opts_out_by_hand(
    by: ExtensionId,
    number: Number = DIRECT_LINE,
    counterpart: str = CUSTOMER,
    note: str = "told us on the phone",
) -> OptOutByHand:
    return OptOutByHand(number=number, counterpart=counterpart, by=by, note=note)


def message_id(told: Told) -> MessageId:
    """Give the id of the message that an answer names."""
    assert told.answer is not None
    return MessageId(told.answer["message_id"])
