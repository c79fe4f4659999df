"""The kernel's own statements, by their text, and what each does to the tables in memory.

A statement that is not in this list is refused: whoever writes a new one adds it here, and to the
contract suite that holds this to PostgreSQL.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg

from services.dispatch.adapters import postgres as consents
from services.kernel import deadletters, effects, memory, outbox, positions, timers
from tests.simulation.store import FENCE, PositionRow, Row, Schema

Run = Callable[[Schema, Any], "Done"]


class Done(NamedTuple):
    """What a statement gave: its rows, and how many it changed."""

    rows: list[Row]
    changed: int = 0


def run(schema: Schema, text: str, values: Any) -> Done:  # noqa: ANN401 - psycopg's parameters
    """Do at one instant what PostgreSQL does in one autocommit statement."""
    if text.startswith(FENCE[:40]):
        return Done(schema.batch(text, values))
    known = STATEMENTS.get(text)
    if known is None:
        raise psycopg.ProgrammingError(f"the simulated store does not know: {text[:120]}")
    return known(schema, values)


# -- positions


def _insert(schema: Schema, values: Mapping[str, Any]) -> Done:
    for at, offset in zip(_asked(values), values["nexts"], strict=True):
        schema.positions.setdefault((values["consumer"], *at), PositionRow(offset))
    return Done([])


def _asked(values: Mapping[str, Any]) -> list[tuple[str, int]]:
    return list(zip(values["topics"], values["partitions"], strict=True))


def _acquire(schema: Schema, values: Mapping[str, Any]) -> Done:
    claim = (values["owner"], values["generation"], values["born"])
    changed = 0
    for at in _asked(values):
        row = schema.positions.get((values["consumer"], *at))
        if row is None or (row.generation, row.born) > claim[1:] or row.who == claim:
            continue
        row.epoch += 1
        row.owner, row.generation, row.born = claim
        changed += 1
    return Done([], changed)


def _read(schema: Schema, values: Mapping[str, Any]) -> Done:
    claim = (values["owner"], values["generation"], values["born"])
    found = []
    for at in _asked(values):
        row = schema.positions.get((values["consumer"], *at))
        if row is not None and row.who == claim:
            found.append((*at, row.next_offset, row.epoch))
    return Done(found)


def _known(schema: Schema, values: Mapping[str, Any]) -> Done:
    consumer = values["consumer"]
    return Done([at for (name, *at) in schema.positions if name == consumer])  # type: ignore[misc]  # a row is a sequence


def _born(schema: Schema, values: object) -> Done:
    del values
    return Done([(int(schema.now().timestamp() * 1e6),)])


def _now(schema: Schema, values: object) -> Done:
    del values
    return Done([(schema.now(),)])


# -- a batch's reading


def _load(schema: Schema, values: Mapping[str, Any]) -> Done:
    rows: list[Row] = [
        ("part", key, None, schema.parts[key]) for key in values["keys"] if key in schema.parts
    ]
    rows += [
        ("result", id_, None, schema.results[id_]) for id_ in values["ids"] if id_ in schema.results
    ]
    rows += [
        ("stream", topic, subject, str(schema.sequences[topic, subject]))
        for topic, subject in zip(values["topics"], values["subjects"], strict=True)
        if (topic, subject) in schema.sequences
    ]
    rows += [
        ("parked", key.hex(), None, None)
        for key in values["parked"]
        if (values["consumer"], key) in schema.parked
    ]
    return Done(rows)


def _pending(schema: Schema, values: Mapping[str, Any]) -> Done:
    asked = set(_asked(values))
    found = [
        (id_, payload)
        for id_, (consumer, topic, partition, payload) in sorted(schema.outbox.items())
        if consumer == values["consumer"] and (topic, partition) in asked
    ]
    return Done(found[: values["limit"]])


def _forget(schema: Schema, values: tuple[list[int]]) -> Done:
    gone = [schema.outbox.pop(id_, None) for id_ in values[0]]
    return Done([], sum(row is not None for row in gone))


# -- timers and effects


def _lease(schema: Schema, values: tuple[float, float, int]) -> Done:
    return Done(schema.lease_timers(*values))


def _fired(schema: Schema, values: tuple[list[str]]) -> Done:
    schema.fire(values[0])
    return Done([])


def _take(schema: Schema, values: Mapping[str, Any]) -> Done:
    who = (values["owner"], values["born"], values["lease"])
    return Done(schema.take(*who, values["kinds"], values["most"]))


def _adopt(schema: Schema, values: Mapping[str, Any]) -> Done:
    owner, born = values["owner"], values["born"]
    rows = schema.adoptable(owner, born, values["kinds"])[: values["most"]]
    for row in rows:
        row.owner, row.born = owner, born
        row.leased_until = schema.now() + timedelta(seconds=values["lease"])
    return Done([row.shown for row in rows])


def _renew(schema: Schema, values: Mapping[str, Any]) -> Done:
    mine = [
        row
        for row in schema.effects.values()
        if (row.owner, row.born) == (values["owner"], values["born"])
    ]
    for row in mine:
        row.leased_until = schema.now() + timedelta(seconds=values["lease"])
    return Done([(1,) for _ in mine])


def _done(schema: Schema, values: Mapping[str, Any]) -> Done:
    row = schema.effects.pop(values["number"], None)
    if row is None:
        return Done([(1,)] if values["number"] in schema.done else [])
    row.done_at = schema.now()
    schema.done[row.number] = row
    schema.changed()
    return Done([(1,)])


def _again(schema: Schema, values: Mapping[str, Any]) -> Done:
    row = schema.effects.get(values["number"])
    if row is None:
        return Done([])
    row.started_at = row.owner = row.leased_until = None
    schema.changed()
    return Done([(1,)])


# -- dead letters


def _in_a_row(schema: Schema, values: tuple[Any, ...]) -> Done:
    consumer, topic, partition, least, end, follows = values
    offsets = [
        letter.offset
        for letter in schema.dead.values()
        if (letter.consumer, letter.topic, letter.partition) == (consumer, topic, partition)
        and least <= letter.offset < end
        and letter.reason != follows
        and not letter.settled
    ]
    return Done([(offset,) for offset in sorted(offsets, reverse=True)])


def _open(schema: Schema, values: tuple[Any, ...]) -> Done:
    consumer, key, limit = values
    letters = [
        letter
        for letter in schema.dead.values()
        if letter.consumer == consumer and (letter.key or b"") == key and not letter.settled
    ]
    letters.sort(key=lambda letter: letter.id)
    return Done(
        [
            (
                one.id,
                one.topic,
                one.partition,
                one.offset,
                one.key,
                one.value,
                one.headers,
                one.appended_at,
            )
            for one in letters[:limit]
        ]
    )


def _asked_for(schema: Schema, values: tuple[Any, ...]) -> Done:
    consumer, numbers = values
    return Done(
        [
            (key, number)
            for (name, key), (number, _, asked) in schema.parked.items()
            if name == consumer and asked and number in numbers
        ]
    )


def _release(schema: Schema, values: tuple[Any, ...]) -> Done:
    (key,) = values
    for letter in list(schema.dead.values()):
        if (letter.key or b"") == key and not letter.settled:
            known = schema.parked.get((letter.consumer, key))
            number, reason = known[:2] if known else (letter.partition, letter.reason)
            schema.parked[letter.consumer, key] = (number, reason, True)
    return Done([], 1)


# -- dispatch's own


def _consent(schema: Schema, values: tuple[Any, ...]) -> Done:
    return Done([(schema.parts[key],) for key in values[0] if key in schema.parts])


def _folded(schema: Schema, values: tuple[Any, ...]) -> Done:
    (asked,) = values
    return Done(
        [
            (partition, row.next_offset)
            for (consumer, topic, partition), row in schema.positions.items()
            if (consumer, topic) == ("dispatch", asked)
        ]
    )


_BORN = "SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint"
_IN_A_ROW = (
    "SELECT record_offset FROM dead_letter WHERE consumer = %s AND topic = %s"
    " AND partition = %s AND record_offset >= %s AND record_offset < %s AND reason <> %s"
    " AND settled_at IS NULL ORDER BY record_offset DESC"
)
STATEMENTS: Mapping[str, Run] = {
    positions._INSERT: _insert,
    positions._ACQUIRE: _acquire,
    positions._READ: _read,
    positions._KNOWN: _known,
    _BORN: _born,
    "SELECT clock_timestamp()": _now,
    memory._LOAD: _load,
    outbox._PENDING: _pending,
    "DELETE FROM outbox WHERE id = ANY(%s)": _forget,
    timers._LEASE: _lease,
    timers._FIRED: _fired,
    effects._TAKE: _take,
    effects._ADOPT: _adopt,
    effects._RENEW: _renew,
    effects._DONE: _done,
    effects._AGAIN: _again,
    _IN_A_ROW: _in_a_row,
    deadletters._OPEN: _open,
    deadletters._ASKED: _asked_for,
    deadletters._RELEASE: _release,
    consents._READ: _consent,
    consents._FOLDED: _folded,
}
