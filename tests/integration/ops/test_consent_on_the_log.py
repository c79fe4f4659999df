"""`tandem consent` and `tandem verify-consent` on a real log, in which a breach is planted."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas import catalog
from schemas.base import ConversationId, ExtensionId, MessageId, Number
from schemas.conversation import CounterpartOptedOut, MessageSubmitted
from schemas.envelope import Envelope
from schemas.partition_key import for_consent
from services.kernel.clock import Clock
from services.kernel.deciding import outgoing
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from tests.support.conversing import empty_topics

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

ROOT = Path(__file__).resolve().parents[3]
NUMBER, CARL = Number("+14155550101"), "+14155550150"
STOP = CounterpartOptedOut(
    number=NUMBER, counterpart=CARL, source="operator", word="by letter", by=ExtensionId("ana")
)
TEXT = MessageSubmitted(
    conversation_id=ConversationId("chat"),
    message_id=MessageId("m1"),
    position=1,
    author=ExtensionId("ana"),
    via="sms",
    number=NUMBER,
    recipients=(CARL,),
    text="Hello",
    members=(),
)


def _told(sequence: int, subject: str, data: Any) -> Envelope[Any]:  # noqa: ANN401 - an event of any kind
    return Envelope(
        id=f"event-{sequence}",
        type=catalog.wire_name(data),
        source="router",
        subject=subject,
        time=Clock().now(),
        partitionkey=for_consent(NUMBER, CARL),
        tenant="acme",
        sequence=sequence,
        correlation="c",
        data=data,
    )


async def _say(kafka: str, *told: Envelope[Any]) -> None:
    publisher = KafkaPublisher(kafka, Readiness())
    await publisher.start()
    try:
        await publisher.publish([outgoing("conversation-events", one) for one in told])
    finally:
        await publisher.stop()


async def _tandem(kafka: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "TANDEM_ENVIRONMENT": "/nonexistent",
        "TANDEM_KAFKA": kafka,
    }
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.ops", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_history_is_shown_and_a_planted_breach_is_named(kafka: str) -> None:
    await empty_topics(kafka)
    await _say(kafka, _told(1, "chat", TEXT), _told(2, f"consent/{NUMBER}/{CARL}", STOP))

    sound = await _tandem(kafka, "verify-consent")
    assert sound.returncode == 0, sound.stderr
    assert "1 opt-outs, 1 texts, 0 calls to carriers: 0 after a STOP" in sound.stdout
    history = await _tandem(kafka, "consent", CARL)
    assert f"{NUMBER} {CARL}  opted out by ana (operator)" in history.stdout, history.stderr
    assert f"now: {NUMBER} {CARL} opted out" in history.stdout
    assert "by letter" not in history.stdout

    await _say(kafka, _told(3, "chat", TEXT))
    broken = await _tandem(kafka, "verify-consent")
    assert broken.returncode == 1
    assert "said-after-stop: message m1 by event event-3 after the STOP event-2" in broken.stderr
