"""Records in, decisions out: a fetch per file, each settled once; objects kept while needed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from schemas.base import MessageId
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.deletion import MessageDeleted
from schemas.envelope import Envelope
from schemas.media import (
    FileRefused,
    FilesForgotten,
    FileStored,
    ForgetFiles,
    HoldObject,
    ObjectHeld,
    ObjectReleased,
    RecordFetch,
    ReleaseObject,
    SweepObject,
)
from services.kernel.handling import Addressed, Effect, Outcome, Part, Parts
from services.media.domain import fetching, holding
from services.media.domain.fetching import Fetch, Settled, Wanted
from services.media.domain.holding import Holders, Kept, Remove, kept_key

#: The effects that services.media.adapters perform.
FETCH, REMOVE = "fetch", "remove"
_KINDS: Mapping[str, type[Part]] = {
    "wanted": Wanted,
    "settled": Settled,
    "object": Holders,
    "kept": Kept,
}


class MediaHandlers:
    """The kernel's view of media (services.kernel.handling.Handlers)."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        del parts
        match envelope.data:
            case RecordFetch() as report:
                return (_wanted_key(report), _settled_key(report), kept_key(report.message_id))
            case ForgetFiles(message_id=message_id):
                return (kept_key(message_id),)
            case HoldObject(key=key) | ReleaseObject(key=key) | SweepObject(key=key):
                return (object_subject(key),)
            case _:
                return ()

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        match envelope.data:
            case MessageReceived() | MessageSubmitted() | MessageDeleted():
                return _on_message(envelope)
            case RecordFetch() as report:
                return _record_fetch(report, envelope, parts)
            case ForgetFiles() as wish:
                return _forget(wish, envelope, parts)
            case HoldObject() | ReleaseObject() | SweepObject():
                return _about_object(envelope, parts)
            case _:
                return Outcome()

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        match event.data:
            case MessageReceived() as message:
                return tuple(_wanted_key(want) for want in _wanted(message, event))
            case FileStored() as stored:
                return (_settled_key(stored), kept_key(stored.message_id))
            case FileRefused() as refused:
                return (_settled_key(refused),)
            case FilesForgotten(message_id=message_id):
                return (kept_key(message_id),)
            case ObjectHeld(key=key) | ObjectReleased(key=key):
                return (object_subject(key),)
            case _:
                return ()

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        match event.data:
            case MessageReceived() as message:
                return {_wanted_key(want): want for want in _wanted(message, event)}
            case FileStored() as stored:
                return _stored(stored, parts)
            case FileRefused() as refused:
                return {_settled_key(refused): Settled(result="refused")}
            case FilesForgotten(message_id=message_id):
                return {kept_key(message_id): Kept(forgotten=True)}
            case ObjectHeld() | ObjectReleased() as news:
                return {object_subject(news.key): holding.held(_holders(news.key, parts), news)}
            case _:
                return {}

    def part_type(self, key: str) -> type[Part]:
        return _KINDS[key.partition("/")[0]]


def _on_message(
    envelope: Envelope[MessageReceived | MessageSubmitted | MessageDeleted],
) -> Outcome:
    match envelope.data:
        case MessageReceived() as message:
            return _on_message_received(message, envelope)
        case MessageSubmitted() as message:
            return _on_message_submitted(message, envelope)
        case MessageDeleted() as gone:
            return _on_message_deleted(gone, envelope)


def _on_message_received(message: MessageReceived, envelope: Envelope[Any]) -> Outcome:
    wants = _wanted(message, envelope)
    return Outcome(
        effects=tuple(_fetch(want, 1, envelope.time) for want in wants[: fetching.MAX_FILES]),
        events=tuple(_refuse(want) for want in wants[fetching.MAX_FILES :]),
    )


def _on_message_submitted(message: MessageSubmitted, envelope: Envelope[Any]) -> Outcome:
    """Say of files that we send what is said of those that come, and hold them."""
    stored = [
        FileStored(
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            index=index,
            name=file.name,
            original=file.original,
            thumbnail=file.thumbnail,
        )
        for index, file in enumerate(message.files)
    ]
    tenant = envelope.tenant or ""
    keys = dict.fromkeys(file.original.key for file in message.files)
    holder = holding.message_holder(message.message_id)
    return Outcome(
        events=tuple(
            Addressed(
                subject=message.conversation_id,
                partitionkey=envelope.partitionkey,
                tenant=tenant,
                data=one,
            )
            for one in stored
        ),
        commands=tuple(to_object(HoldObject(key=key, holder=holder), tenant) for key in keys),
    )


def _on_message_deleted(gone: MessageDeleted, envelope: Envelope[Any]) -> Outcome:
    """Let go of its files; ours to decide among our own commands, beside what is still coming."""
    wish = ForgetFiles(conversation_id=gone.conversation_id, message_id=gone.message_id)
    addressed = Addressed(
        subject=gone.conversation_id,
        partitionkey=envelope.partitionkey,
        tenant=envelope.tenant or "",
        data=wish,
    )
    return Outcome(commands=(addressed,))


