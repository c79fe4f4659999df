"""The checker is checked: each anomaly is planted in the evidence of a sound run, and named."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from schemas import codec
from schemas.base import ExtensionId
from schemas.conversation import (
    ConversationStarted,
    CounterpartOptedOut,
    MessageReceived,
    MessageRetried,
    MessageSubmitted,
)
from schemas.delivery import SendAnswered
from schemas.desk import ConversationOffered, OfferEnded
from schemas.queue import ClaimLapsed, ConversationClaimed
from services.gateway.domain.rows import Row
from services.kernel import ids
from services.kernel.runtime import Record
from tests.checking.checker import NAMES, check
from tests.checking.evidence import Evidence, Trace, Visit
from tests.checking.history import History
from tests.simulation.fate import CALM
from tests.simulation.machine import EVERY_POINT
from tests.simulation.planted_lookups import left_unknown, mistaken, never_asked
from tests.simulation.planting import appended, changed, first, fresh, noted
from tests.simulation.run import Plan, evidence_of
from tests.simulation.virtual import BEGINNING

Plant = Callable[[Evidence], Evidence]
#: What a plant changes must have happened; which seeds have all of it changes with the services.
CHANGED = {ClaimLapsed, ConversationClaimed, ConversationOffered, CounterpartOptedOut, OfferEnded}
SEEDS = range(8, 18)


@pytest.fixture(scope="module")
def sound() -> Evidence:
    """What a run without faults leaves behind."""
    for seed in SEEDS:
        found = evidence_of(Plan(seed=seed, bursts=12, odds=CALM))
        events = (*found.firsts("queue-events"), *found.firsts("conversation-events"))
        if {type(seen.envelope.data) for seen in events} >= CHANGED:
            return found
    raise AssertionError(f"no sound run in {SEEDS} has all of {CHANGED}")


# -- one plant a name


def _lost(evidence: Evidence) -> Evidence:
    """A carrier was told yes, and the log has nothing."""

    def cut(run: list[Record]) -> None:
        del run[0]

    return changed(evidence, "carrier-events", cut)


def _undecided(evidence: Evidence) -> Evidence:
    decided = {**evidence.decided, "queue": {}}
    return replace(evidence, decided=decided)


def _invented(evidence: Evidence) -> Evidence:
    history = History()
    history.entries = [entry for entry in evidence.history.entries if entry.what != "text-in"]
    return replace(evidence, history=history)


def _two_events(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "conversation-events", MessageReceived)
    return appended(evidence, at, record, id=ids.derive("another"), sequence=10_000)


def _other_bytes(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "queue-events", ConversationClaimed)
    return appended(evidence, at, record, correlation="another")


def _swapped(evidence: Evidence) -> Evidence:
    def swap(run: list[Record]) -> None:
        if len(run) > 1:
            run[0], run[1] = run[1]._replace(offset=0), run[0]._replace(offset=1)

    return changed(evidence, "queue-events", swap)


def _crossed_on_the_way(evidence: Evidence) -> Evidence:
    """The first text of a conversation goes out again, after all others."""
    said = [seen.envelope.data for seen in evidence.firsts("conversation-events")]
    retried = {event.message_id for event in said if isinstance(event, MessageRetried)}
    places = {
        event.message_id: (event.conversation_id, event.position)
        for event in said
        if isinstance(event, MessageSubmitted) and event.message_id not in retried
    }
    sent = [entry.about for entry in evidence.history.of("text-out")]
    known = [about for about in sent if about["message_id"] in places]
    for earlier in known:
        conversation_id, position = places[earlier["message_id"]]
        for other in known:
            where, later = places[other["message_id"]]
            if where == conversation_id and later > position:
                return noted(evidence, "text-out", **earlier)
    raise AssertionError("in the sound run nobody got two texts of one conversation")


def _held_twice(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "queue-events", ConversationClaimed)
    event = codec.decode(record.value or b"").data
    other = msgspec.structs.replace(event, agent_id=ExtensionId("cleo"))
    claims = [record, *evidence.records[at]]
    index = claims.index(record, 1) - 1
    told = codec.decode(record.value or b"")
    told = msgspec.structs.replace(told, id=ids.derive("second"), data=other)
    run = list(evidence.records[at])
    run.insert(index + 1, record._replace(value=codec.encode(told)))
    return fresh(evidence, records={**evidence.records, at: run})


def _rang_early(evidence: Evidence) -> Evidence:
    rungs = [replace(rung, due_at=rung.due_at + timedelta(hours=1)) for rung in evidence.timers]
    return replace(evidence, timers=rungs)


def _lapsed_early(evidence: Evidence) -> Evidence:
    """By its own date it was in time; by true time it was not."""

    def rewind(run: list[Record]) -> None:
        for index, record in enumerate(run):
            if isinstance(codec.decode(record.value or b"").data, ClaimLapsed):
                run[index] = record._replace(timestamp=record.timestamp - 3_600_000)

    return changed(evidence, "queue-events", rewind)


def _asked_too_short(evidence: Evidence) -> Evidence:
    """An offer is over an hour before its end."""

    def hasten(run: list[Record]) -> None:
        for index, record in enumerate(run):
            told = codec.decode(record.value or b"")
            if isinstance(told.data, OfferEnded):
                early = msgspec.structs.replace(told, time=told.time - timedelta(hours=1))
                run[index] = record._replace(value=codec.encode(early))

    return changed(evidence, "queue-events", hasten)


def _taken_from_who_is_asked(evidence: Evidence) -> Evidence:
    """An agent claims what another is asked to take."""
    at, record = first(evidence, "queue-events", ConversationOffered)
    offer = codec.decode(record.value or b"")
    other = ConversationClaimed(
        queue_id=offer.data.queue_id,
        conversation_id=offer.data.conversation_id,
        agent_id=ExtensionId("nobody"),
        epoch=offer.data.epoch + 1,
        queued_at=offer.data.queued_at,
        lapses_at=None,
    )
    run = list(evidence.records[at])
    told = msgspec.structs.replace(
        offer, id=ids.derive("taken"), type="queue.conversation-claimed.v1", data=other
    )
    run.insert(run.index(record) + 1, record._replace(value=codec.encode(told)))
    return fresh(evidence, records={**evidence.records, at: run})


def _never_rang(evidence: Evidence) -> Evidence:
    rungs = [replace(rung, fired=False) for rung in evidence.timers]
    return replace(evidence, timers=rungs)


def _forgotten_part(evidence: Evidence) -> Evidence:
    parts = {**evidence.parts, "router": dict(list(evidence.parts["router"].items())[1:])}
    return replace(evidence, parts=parts)


def _stale_row(evidence: Evidence) -> Evidence:
    model = copy(evidence.model)
    tail = dict(model.rows["tail"])
    tail.popitem()
    model.rows = {**model.rows, "tail": tail}
    return replace(evidence, model=model)


def _sent_again(evidence: Evidence) -> Evidence:
    entry = list(evidence.history.of("text-out"))[-1]
    return noted(evidence, "text-out", **entry.about)


def _let_out(evidence: Evidence) -> Evidence:
    """Router lets a text out to somebody who said STOP just before."""
    for seen in evidence.firsts("conversation-events"):
        message = seen.envelope.data
        if isinstance(message, MessageSubmitted) and message.number and message.client_id:
            out = CounterpartOptedOut(
                number=message.number,
                counterpart=message.recipients[0],
                source="text",
                word="stop",
            )
            told = msgspec.structs.replace(
                seen.envelope, id=ids.derive("out"), subject="consent/x", sequence=1,
                type="conversation.counterpart-opted-out.v1", data=out,
            )  # fmt: skip
            run = list(evidence.records[seen.at])
            run.insert(seen.offset, run[seen.offset]._replace(value=codec.encode(told)))
            return fresh(evidence, records={**evidence.records, seen.at: run})
    raise AssertionError("the sound run has no text of ours")


def _called_after_stop(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "conversation-events", CounterpartOptedOut)
    del at
    event = codec.decode(record.value or b"").data
    about = {"message_id": "m", "number": event.number, "recipient": event.counterpart}
    opted_in = [
        seen for seen in evidence.all("conversation-events")
        if "opted-in" in seen.envelope.type and seen.envelope.data.counterpart == event.counterpart
    ]  # fmt: skip
    history = History()
    stop = record.timestamp / 1000 - BEGINNING.timestamp()
    assert not any(0 < seen.stamp / 1000 - record.timestamp / 1000 < 60 for seen in opted_in)
    history.entries = [*evidence.history.entries]
    history.note(stop + 30, "carrier-call", result="accepted", **about)
    return replace(evidence, history=history)


def _others_row(evidence: Evidence) -> Evidence:
    model = copy(evidence.model)
    key, row = next(iter(model.rows["audience"].items()))
    other = "globex" if row.tenant == "acme" else "acme"
    strange = Row(row.table, other, row.sequence, row.values)
    model.rows = {**model.rows, "audience": {**model.rows["audience"], key: strange}}
    return replace(evidence, model=model)


def _others_event(evidence: Evidence) -> Evidence:
    at, record = first(evidence, "queue-events", ConversationClaimed)
    strange = "globex" if codec.decode(record.value or b"").tenant == "acme" else "acme"
    return appended(evidence, at, record, id=ids.derive("strange"), tenant=strange)


def _unpublished(evidence: Evidence) -> Evidence:
    return replace(evidence, outbox={**evidence.outbox, "router": 1})


def _a_text_without_an_end(evidence: Evidence) -> Evidence:
    rows = evidence.model.rows
    first_of_all = min(rows["delivery"])
    left = {key: row for key, row in rows["delivery"].items() if key != first_of_all}
    return replace(evidence, model=replace(evidence.model, rows={**rows, "delivery": left}))


def _fell_over(evidence: Evidence) -> Evidence:
    return replace(evidence, broken=["queue-0: KeyError"])


def _screen(evidence: Evidence, *visits: Visit, **more: Any) -> Evidence:  # noqa: ANN401 - fields
    trace = Trace("ana", "acme", "f1", list(visits), **more)
    return replace(evidence, traces=[trace])


def _others_frame(evidence: Evidence) -> Evidence:
    """A screen of one organisation hears of a conversation of another."""
    for seen in evidence.firsts("conversation-events"):
        if isinstance(seen.envelope.data, ConversationStarted) and seen.envelope.tenant != "acme":
            return _screen(evidence, conversations={seen.envelope.data.conversation_id})
    raise AssertionError("the sound run has one organisation only")


def _skipped_a_frame(evidence: Evidence) -> Evidence:
    return _screen(evidence, Visit(3, [4, 5]), Visit(5, [7]), head=7)


def _told_twice(evidence: Evidence) -> Evidence:
    return _screen(evidence, Visit(3, [4, 5, 5]))


def _never_told(evidence: Evidence) -> Evidence:
    return _screen(evidence, Visit(3, [4, 5]), head=6)


def _granted_and_gone(evidence: Evidence) -> Evidence:
    return noted(evidence, "told", wish="say", client_id="gone", status=200)


def _a_text_of_ours(evidence: Evidence) -> str:
    for seen in evidence.firsts("conversation-events"):
        message = seen.envelope.data
        if isinstance(message, MessageSubmitted) and message.client_id:
            return message.client_id
    raise AssertionError("the sound run has no text of ours")


def _refused_and_said(evidence: Evidence) -> Evidence:
    client_id = _a_text_of_ours(evidence)
    return noted(evidence, "told", wish="say", client_id=client_id, status=409)


def _said_by_nobody(evidence: Evidence) -> Evidence:
    return noted(evidence, "say", client_id="another")


def _two_told_yes(evidence: Evidence) -> Evidence:
    claim = {"wish": "claim", "status": 200, "queue_id": "q", "conversation_id": "c", "epoch": 1}
    return noted(noted(evidence, "told", **claim, holder="ana"), "told", **claim, holder="bert")


def _replay_differs(evidence: Evidence) -> Evidence:
    return replace(evidence, differs=["a replay differs in: message"])


def _too_slow(evidence: Evidence) -> Evidence:
    return replace(evidence, missed=["F34: ended with 1"])


@pytest.mark.parametrize(
    ("plant", "name"),
    [
        (_lost, "lost-write"),
        (_undecided, "lost-write"),
        (_invented, "aborted-read"),
        (_two_events, "duplicate-effect"),
        (_other_bytes, "duplicate-effect"),
        (_swapped, "order-break"),
        (_crossed_on_the_way, "order-break"),
        (_held_twice, "double-holder"),
        (_rang_early, "early-timer"),
        (_lapsed_early, "early-timer"),
        (_asked_too_short, "early-timer"),
        (_taken_from_who_is_asked, "double-holder"),
        (_never_rang, "late-timer"),
        (_forgotten_part, "projection-divergence"),
        (_stale_row, "projection-divergence"),
        (_sent_again, "silent-resend"),
        (mistaken, "wrong-text"),
        (left_unknown, "stuck"),
        (never_asked, "stuck"),
        (_let_out, "sent-after-stop"),
        (_called_after_stop, "sent-after-stop"),
        (_others_row, "cross-tenant"),
        (_others_event, "cross-tenant"),
        (_unpublished, "stuck"),
        (_a_text_without_an_end, "stuck"),
        (_fell_over, "broken"),
        (_others_frame, "cross-tenant"),
        (_skipped_a_frame, "gap-after-resume"),
        (_told_twice, "gap-after-resume"),
        (_never_told, "gap-after-resume"),
        (_granted_and_gone, "lost-write"),
        (_refused_and_said, "aborted-read"),
        (_said_by_nobody, "aborted-read"),
        (_two_told_yes, "double-holder"),
        (_replay_differs, "projection-divergence"),
        (_too_slow, "missed-mark"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)).strip("_"),
)
def test_what_is_planted_is_named(sound: Evidence, plant: Plant, name: str) -> None:
    assert name in {anomaly.name for anomaly in check(plant(sound))}


def test_a_text_that_is_called_for_later_is_not_stuck(sound: Evidence) -> None:
    """Its gate or its carrier said "not now", and the next call is not due (reliability.md F12)."""
    cut = _a_text_without_an_end(sound)
    said = [seen.envelope.data for seen in sound.firsts("conversation-events")]
    places = {one.conversation_id for one in said if isinstance(one, MessageSubmitted)}
    later = replace(cut, postponed=places)
    assert "stuck" not in {anomaly.name for anomaly in check(later)}


def test_an_unknown_text_about_which_a_carrier_will_be_asked_is_not_stuck(sound: Evidence) -> None:
    planted = never_asked(sound)
    said = [seen.envelope.data for seen in planted.firsts("delivery-events")]
    texts = {(one.message_id, one.recipient) for one in said if isinstance(one, SendAnswered)}
    later = replace(planted, to_look_up=texts)
    assert "stuck" not in {anomaly.name for anomaly in check(later)}


def test_a_sound_run_has_nothing_to_name(sound: Evidence) -> None:
    assert check(sound) == []


def test_every_name_can_be_planted_and_every_point_has_one_name() -> None:
    marks = test_what_is_planted_is_named.pytestmark  # type: ignore[attr-defined]  # pytest's own
    planted = {name for mark in marks for _, name in mark.args[1]}
    assert planted == NAMES.keys()
    assert len(set(EVERY_POINT)) == len(EVERY_POINT)
