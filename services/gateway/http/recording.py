"""Puts on the log what was made or ended that lets somebody in; the secret itself never."""

from schemas.directory import RecordCredential
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import Parts
from services.gateway.ports import Ask
from services.kernel import ids


async def record(parts: Parts, caller: Caller, wish: RecordCredential) -> None:
    """Tell of it for the audit; nobody waits, and with the log away the caller is told so."""
    subject = f"extension/{wish.extension_id}"
    await parts.asking.tell(
        Ask(
            command_id=ids.new(),
            scope=caller.scope,
            subject=subject,
            partition_key=subject,
            data=wish,
        )
    )
