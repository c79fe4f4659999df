"""The read models' tables in memory: rows go in as into Postgres, the newest of a key wins."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from services.gateway.domain.rows import TABLES, Row

Values = Mapping[str, Any]


class Folded:
    """What rows, in any order, amount to."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._tables: dict[str, dict[object, Row]] = {}
        self.put(rows)

    def put(self, rows: Iterable[Row]) -> None:
        """Add rows; one that is older than what is there changes nothing."""
        for one in rows:
            table = self._tables.setdefault(one.table, {})
            key = _KEYS[one.table](one.values)
            before = table.get(key)
            if before is None or before.sequence < one.sequence:
                table[key] = one

    def one(self, table: str, *key: object) -> Values | None:
        """Give the row of a key, or none."""
        found = self._tables.get(table, {}).get(key if len(key) > 1 else key[0])
        return None if found is None else _values(found)

    def every(self, table: str, **wanted: object) -> Iterator[Values]:
        """Give the rows of a table in which these columns have these values."""
        for found in self._tables.get(table, {}).values():
            if all(found.values.get(name) == value for name, value in wanted.items()):
                yield _values(found)


def _values(row: Row) -> Values:
    return {"tenant": row.tenant, "sequence": row.sequence, **row.values}


_KEYS = {name: itemgetter(*table.key) for name, table in TABLES.items()}


class Placed(NamedTuple):
    """A row, and the position in the log of the event that determined it."""

    position: int
    row: Row


def as_of(placed: Iterable[Placed], position: int) -> Folded:
    """Fold up to a position; what was deleted for everybody since is deleted from the past too."""
    every = list(placed)
    gone = _gone(one.row for one in every)
    return Folded(_without(one.row, gone) for one in every if one.position <= position)


def _gone(rows: Iterable[Row]) -> set[object]:
    """Name the messages of which only a place is left."""
    return {
        one.values["message_id"] for one in rows if one.table == "message" and one.values["gone"]
    }


def _without(row: Row, gone: set[object]) -> Row:
    """Leave of what is gone that it was there, and by whom."""
    if row.table not in _WORDED or row.values["message_id"] not in gone:
        return row
    return replace(row, values={**row.values, **_WORDED[row.table]})


#: What people said and sent, by table.
_WORDED: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "message": {"text": None, "files": []},
        "media_file": {"name": None, "object_key": None, "thumb_key": None},
    }
)
