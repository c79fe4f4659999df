"""What the push services of phones have in common: one call, judged, and reported to ourselves."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import structlog

from schemas.notification import DevicePush, RecordDevicePush
from services.kernel.addresses import NotAllowed
from services.kernel.handling import Addressed
from services.kernel.outbound import Answer, TooBig, Unknown, Unreachable
from services.notify.handlers.mobile import Telling

#: How long a push service keeps what it cannot deliver: older news is none.
TIME_TO_LIVE_SECONDS = 3600
_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an answer means."""

    outcome: Literal["delivered", "gone", "retry", "failed"]
    code: str | None = None
    after_seconds: int | None = None
    gone_at: datetime | None = None


class DevicePerformer(ABC):
    """Performer of a phone's effect. Repeating it is harmless: it replaces what is shown."""

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        del effect_id
        telling = msgspec.json.decode(payload, type=Telling)
        push = telling.push
        verdict = await self._judged(push)
        _log.info("pushed", platform=push.platform, outcome=verdict.outcome, code=verdict.code)
        report = RecordDevicePush(
            push=push,
            tries=telling.tries,
            outcome=verdict.outcome,
            code=verdict.code,
            after_seconds=verdict.after_seconds,
            gone_at=verdict.gone_at,
        )
        return (
            Addressed(
                subject=push.recipient,
                partitionkey=push.recipient,
                tenant=telling.tenant,
                data=report,
            ),
        )

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        del effect_id, payload
        return None

    async def _judged(self, push: DevicePush) -> Verdict:
        try:
            return await self._tell(push)
        except NotAllowed as blocked:
            return Verdict(outcome="failed", code=str(blocked))
        except (Unreachable, Unknown, TooBig) as away:
            return Verdict(outcome="retry", code=type(away).__name__)

    @abstractmethod
    async def _tell(self, push: DevicePush) -> Verdict:
        """Call the push service once, and judge its answer."""


def wait_of(reply: Answer, otherwise: int | None) -> int | None:
    """Read Retry-After in seconds; a date there, or nothing, is `otherwise`."""
    said = reply.headers.get("retry-after", "")
    return int(said) if said.isascii() and said.isdigit() else otherwise
