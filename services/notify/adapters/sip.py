"""Texts on desk phones: a SIP MESSAGE by UDP to the phone system, said again until it answers."""

import asyncio
from typing import Literal, cast

import msgspec
import structlog

from schemas.notification import RecordPhoneText
from services.kernel.handling import Addressed
from services.notify.adapters.sip_words import Answer, Message, proven
from services.notify.handlers import Phoning
from services.notify.ports import PhoneSystem

#: RFC 3261 §17.1.2.2: waits between repeats of one request; together they are our patience.
REPEAT_SECONDS = (0.5, 1.0, 2.0, 4.0)
#: A request, and once more with the proof that it is ours.
_MOST_REQUESTS = 2
_FINAL, _SUCCESS, _SERVER_ERRORS = 200, range(200, 300), range(500, 600)
_LATER = frozenset({408, 480, 486})
_log = structlog.get_logger()


class SipPerformer:
    """Performer of the effect `sip-message`. A crash in the middle may show a text twice."""

    def __init__(self, system: PhoneSystem) -> None:
        self._system = system

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        phoning = msgspec.json.decode(payload, type=Phoning)
        status = await self._tell(effect_id, phoning)
        _log.info("phoned", status=status)
        recipient = phoning.text.recipient
        outcome = _outcome(status)
        code = None if outcome == "delivered" else str(status)
        report = RecordPhoneText(text=phoning.text, tries=phoning.tries, outcome=outcome, code=code)
        return (
            Addressed(
                subject=recipient, partitionkey=recipient, tenant=phoning.tenant, data=report
            ),
        )

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        del effect_id, payload
        return None

    async def _tell(self, effect_id: str, phoning: Phoning) -> int:
        """Give the final status; 408 for silence, 400 for a phone that cannot be dialled."""
        loop, place = asyncio.get_running_loop(), self._system.address
        try:
            transport, line = await loop.create_datagram_endpoint(
                _Line, remote_addr=(place.host, place.port)
            )
        except OSError:
            return 503
        try:
            return await self._ask(line, self._message(effect_id, phoning, line.here))
        except ValueError:
            return 400
        finally:
            transport.close()

    async def _ask(self, line: "_Line", message: Message) -> int:
        for _ in range(_MOST_REQUESTS):
            answer = await line.ask(message)
            if answer is None:
                return 408
            again = proven(message, answer, self._system.user, self._system.password)
            if again is None:
                return answer.status
            message = again
        return 401

    def _message(self, effect_id: str, phoning: Phoning, here: str) -> Message:
        text = phoning.text
        return Message(
            call=effect_id,
            dial=text.dial,
            sender=text.title,
            domain=self._system.domain,
            text=text.body,
            here=here,
        )


class _Line(asyncio.DatagramProtocol):
    """One socket to the phone system, and what it said."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[Answer] = asyncio.Queue(maxsize=16)
        self._transport: asyncio.DatagramTransport | None = None
        self.here = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        host, port = transport.get_extra_info("sockname")[:2]
        self.here = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        del addr
        answer = Answer.read(data)
        if answer is not None and not self._heard.full():
            self._heard.put_nowait(answer)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: the same as silence."""

    async def ask(self, message: Message) -> Answer | None:
        """Send it until there is a final answer; None for silence."""
        for wait in REPEAT_SECONDS:
            if self._transport is not None:
                self._transport.sendto(message.encode())
            try:
                async with asyncio.timeout(wait):
                    return await self._final(message)
            except TimeoutError:
                continue
        return None

    async def _final(self, message: Message) -> Answer:
        while True:
            answer = await self._heard.get()
            if answer.is_to(message) and answer.status >= _FINAL:
                return answer


def _outcome(status: int) -> Literal["delivered", "retry", "failed"]:
    if status in _SUCCESS:
        return "delivered"
    return "retry" if status in _LATER or status in _SERVER_ERRORS else "failed"
