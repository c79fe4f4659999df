"""Writes projected rows: one statement a table, and the newest sequence of a key wins."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from psycopg import sql

from services.gateway.domain.rows import TABLES, Row


async def write(connection: Any, rows: Iterable[Row]) -> None:  # noqa: ANN401 - of any row type
    """Put the newest row of each key into its table of the current schema."""
    for table, newest in _by_table(rows).items():
        records = [{"tenant": one.tenant, "sequence": one.sequence, **one.values} for one in newest]
        await connection.execute(_upsert(table), (orjson.dumps(records).decode(),))


def _by_table(rows: Iterable[Row]) -> dict[str, Iterable[Row]]:
    found: dict[str, dict[object, Row]] = {}
    for one in rows:
        key = _key_of(one.table)(one.values)
        table = found.setdefault(one.table, {})
        before = table.get(key)
        if before is None or before.sequence < one.sequence:
            table[key] = one
    return {name: newest.values() for name, newest in found.items()}


@cache
def _key_of(name: str) -> Callable[[Mapping[str, object]], object]:
    return itemgetter(*TABLES[name].key)


@cache
def _upsert(name: str) -> sql.Composed:
    table = TABLES[name]
    columns = sql.SQL(", ").join(map(sql.Identifier, table.names))
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in zip(table.names, table.types, strict=True)
    )
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column))
        for column in table.names
        if column not in table.key
    )
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS r"
        " ({typed}) ON CONFLICT ({key}) DO UPDATE SET {changes}"
        " WHERE {table}.sequence < excluded.sequence"
    ).format(
        table=sql.Identifier(name),
        columns=columns,
        typed=typed,
        key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
        changes=changes,
    )
