"""Records in, decisions out: plans a fetch per file, and settles each file once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from schemas.conversation import MessageReceived
from schemas.envelope import Envelope
from schemas.media import FileRefused, FileStored, RecordFetch
from services.kernel.handling import Addressed, Effect, Outcome, Part, Parts
from services.media import domain
from services.media.domain import Fetch, Settled, Wanted

#: The effect that services.media.adapters.fetch performs.
FETCH = "fetch"


class MediaHandlers:
    """The kernel's view of media (services.kernel.handling.Handlers)."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        del parts
        match envelope.data:
            case RecordFetch() as report:
                return (_wanted_key(report), _settled_key(report))
            case _:
                return ()

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        match envelope.data:
            case MessageReceived() as message:
                return _on_message_received(message, envelope)
            case RecordFetch() as report:
                return _record_fetch(report, envelope, parts)
            case _:
                return Outcome()

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        match event.data:
            case MessageReceived() as message:
                return tuple(_wanted_key(want) for want in _wanted(message, event))
            case FileStored() | FileRefused() as settled:
                return (_settled_key(settled),)
            case _:
                return ()

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        del parts
        match event.data:
            case MessageReceived() as message:
                return {_wanted_key(want): want for want in _wanted(message, event)}
            case FileStored() as stored:
                return {_settled_key(stored): Settled(result="stored")}
            case FileRefused() as refused:
                return {_settled_key(refused): Settled(result="refused")}
            case _:
                return {}

    def part_type(self, key: str) -> type[Part]:
        return Wanted if key.startswith("wanted/") else Settled


def _on_message_received(message: MessageReceived, envelope: Envelope[Any]) -> Outcome:
    wants = _wanted(message, envelope)
    return Outcome(
        effects=tuple(_fetch(want, 1, envelope.time) for want in wants[: domain.MAX_FILES]),
        events=tuple(_refuse(want) for want in wants[domain.MAX_FILES :]),
    )


def _record_fetch(report: RecordFetch, envelope: Envelope[Any], parts: Parts) -> Outcome:
    want, known = parts.get(_wanted_key(report)), parts.get(_settled_key(report))
    if not isinstance(want, Wanted):
        return Outcome()
    settled = domain.settle(report, known if isinstance(known, Settled) else None)
    if settled is not None:
        return Outcome(events=(_addressed(want, settled),))
    wait = domain.next_wait(report)
    if wait is None or known is not None:
        return Outcome()
    return Outcome(effects=(_fetch(want, report.tries + 1, envelope.time + wait),))


def _refuse(want: Wanted) -> Addressed:
    refused = FileRefused(
        conversation_id=want.conversation_id,
        message_id=want.message_id,
        index=want.index,
        code="too-many-files",
    )
    return _addressed(want, refused)


def _fetch(want: Wanted, tries: int, due_at: datetime) -> Effect:
    return Effect(
        kind=FETCH,
        order_key=f"{want.message_id}/{want.index}",
        payload=Fetch(wanted=want, tries=tries),
        due_at=due_at,
    )


def _wanted(message: MessageReceived, event: Envelope[Any]) -> tuple[Wanted, ...]:
    return domain.wanted(message, event.tenant or "", event.partitionkey)


def _addressed(want: Wanted, data: FileStored | FileRefused) -> Addressed:
    return Addressed(
        subject=want.conversation_id, partitionkey=want.partitionkey, tenant=want.tenant, data=data
    )


def _wanted_key(file: Wanted | RecordFetch) -> str:
    return f"wanted/{file.message_id}/{file.index}"


def _settled_key(file: FileStored | FileRefused | RecordFetch) -> str:
    return f"settled/{file.message_id}/{file.index}"
