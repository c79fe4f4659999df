"""Recipient search at 100,000 contacts: a phonebook made by COPY, asked as the To field asks."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from services.gateway.adapters.contacts import PostgresContacts
from services.gateway.adapters.database import Database
from services.gateway.domain.contacts import fold, keys
from services.gateway.domain.scope import Scope
from services.kernel.clock import monotonic
from tests.support.read_models import Nobody

CONTACTS = 100_000
ROUNDS = 20
#: Frequent and rare beginnings, whole names, ends and middles of numbers, what nobody has.
QUERIES = ("j", "bo", "ma", "smith", "jo sm", "robert will", "0150", "415", "55501", "zzz")
_FIRST = ["James", "Mary", "Robert", "John", "Jennifer", "Michael", "Maria", "Bob", "José"]
_LAST = ["Smith", "Johnson", "Williams", "Jones", "Garcia", "Davis", "Martinez", "O'Neill"]
_COLUMNS = ("tenant", "sequence", "contact_id", "sorted_by", "revision", "name", "company")
_MORE = ("numbers", "emails", "note", "by", "created_by", "removed")


def people(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Make up contacts: names as frequent as in a town, one to three numbers each."""
    dice = random.Random(seed)  # noqa: S311 - made-up people, not a secret
    for index in range(count):
        name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}{'son' * (index % 3 == 0)}"
        labels = ("Mobile", "Work", "Home")[: dice.randint(1, 3)]
        numbers = [
            {"number": f"+1{dice.randint(201, 989)}555{dice.randint(0, 9999):04}", "label": label}
            for label in labels
        ]
        yield {
            "contact_id": f"contact-{index}",
            "name": name,
            "company": f"Company {index % 997}",
            "numbers": numbers,
            "emails": [],
        }


def fill(dsn: str, schema: str, tenant: str, count: int) -> None:
    """Put contacts and their keys into a read model, as an owner of the database."""
    with psycopg.connect(dsn) as connection:
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
        cursor = connection.cursor()
        columns = ", ".join(f'"{name}"' for name in (*_COLUMNS, *_MORE))
        with cursor.copy(f"COPY contact ({columns}) FROM STDIN") as copy:
            for one in people(count):
                name = one["name"]
                row = (tenant, 1, one["contact_id"], fold(name), 1, name, one["company"])
                lists = (Jsonb(one["numbers"]), Jsonb(one["emails"]))
                copy.write_row((*row, *lists, "", "ana", "ana", False))
        with cursor.copy("COPY contact_key (tenant, owner, key, contact_id) FROM STDIN") as copy:
            for one in people(count):
                for key in keys(one):
                    copy.write_row((tenant, "", key, one["contact_id"]))
        connection.commit()
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in ("contact", "contact_key"):
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(schema, table)))


async def measure(database: Database, tenant: str) -> str:
    """Ask every query again and again; gives p50, p99 and the slowest query's p50."""
    found = PostgresContacts(database, Nobody())
    scope = Scope(tenant, "ana")  # type: ignore[arg-type]  # an id is text
    took: dict[str, list[float]] = {query: [] for query in QUERIES}
    for query, _ in itertools.product(QUERIES, range(ROUNDS)):
        began = monotonic()
        await found.recipients(scope, query, 8)
        took[query].append((monotonic() - began) * 1_000)
        await asyncio.sleep(0)
    every = sorted(one for many in took.values() for one in many)
    worst, slow = max((sorted(many)[ROUNDS // 2], query) for query, many in took.items())
    p50, p99 = every[len(every) // 2], every[int(len(every) * 0.99)]
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms; slowest query {slow!r}: p50 {worst:.1f} ms"
