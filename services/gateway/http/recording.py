"""Says on the log what followed from a request without being its wish; nobody waits for it."""

import msgspec

from schemas.directory import RecordCredential
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import Parts
from services.gateway.ports import Ask
from services.kernel import ids


async def record(parts: Parts, caller: Caller, wish: RecordCredential) -> None:
    """Tell for the audit what was made or ended that lets somebody in; the secret itself never."""
    await tell(parts, caller, f"extension/{wish.extension_id}", wish)


async def tell(parts: Parts, caller: Caller, stream: str, wish: msgspec.Struct) -> None:
    """Say it to a stream that is its own partition key; with the log away the caller is told so."""
    await parts.asking.tell(
        Ask(
            command_id=ids.new(),
            scope=caller.scope,
            subject=stream,
            partition_key=stream,
            data=wish,
        )
    )
