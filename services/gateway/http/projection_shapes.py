"""The bodies of the operators' page of projections, on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.gateway.http.shapes import _Input, _Output


class ComparedTable(_Output):
    """One projection, in what serves and in the other set; hashes over all rows by key."""

    name: str
    serving_rows: int
    rows: int
    serving_hash: str
    hash: str
    equal: bool


class Building(_Output):
    """How far the building of a set is, or how it ended; `lost` with its process."""

    state: Literal["running", "done", "failed", "cancelled", "lost"]
    #: Facts.
    done: int
    total: int
    started_at: datetime
    facts_per_second: int | None
    seconds_left: int | None
    error: str | None


class ProjectionSet(_Output):
    """All projections of one version, in tables of their own."""

    name: str
    version: int
    state: Literal["building", "ready", "serving", "previous"]
    made_at: datetime
    #: Facts that are in it.
    checkpoint: int
    #: Facts of the operators' index that are not in it yet.
    lag: int
    #: Over every table, as it was compared last.
    hash: str | None
    #: What was compared last with what serves; empty where nothing was.
    tables: list[ComparedTable]
    equal: bool | None
    #: None where it was built by the command line.
    rebuild: Building | None


class ProjectionSets(_Output):
    """The newest first; one of them serves."""

    items: list[ProjectionSet]


class RebuildBegun(_Output):
    name: str


class ComparedSets(_Output):
    schema_name: Annotated[str, Field(alias="schema")]
    tables: list[ComparedTable]
    equal: bool


class Switching(_Input):
    #: The set's name, typed: everybody's pages load anew.
    confirm: Annotated[str, Field(min_length=1, max_length=60)]
    #: Although it differs from what serves, as a new version of a projection does by design.
    anyway: bool = False
