"""Who has said STOP: the test form of dispatch's port, and records that say it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from schemas import catalog, partition_key
from schemas.base import ConversationId, MessageId, MessagePurpose, Number
from schemas.conversation import CounterpartOptedIn, CounterpartOptedOut
from schemas.envelope import Envelope
from services.dispatch.domain.state import binding, consent_key, everywhere_key
from services.dispatch.ports import Leave, SendNow
from services.kernel.deciding import outgoing
from services.kernel.runtime import Record

TENANT = "acme"
_numbered = count()


class FakeConsents:
    """Opted out are the pairs that it is given."""

    def __init__(self, opted_out: set[tuple[str, str]] | None = None) -> None:
        self.opted_out = opted_out or set()

    async def ask(self, send: SendNow) -> Leave:
        out = {consent_key(*pair) for pair in self.opted_out}
        keys = binding(send.tenant, send.number, send.recipient, send.purpose)
        return Leave(held=any(key in out for key in keys))


class ReadLog:
    """A log whose every record has been taken: nobody need wait for its end."""

    def __init__(self, ends: Mapping[int, int] | None = None) -> None:
        self.ends = ends or dict.fromkeys(range(12), 7)

    async def caught_up(self) -> Mapping[int, int]:
        return self.ends


def said(
    number: str, counterpart: str, word: Literal["stop", "start"], *, everywhere: bool = False
) -> Record:
    """Spell a STOP or START as router puts it on the log."""
    kind = CounterpartOptedOut if word == "stop" else CounterpartOptedIn
    data = kind(
        number=Number(number),
        counterpart=counterpart,
        source="text",
        word=word,
        everywhere=everywhere,
    )
    key = (
        everywhere_key(TENANT, counterpart)
        if everywhere
        else partition_key.for_consent(number, counterpart)
    )
    offset = next(_numbered)
    envelope = Envelope(
        id=f"said-{offset}",
        type=catalog.wire_name(data),
        source="router",
        subject=key,
        time=datetime(2026, 11, 20, tzinfo=UTC),
        partitionkey=key,
        tenant=TENANT,
        sequence=offset + 1,
        correlation="c",
        data=data,
    )
    out = outgoing("conversation-events", envelope)
    return Record(out.topic, 0, offset, out.key, out.value, out.headers, 0)


def send_now(
    *, number: str, recipient: str, purpose: MessagePurpose = "message", tenant: str = TENANT
) -> SendNow:
    """Ask for one call."""
    return SendNow(
        tenant=tenant,
        conversation_id=ConversationId("chat"),
        partition_key=partition_key.for_consent(number, recipient),
        message_id=MessageId("m1"),
        attempt=1,
        tries=1,
        recipient=recipient,
        number=Number(number),
        account="main",
        text="Hello",
        purpose=purpose,
        idempotency_key="key",
    )
