"""The operators' first page over 1,000,000 facts: an index made by COPY, asked as the page asks.

`python -m benchmarks.facts` prints it; BENCH_FACTS is another size.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.dataset import fresh_gateway
from benchmarks.ruler import Spread, spread
from services.gateway.adapters import read_models
from services.gateway.adapters.database import Database
from services.gateway.adapters.log_reading import LogReading
from services.gateway.adapters.operator_log import PostgresOperatorLog
from services.gateway.domain.log_facts import is_command, types
from services.gateway.ports.operator import Sought
from services.kernel.clock import monotonic
from services.kernel.postgres import make_pool

FACTS = int(os.environ.get("BENCH_FACTS", "1000000"))
ROUNDS, PAGE = 50, 100
_START = datetime(2026, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "position, id, command, topic, partition, log_offset, at, type, subject, tenant, actor,"
    " causation, correlation"
)
#: What operators ask first: nothing, somewhere in the middle, a kind, a person, a day.
QUESTIONS = {
    "the newest": Sought(),
    "in the middle": Sought(before=FACTS // 2),
    "of a stem": Sought(type="queue."),
    "of one type, by one person": Sought(type=types()[7], actor="person-7"),
    "of a subject": Sought(subject="subject-77"),
    "of a second, long ago": Sought(
        start=_START + timedelta(seconds=1), end=_START + timedelta(seconds=2)
    ),
}


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Make up facts: types by turns, each caused by the one before, ten to a request."""
    names = types()
    for position in range(1, count + 1):
        began = position - position % 10
        kind = names[position % len(names)]
        topic = "queue-commands" if position % 3 == 0 else "queue-events"
        place = (topic, position % 12, position)
        at = _START + timedelta(milliseconds=position)
        who = f"person-{position % 500}" if position % 2 else None
        cause = f"fact-{position - 1}" if position % 10 else None
        yield (
            *(position, f"fact-{position}", is_command(topic), *place, at, kind),
            *(f"subject-{position % 10_000}", "tenant", who, cause, f"fact-{began}"),
        )


def fill(dsn: str, count: int) -> float:
    """Put facts into the index; gives the seconds that it took."""
    began = monotonic()
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT set_config('app.tenant', '*', false)")
        # COPY knows no policies of rows
        connection.execute("ALTER TABLE operator.fact NO FORCE ROW LEVEL SECURITY")
        cursor = connection.cursor()
        with cursor.copy(f"COPY operator.fact ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows(count):
                copy.write_row(row)
        connection.execute("ALTER TABLE operator.fact FORCE ROW LEVEL SECURITY")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE operator.fact")
    return monotonic() - began


async def ask(dsn: str) -> dict[str, Spread]:
    """Ask every question again and again, as a page does when it opens."""
    found = {}
    async with make_pool(dsn, "bench", 1, patient=True) as pool:
        await read_models.ensure(pool)
        log = PostgresOperatorLog(Database(pool), LogReading(""), "")
        for name, sought in QUESTIONS.items():
            took = []
            for _ in range(ROUNDS):
                began = monotonic()
                await log.facts(sought, PAGE, count=True)
                took.append(monotonic() - began)
            found[name] = spread(took)
    return found


def measure() -> list[str]:
    """Give the rows of a table."""
    with fresh_gateway("bench_facts") as dsn:
        seconds = fill(dsn, FACTS)
        answers = asyncio.run(ask(dsn))
    return [
        f"{FACTS:,} facts, made in {seconds:.0f} s; pages of {PAGE}, counted.",
        "",
        "| page | p50 / p99 / p99.9 |",
        "|---|---|",
        *(f"| {name} | {took} |" for name, took in answers.items()),
    ]


if __name__ == "__main__":
    print("\n".join(measure()))
