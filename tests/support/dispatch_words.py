"""The words of dispatch's story: texts that are submitted, what carriers answer and report."""

from datetime import datetime

from schemas.base import (
    ConversationId,
    DeliveryStatus,
    ExtensionId,
    MessageId,
    MessagePurpose,
    Number,
)
from schemas.carrier import ReceiptArrived
from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageRetried,
    MessageSubmitted,
)
from schemas.delivery import AnswerKind, DeliveryChanged, RecordAnswer, RetrySend
from schemas.partition_key import for_sms
from services.dispatch.domain.accounts import Account
from services.dispatch.domain.lattice import Report
from services.dispatch.domain.state import Memory
from services.dispatch.handlers import DispatchHandlers
from services.dispatch.ports import SendNow
from tests.support.scenario import START, Told
from tests.support.stage import Stage

NUMBER = Number("+15550100")
CARL, DORA = "+15550199", "+15550198"
CHAT = ConversationId("conversation-1")
FIRST, SECOND, THIRD = (MessageId(f"message-{index}") for index in (1, 2, 3))
KEY = for_sms(NUMBER, (CARL,))
MAIN, SPARE, KEYED, SHORT = "main", "spare", "keyed", "short"
ASKED = "asked"


def _account(
    *,
    idempotent: bool = False,
    max_characters: int = 1600,
    max_segments: int | None = None,
    can_look_up: bool = False,
) -> Account:
    return Account(
        carrier="twilio",
        pace=lambda _number: 1.0,
        account_segments_per_second=50.0,
        max_characters=max_characters,
        max_segments=max_segments,
        idempotent=idempotent,
        can_look_up=can_look_up,
        is_opt_out=lambda code: code == "21610",
    )


ACCOUNTS = {
    MAIN: _account(),
    SPARE: _account(max_characters=2048),
    KEYED: _account(idempotent=True),
    SHORT: _account(max_segments=2),
    ASKED: _account(can_look_up=True),
}


def outbox() -> Stage:
    """Open dispatch with nothing sent yet."""
    return Stage("dispatch", DispatchHandlers(ACCOUNTS))


def submitted(
    message_id: MessageId = FIRST,
    text: str = "Your order is ready.",
    accounts: tuple[str, ...] = (MAIN,),
    purpose: MessagePurpose = "message",
    recipients: tuple[str, ...] = (CARL,),
) -> MessageSubmitted:
    return MessageSubmitted(
        conversation_id=CHAT,
        message_id=message_id,
        position=1,
        author=ExtensionId("ana"),
        via="sms",
        purpose=purpose,
        number=NUMBER,
        recipients=recipients,
        accounts=accounts,
        text=text,
        members=(ExtensionId("ana"),),
    )


def tried_again(
    attempt: int = 2, message_id: MessageId = FIRST, recipients: tuple[str, ...] = (CARL,)
) -> MessageRetried:
    return MessageRetried(
        conversation_id=CHAT,
        message_id=message_id,
        attempt=attempt,
        by=ExtensionId("ana"),
        number=NUMBER,
        recipients=recipients,
        accounts=(MAIN,),
        text="Your order is ready.",
    )


def says_stop(counterpart: str = CARL) -> CounterpartOptedOut:
    return CounterpartOptedOut(number=NUMBER, counterpart=counterpart, source="text", word="stop")


def says_start() -> CounterpartOptedIn:
    return CounterpartOptedIn(number=NUMBER, counterpart=CARL, source="text", word="start")


def answer(
    kind: AnswerKind,
    tries: int = 1,
    *,
    message_id: MessageId = FIRST,
    attempt: int = 1,
    recipient: str = CARL,
    account: str = MAIN,
    provider: str | None = None,
    code: str | None = None,
    wait: int | None = None,
) -> RecordAnswer:
    given = f"SM-{message_id}-{attempt}-{recipient}" if kind == "accepted" else None
    return RecordAnswer(
        conversation_id=CHAT,
        message_id=message_id,
        attempt=attempt,
        tries=tries,
        recipient=recipient,
        account=account,
        answer=kind,
        provider_message_id=provider or given,
        code=code,
        text=None,
        retry_after_seconds=wait,
    )


def retry(tries: int = 2) -> RetrySend:
    return RetrySend(conversation_id=CHAT, message_id=FIRST, attempt=1, tries=tries, recipient=CARL)


def receipt(
    status: DeliveryStatus | None,
    *,
    provider: str = f"SM-{FIRST}-1-{CARL}",
    message_id: MessageId | None = None,
    counterpart: str = CARL,
    code: str | None = None,
    account: str = MAIN,
) -> ReceiptArrived:
    return ReceiptArrived(
        carrier="twilio",
        account=account,
        provider_message_id=provider,
        number=NUMBER,
        counterpart=counterpart,
        status=status,
        carrier_status=status or "dreaming",
        error_code=code,
        message_id=message_id,
    )


def reports(stage: Stage, arrived: ReceiptArrived, at: datetime = START) -> Told:
    """Let ingest publish a receipt: it knows no tenant, and keys by the pair of numbers."""
    key = for_sms(arrived.number, (arrived.counterpart,))
    return stage.tell(arrived, at, tenant=None, key=key)


def tell(stage: Stage, *items: object, key: str = KEY) -> Told:
    """Let these come one after another; gives what followed from the last."""
    told = None
    for item in items:
        told = stage.tell(item, key=key)  # type: ignore[arg-type]  # every item is a struct
    assert told is not None
    return told


def shown(told: Told) -> list[str]:
    """Give what people see change."""
    return [fact.status for fact in told.facts if isinstance(fact, DeliveryChanged)]


def report(stage: Stage, message_id: str = FIRST, attempt: int = 1, who: str = CARL) -> Report:
    key = f"sending/{message_id}/{attempt}/{who}"
    return Memory({key: stage.part(key)}).sending(message_id, attempt, who).report


def calls(told: Told) -> list[SendNow]:
    """Give the calls that are to be made now."""
    payloads = [effect.payload for effect in told.effects]
    assert all(isinstance(payload, SendNow) for payload in payloads)
    return [payload for payload in payloads if isinstance(payload, SendNow)]
