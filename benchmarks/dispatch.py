"""M-dispatch: texts a second that dispatch hands to a carrier, from a thousand of our numbers.

Real Kafka and PostgreSQL of its own, the service as an operator starts it, and a carrier that takes
everything and does nothing. `python -m benchmarks.dispatch` prints it by itself.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.footprint import cpu_seconds
from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.processes import Program, start
from schemas.base import ConversationId, MessageId, Number
from schemas.conversation import MessageSubmitted
from schemas.delivery import SendAnswered
from schemas.envelope import Envelope
from schemas.partition_key import for_sms
from services.kernel import ids
from services.kernel.clock import Clock
from tests.support import dispatch_words as words
from tests.support import infra
from tests.support.conversing import Conversing, conversing
from tests.support.waiting import eventually

NUMBERS, TEXTS_EACH = 1_000, 3
_WARM_UP = 200
#: Records published at once, and how long all may take.
_AT_ONCE, _LIMIT_SECONDS = 500, 300
_READY_SECONDS = 10.0
_ACCOUNTS = """
public_base_url = "https://texts.example.com"

[main]
carrier = "telnyx"
api_base_url = "{address}"
api_key = "KEY"
"""
_words = words.outbox()
_clock = Clock()


def measure() -> str:
    """Start it, warm it up, then give it everything at once."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's user must be able to enter
        place = Path(folder)
        with (
            infra.kafka_address() as kafka,
            infra.postgres_dsn() as postgres,
            infra.fresh_database(postgres, "bench_dispatch") as database,
            _carrier(place) as address,
        ):
            accounts = place / "carriers.toml"
            accounts.write_text(_ACCOUNTS.format(address=address), encoding="utf-8")
            os.environ["DISPATCH_CARRIERS"] = str(accounts)
            os.environ["DISPATCH_ALLOWED_NETWORKS"] = "127.0.0.0/8"
            return asyncio.run(_measure(kafka, database, place))


@contextmanager
def _carrier(logs: Path) -> Iterator[str]:
    port = free_port()
    command = ["uvicorn", "benchmarks.null_carrier:app", "--port", str(port), "--no-access-log"]
    child = start(Program(name="carrier", command=[sys.executable, "-m", *command]), logs)
    try:
        child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        child.stop()


async def _measure(kafka: str, database: str, place: Path) -> str:
    async with conversing("dispatch", kafka, database, place) as dispatch:
        return await _run(dispatch)


async def _run(dispatch: Conversing) -> str:
    await _hand_out(dispatch, _texts("warm-up", 1, _WARM_UP), _WARM_UP)
    process = dispatch.process
    assert process is not None
    many = NUMBERS * TEXTS_EACH
    texts = _texts("measured", TEXTS_EACH, NUMBERS)
    began, used = time.perf_counter(), cpu_seconds(process.pid)
    await _hand_out(dispatch, texts, _WARM_UP + many)
    wall, cpu = time.perf_counter() - began, cpu_seconds(process.pid) - used
    return f"{many / cpu:,.0f}/s a core, {many / wall:,.0f}/s on this box ({many:,} texts)"


async def _hand_out(
    dispatch: Conversing, texts: list[Envelope[MessageSubmitted]], up_to: int
) -> None:
    """Publish all, and wait until the carrier's answer to each is on the log."""
    for first in range(0, len(texts), _AT_ONCE):
        await dispatch.say(*texts[first : first + _AT_ONCE])

    async def all_answered() -> bool:
        await dispatch.listen()
        events = dispatch.heard.get("delivery-events", [])
        answers = [event.data for event in events if isinstance(event.data, SendAnswered)]
        assert {answer.answer for answer in answers} <= {"accepted"}
        return len({answer.message_id for answer in answers}) >= up_to

    await eventually(all_answered, _LIMIT_SECONDS, every=0.2)


def _texts(run: str, each: int, numbers: int) -> list[Envelope[MessageSubmitted]]:
    """Give so many texts of each number, each number's to one customer; numbers take turns."""
    return [_text(run, number, count) for count in range(each) for number in range(numbers)]


def _text(run: str, index: int, count: int) -> Envelope[MessageSubmitted]:
    number, customer = Number(f"+1415600{index:04}"), f"+1202600{index:04}"
    message_id = MessageId(ids.derive(run, str(index), str(count)))
    submitted = msgspec.structs.replace(
        words.submitted(message_id, f"Your order {index} is ready.", recipients=(customer,)),
        conversation_id=ConversationId(ids.derive("conversation", number, customer)),
        number=number,
        position=count + 1,
    )
    key = for_sms(number, (customer,))
    envelope = _words.wrap(submitted, key=key, subject=submitted.conversation_id, id_=message_id)
    return msgspec.structs.replace(envelope, time=_clock.now())


if __name__ == "__main__":
    print(measure())
