"""The kernel stops itself: too many dead letters, too little progress."""

from datetime import UTC, datetime

import pytest

from services.kernel.clock import monotonic
from services.kernel.deadletters import BUG, FOLLOWS, Limit, TooManyDeadLetters, letter
from services.kernel.deciding import Dead
from services.kernel.kafka.worker import LEAST, MOST, BatchSize
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition
from services.kernel.watchdog import LAG_SECONDS, UNASSIGNED_SECONDS, Progress, Watchdog

AT = TopicPartition("t", 0)
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


def _run(first: int, count: int) -> list[Record]:
    return [Record("t", 0, first + n, b"k", b"v", [("a", b"b")], 0) for n in range(count)]


def _dead(records: list[Record], reason: str = BUG) -> list[Dead]:
    return [Dead(record, reason, "E: e", "stack") for record in records]


def test_twenty_in_a_row_are_borne_and_one_more_is_not() -> None:
    limit = Limit()
    limit.judge(AT, _run(0, 20), _dead(_run(0, 20)))
    with pytest.raises(TooManyDeadLetters):
        limit.judge(AT, _run(20, 1), _dead(_run(20, 1)))


def test_followers_of_a_parked_key_do_not_count() -> None:
    Limit().judge(AT, _run(0, 500), _dead(_run(0, 500), FOLLOWS))


def test_more_than_one_per_cent_is_too_much_even_if_scattered() -> None:
    limit = Limit()
    runs = [_run(turn * 50, 50) for turn in range(21)]
    for run in runs[:20]:
        limit.judge(AT, run, _dead(run[:1]))
    with pytest.raises(TooManyDeadLetters):
        limit.judge(AT, runs[20], _dead(runs[20][:1]))


def test_a_dead_letter_keeps_bytes_and_headers_and_says_why() -> None:
    out = letter("queue", _dead(_run(7, 1))[0], NOW)
    assert (out.topic, out.key, out.value) == ("t-dead", b"k", b"v")
    headers = dict(out.headers)
    assert headers["a"] == b"b"
    assert headers["tandem-offset"] == b"7"
    assert headers["tandem-time"] == NOW.isoformat().encode()


def test_batches_shrink_when_slow_and_grow_when_full_and_quick() -> None:
    size = BatchSize()
    for _ in range(10):
        size.took(size.now, 10.0)
    assert size.now == LEAST
    for _ in range(30):
        size.took(size.now, 0.001)
    assert size.now == MOST


def test_lag_without_progress_is_a_stall_and_an_idle_partition_is_not() -> None:
    progress = Progress()
    progress.assign(frozenset({AT}))
    progress.read(AT, 10)
    progress.decided(AT, 10)
    late = monotonic() + LAG_SECONDS + 1
    assert progress.stalled(late) is None
    progress.read(AT, 11)
    assert progress.stalled(late) == "lag"
    progress.excuse()
    assert progress.stalled(monotonic()) is None


def test_a_record_after_a_long_silence_is_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    progress, silence = Progress(), LAG_SECONDS * 10
    progress.assign(frozenset({AT}))
    progress.read(AT, 7)
    progress.decided(AT, 7)
    later = monotonic() + silence
    monkeypatch.setattr("services.kernel.watchdog.monotonic", lambda: later)
    progress.read(AT, 8)

    assert progress.stalled(later + 1) is None
    assert progress.stalled(later + LAG_SECONDS + 1) == "lag"


def test_no_assignment_for_too_long_is_a_stall() -> None:
    assert Progress().stalled(monotonic() + UNASSIGNED_SECONDS + 1) == "unassigned"


async def test_a_dead_client_task_ends_the_process_but_an_absent_broker_does_not() -> None:
    ended: list[str] = []
    readiness, progress = Readiness(), Progress()
    watchdog = Watchdog(progress, readiness, lambda: bool(ended), ended.append)
    watchdog._look()
    assert ended == ["client-task"]
    readiness.lost("kafka", "away")
    watchdog._look()
    assert ended == ["client-task"]


def test_ready_means_that_nothing_is_away() -> None:
    readiness = Readiness("start")
    assert not readiness.ready
    readiness.back("start")
    readiness.lost("postgres", TimeoutError())
    assert readiness.away == {"postgres": "TimeoutError"}
    readiness.back("postgres")
    assert readiness.ready