def _record_fetch(report: RecordFetch, envelope: Envelope[Any], parts: Parts) -> Outcome:
    want, known = parts.get(_wanted_key(report)), parts.get(_settled_key(report))
    if not isinstance(want, Wanted):
        return Outcome()
    if _kept(report.message_id, parts).forgotten:
        return Outcome(commands=_discarded(report, want))
    settled = fetching.settle(report, known if isinstance(known, Settled) else None)
    if settled is not None:
        return Outcome(events=(_addressed(want, settled),), commands=_holds(settled, want.tenant))
    wait = fetching.next_wait(report)
    if wait is None or known is not None:
        return Outcome()
    return Outcome(effects=(_fetch(want, report.tries + 1, envelope.time + wait),))


def _discarded(report: RecordFetch, want: Wanted) -> tuple[Addressed, ...]:
    """Let go at once of what came in after its message was deleted."""
    if report.original is None:
        return ()
    key, holder = report.original.key, holding.message_holder(report.message_id)
    wishes = (HoldObject(key=key, holder=holder), ReleaseObject(key=key, holder=holder))
    return tuple(to_object(wish, want.tenant) for wish in wishes)


def _holds(settled: FileStored | FileRefused, tenant: str) -> tuple[Addressed, ...]:
    if isinstance(settled, FileRefused):
        return ()
    holder = holding.message_holder(settled.message_id)
    return (to_object(HoldObject(key=settled.original.key, holder=holder), tenant),)


def _forget(wish: ForgetFiles, envelope: Envelope[Any], parts: Parts) -> Outcome:
    kept, tenant = _kept(wish.message_id, parts), envelope.tenant or ""
    if kept.forgotten:
        return Outcome()
    forgotten = FilesForgotten(
        conversation_id=wish.conversation_id,
        message_id=wish.message_id,
        indexes=tuple(sorted(kept.files)),
    )
    holder = holding.message_holder(wish.message_id)
    return Outcome(
        events=(
            Addressed(
                subject=wish.conversation_id,
                partitionkey=envelope.partitionkey,
                tenant=tenant,
                data=forgotten,
            ),
        ),
        commands=tuple(
            to_object(ReleaseObject(key=key, holder=holder), tenant)
            for key in dict.fromkeys(kept.files.values())
        ),
    )


def _about_object(
    envelope: Envelope[HoldObject | ReleaseObject | SweepObject], parts: Parts
) -> Outcome:
    wish, tenant = envelope.data, envelope.tenant or ""
    known = _holders(wish.key, parts)
    match wish:
        case HoldObject(key=key, holder=holder):
            news: ObjectHeld | ObjectReleased | None = holding.hold(key, holder, known)
        case ReleaseObject(key=key, holder=holder):
            news = holding.release(key, holder, known)
        case SweepObject(key=key):
            due = envelope.time + holding.GRACE
            return Outcome(effects=() if known.names else (_remove(key, tenant, due),))
    events = () if news is None else (to_object(news, tenant),)
    last = isinstance(news, ObjectReleased) and news.last
    return Outcome(
        events=events, effects=(_remove(wish.key, tenant, envelope.time),) if last else ()
    )


def _remove(key: str, tenant: str, due_at: datetime) -> Effect:
    wish = Remove(key=key, tenant=tenant, written_before=due_at - holding.GRACE)
    return Effect(kind=REMOVE, order_key=key, payload=wish, due_at=due_at)


def to_object(data: msgspec.Struct, tenant: str) -> Addressed:
    """Address a wish or an event to an object: one stream each, so one order each."""
    key: str = data.key  # type: ignore[attr-defined]  # every one of them names its object
    return Addressed(subject=object_subject(key), partitionkey=key, tenant=tenant, data=data)


def object_subject(key: str) -> str:
    return f"object/{key}"


def _stored(stored: FileStored, parts: Parts) -> dict[str, Part]:
    kept = _kept(stored.message_id, parts)
    files = {**kept.files, stored.index: stored.original.key}
    small = stored.thumbnail
    pictures = kept.pictures | ({stored.index: small.media_type} if small else {})
    return {
        _settled_key(stored): Settled(result="stored"),
        kept_key(stored.message_id): Kept(files=files, pictures=pictures),
    }


def _kept(message_id: MessageId, parts: Parts) -> Kept:
    found = parts.get(kept_key(message_id))
    return found if isinstance(found, Kept) else Kept()


def _holders(key: str, parts: Parts) -> Holders:
    found = parts.get(object_subject(key))
    return found if isinstance(found, Holders) else Holders()


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
    return fetching.wanted(message, event.tenant or "", event.partitionkey)


def _addressed(want: Wanted, data: FileStored | FileRefused) -> Addressed:
    return Addressed(
        subject=want.conversation_id, partitionkey=want.partitionkey, tenant=want.tenant, data=data
    )


def _wanted_key(file: Wanted | RecordFetch) -> str:
    return f"wanted/{file.message_id}/{file.index}"


def _settled_key(file: FileStored | FileRefused | RecordFetch) -> str:
    return f"settled/{file.message_id}/{file.index}"
