"""The one statement of a batch: a fence that gates every other write (streaming.md §2.3, §7).

Data-modifying CTEs run exactly once and see one snapshot; each takes its rows `FROM fence`, so
where the fence finds no row, nothing is written at all. One autocommit statement: no lock is ever
held while the server waits for a client.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from services.kernel.deciding import Dead, Outgoing, Plan
from services.kernel.runtime import TopicPartition

_FENCE = """
WITH fence AS (
  UPDATE stream_position SET next_offset = %(next)s, updated_at = clock_timestamp()
  WHERE consumer = %(consumer)s AND topic = %(topic)s AND partition = %(partition)s
    AND epoch = %(epoch)s AND next_offset = %(first)s
  RETURNING 1)"""
_SECTIONS = {
    "sequences": """, streams AS (
  INSERT INTO stream (topic, subject, sequence)
  SELECT u.* FROM fence, unnest(%(stream_topics)b::text[], %(stream_subjects)b::text[],
    %(stream_sequences)b::bigint[]) u
  ON CONFLICT (topic, subject) DO UPDATE SET sequence = excluded.sequence)""",
    "parts": """, parts AS (
  INSERT INTO part (key, value)
  SELECT u.key, u.value::json
  FROM fence, unnest(%(part_keys)b::text[], %(part_values)b::text[]) u (key, value)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value)""",
    "outcomes": """, outcomes AS (
  INSERT INTO command_result (command_id, outcome, decided_at)
  SELECT u.id::uuid, nullif(u.outcome, '')::json, now()
  FROM fence, unnest(%(result_ids)b::text[], %(result_outcomes)b::text[]) u (id, outcome)
  ON CONFLICT DO NOTHING)""",
    "timers": """, timers AS (
  INSERT INTO timer (id, subject, kind, version, due_at, command)
  SELECT u.id::uuid, u.subject, u.kind, u.version, u.due_at, u.command
  FROM fence, unnest(%(timer_ids)b::text[], %(timer_subjects)b::text[], %(timer_kinds)b::text[],
    %(timer_versions)b::text[], %(timer_dues)b::timestamptz[], %(timer_commands)b::bytea[])
    u (id, subject, kind, version, due_at, command)
  ON CONFLICT DO NOTHING)""",
    "effects": """, effects AS (
  INSERT INTO effect (id, kind, order_key, payload, cause, due_at, lane, spacing_seconds,
    shared_lane, shared_spacing_seconds, priority)
  SELECT u.id::uuid, u.kind, u.order_key, u.payload, u.cause::json, u.due_at, u.lane, u.spacing,
    u.shared_lane, u.shared_spacing, u.priority
  FROM fence, unnest(%(effect_ids)b::text[], %(effect_kinds)b::text[],
    %(effect_orders)b::text[], %(effect_payloads)b::bytea[], %(effect_causes)b::text[],
    %(effect_dues)b::timestamptz[], %(effect_lanes)s::text[], %(effect_spacings)s::float8[],
    %(effect_shared_lanes)s::text[], %(effect_shared_spacings)s::float8[],
    %(effect_priorities)s::int[]) WITH ORDINALITY
    u (id, kind, order_key, payload, cause, due_at, lane, spacing, shared_lane,
    shared_spacing, priority, nth)
  ORDER BY u.nth ON CONFLICT DO NOTHING)""",
    "dead": """, dead AS (
  INSERT INTO dead_letter
    (consumer, topic, partition, record_offset, key, value, headers, appended_at, reason, error)
  SELECT %(consumer)s, u.topic, u.partition, u.record_offset, u.key, u.value, u.headers,
    u.appended_at, u.reason, u.error
  FROM fence, unnest(%(dead_topics)b::text[], %(dead_partitions)s::int[],
    %(dead_offsets)s::bigint[], %(dead_keys)s::bytea[], %(dead_values)s::bytea[],
    %(dead_headers)b::bytea[], %(dead_appended)s::bigint[], %(dead_reasons)b::text[],
    %(dead_errors)b::text[]) u (topic, partition, record_offset, key, value, headers, appended_at,
    reason, error)
  ON CONFLICT DO NOTHING)""",
    "parked": """, parked AS (
  INSERT INTO parked_key (consumer, key, partition, reason)
  SELECT %(consumer)s, u.key, %(partition)s, u.reason
  FROM fence, unnest(%(parked_keys)b::bytea[], %(parked_reasons)b::text[]) u (key, reason)
  ON CONFLICT (consumer, key) DO UPDATE SET reason = excluded.reason, release_asked_at = NULL)""",
    "judged": """, judged AS (
  INSERT INTO parked_key (consumer, key, partition, reason, release_asked_at)
  SELECT DISTINCT ON (coalesce(d.key, '')) d.consumer, coalesce(d.key, ''), d.partition,
    d.reason, clock_timestamp()
  FROM fence, dead_letter d JOIN unnest(%(judged_topics)b::text[], %(judged_partitions)s::int[],
    %(judged_offsets)s::bigint[]) u (topic, partition, record_offset)
    USING (topic, partition, record_offset)
  WHERE d.consumer = %(consumer)s AND d.settled_at IS NULL
  ON CONFLICT (consumer, key) DO UPDATE SET release_asked_at = excluded.release_asked_at)""",
    "given_up": """, given_up AS (
  UPDATE dead_letter d SET settled_at = clock_timestamp()
  FROM fence, unnest(%(judged_topics)b::text[], %(judged_partitions)s::int[],
    %(judged_offsets)s::bigint[], %(given_up)s::boolean[])
    u (topic, partition, record_offset, given_up)
  WHERE u.given_up AND d.consumer = %(consumer)s AND d.topic = u.topic
    AND d.partition = u.partition AND d.record_offset = u.record_offset)""",
    "settled": """, settled AS (
  UPDATE dead_letter SET settled_at = clock_timestamp() FROM fence WHERE id = ANY(%(settled)s))""",
    "unparked": """, unparked AS (
  DELETE FROM parked_key USING fence WHERE consumer = %(consumer)s AND key = %(unparked)s)""",
    "published": """, published AS (
  DELETE FROM outbox USING fence WHERE id = ANY(%(published)s))""",
    "payload": """, sent AS (
  INSERT INTO outbox (consumer, topic, partition, payload)
  SELECT %(consumer)s, %(topic)s, %(partition)s, %(payload)b FROM fence RETURNING id)""",
}
_RESULT = "\nSELECT (SELECT count(*) FROM fence), {sent}"

_PAYLOAD = msgspec.msgpack.Encoder()
_OUTGOING = msgspec.msgpack.Decoder(list[Outgoing])
_HEADERS = msgspec.msgpack.Decoder(list[tuple[str, bytes]])


def pack(outgoing: Sequence[Outgoing]) -> bytes:
    """Write what a batch publishes as one outbox row."""
    return _PAYLOAD.encode(outgoing)


def unpack(payload: bytes) -> list[Outgoing]:
    return _OUTGOING.decode(payload)


def pack_headers(headers: Sequence[tuple[str, bytes]]) -> bytes:
    return _PAYLOAD.encode(list(headers))


def unpack_headers(payload: bytes) -> list[tuple[str, bytes]]:
    return _HEADERS.decode(payload)


class Advance(msgspec.Struct, frozen=True):
    """Whose position moves, from where to where."""

    consumer: str
    at: TopicPartition
    epoch: int
    first: int
    next: int


class Release(msgspec.Struct, frozen=True):
    """Dead letters that a batch settles, and the key that it unparks."""

    settled: tuple[int, ...] = ()
    unparked: bytes | None = None


def build(
    advance: Advance, plan: Plan, published: Sequence[int], release: Release | None = None
) -> tuple[str, dict[str, Any]]:
    """Write the statement with only the sections that have rows, and its parameters."""
    values: dict[str, Any] = {
        "consumer": advance.consumer,
        "topic": advance.at.topic,
        "partition": advance.at.partition,
        "epoch": advance.epoch,
        "first": advance.first,
        "next": advance.next,
    }
    values |= _streams(plan) | _parts(plan) | _outcomes(plan) | _timers(plan) | _effects(plan)
    values |= _dead(plan.dead) | _parked(plan) | _judged(plan)
    if release is not None:
        values |= {"settled": list(release.settled), "unparked": release.unparked}
    if published:
        values["published"] = list(published)
    if plan.outgoing:
        values["payload"] = pack(plan.outgoing)
    sections = [text for name, text in _SECTIONS.items() if _present(name, values)]
    sent = "(SELECT id FROM sent)" if plan.outgoing else "NULL"
    return "".join([_FENCE, *sections, _RESULT.format(sent=sent)]), values


_MARKS = {
    "sequences": "stream_topics",
    "parts": "part_keys",
    "outcomes": "result_ids",
    "timers": "timer_ids",
    "effects": "effect_ids",
    "dead": "dead_topics",
    "parked": "parked_keys",
    "judged": "judged_topics",
}


def _present(section: str, values: dict[str, Any]) -> bool:
    return values.get(_MARKS.get(section, section)) is not None


def _streams(plan: Plan) -> dict[str, Any]:
    if not plan.sequences:
        return {}
    return {
        "stream_topics": [topic for topic, _ in plan.sequences],
        "stream_subjects": [subject for _, subject in plan.sequences],
        "stream_sequences": _big(plan.sequences.values()),
    }


def _big(numbers: Any) -> list[int]:  # noqa: ANN401 - any iterable of int
    return list(numbers)


def _parts(plan: Plan) -> dict[str, Any]:
    if not plan.parts:
        return {}
    rows = sorted(plan.parts.items())  # one order of locks
    encode = msgspec.json.encode
    return {
        "part_keys": [key for key, _ in rows],
        "part_values": [encode(value).decode() for _, value in rows],
    }


def _outcomes(plan: Plan) -> dict[str, Any]:
    if not plan.outcomes:
        return {}
    return {
        "result_ids": list(plan.outcomes),
        "result_outcomes": [
            "" if outcome is None else outcome.decode() for outcome in plan.outcomes.values()
        ],
    }


def _timers(plan: Plan) -> dict[str, Any]:
    if not plan.timers:
        return {}
    timers = [row.timer for row in plan.timers]
    return {
        "timer_ids": [row.id for row in plan.timers],
        "timer_subjects": [timer.command.subject for timer in timers],
        "timer_kinds": [timer.kind for timer in timers],
        "timer_versions": [timer.version for timer in timers],
        "timer_dues": [timer.due_at for timer in timers],
        "timer_commands": [row.command for row in plan.timers],
    }


def _effects(plan: Plan) -> dict[str, Any]:
    if not plan.effects:
        return {}
    effects = [row.effect for row in plan.effects]
    return {
        "effect_ids": [row.id for row in plan.effects],
        "effect_kinds": [effect.kind for effect in effects],
        "effect_orders": [effect.order_key for effect in effects],
        "effect_payloads": [row.payload for row in plan.effects],
        "effect_causes": [row.cause for row in plan.effects],
        "effect_dues": [effect.due_at for effect in effects],
        "effect_lanes": [effect.lane for effect in effects],
        "effect_spacings": [_spacing(one.cost, one.rate_per_second) for one in effects],
        "effect_shared_lanes": [effect.shared_lane for effect in effects],
        "effect_shared_spacings": [
            _spacing(one.cost, one.shared_rate_per_second) for one in effects
        ],
        "effect_priorities": [effect.priority for effect in effects],
    }


def _spacing(cost: int, rate_per_second: float | None) -> float | None:
    """Give for how many seconds a call closes its lane."""
    return cost / rate_per_second if rate_per_second else None


def _dead(dead: Sequence[Dead]) -> dict[str, Any]:
    if not dead:
        return {}
    records = [letter.record for letter in dead]
    return {
        "dead_topics": [record.topic for record in records],
        "dead_partitions": [record.partition for record in records],
        "dead_offsets": [record.offset for record in records],
        "dead_keys": [record.key for record in records],
        "dead_values": [record.value for record in records],
        "dead_headers": [pack_headers(record.headers) for record in records],
        "dead_appended": [record.timestamp for record in records],
        "dead_reasons": [letter.reason for letter in dead],
        "dead_errors": [letter.error for letter in dead],
    }


def _parked(plan: Plan) -> dict[str, Any]:
    if not plan.parked:
        return {}
    return {
        "parked_keys": list(plan.parked),
        "parked_reasons": list(plan.parked.values()),
    }


def _judged(plan: Plan) -> dict[str, Any]:
    """Of a letter that is judged its key goes on, and it with them or without it."""
    if not plan.judged:
        return {}
    letters = [one.letter for one in plan.judged]
    return {
        "judged_topics": [letter.topic for letter in letters],
        "judged_partitions": [letter.partition for letter in letters],
        "judged_offsets": [letter.offset for letter in letters],
        "given_up": [one.verdict == "set-aside" for one in plan.judged],
    }
