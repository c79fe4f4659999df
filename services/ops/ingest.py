"""Ingest's control address, as the operator's command calls it."""

import asyncio
import json
from collections.abc import Sequence

import msgspec

from services.kernel.outbound import Answer, Outbound, Policy, Unknown, Unreachable
from services.ops.settings import environment

#: A call may wait for an upload of all that the spool holds.
CALL_SECONDS = 120.0
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_OK = 200


class NotDone(RuntimeError):
    """Ingest could not be asked, or said no; the text says why."""


def flush() -> str | None:
    """Let ingest archive what it has; says why it could not."""
    try:
        call("/flush", b"")
    except NotDone as error:
        return str(error)
    return None


def hand_over(payloads: Sequence[bytes]) -> None:
    """Give kept requests to ingest, which publishes what they still owe; NotDone."""
    call("/reparse", msgspec.msgpack.encode(list(payloads)))


def call(path: str, body: bytes) -> None:
    """Call ingest; NotDone."""
    address = environment().optional("INGEST_CONTROL")
    if address is None:
        raise NotDone("INGEST_CONTROL is not set: ingest cannot be asked")
    answer = asyncio.run(_call(f"http://{address}{path}", body))
    if answer.status != _OK:
        raise NotDone(f"ingest answers {answer.status}: {_error(answer)}")


async def _call(url: str, body: bytes) -> Answer:
    key = environment().optional("INGEST_CONTROL_KEY") or ""
    # the operator names the address himself: any network is right
    outbound = Outbound(Policy.read(_EVERYWHERE))
    try:
        return await outbound.call(
            "POST",
            url,
            headers={"authorization": f"Bearer {key}"},
            content=body,
            total_seconds=CALL_SECONDS,
        )
    except (Unreachable, Unknown) as error:
        raise NotDone(f"ingest does not answer at {url}: {error}") from error
    finally:
        await outbound.close()


def _error(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["error"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
