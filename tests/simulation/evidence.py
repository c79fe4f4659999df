"""Takes down how a simulated world stands, as the checker looks at it."""

from collections.abc import Iterator, Mapping

from schemas.carrier import MessageArrived
from services.carriers.contract import Request
from services.carriers.registry import CARRIERS
from services.ingest.domain import identity
from services.kernel import ids
from tests.checking.evidence import Bounds, Evidence, Rung, Tables
from tests.checking.history import Entry, History
from tests.simulation import town
from tests.simulation.carriers import accounts
from tests.simulation.read_model import ReadModel, rebuilt
from tests.simulation.store import Schema
from tests.simulation.virtual import BEGINNING
from tests.simulation.world import World

_BOUNDS = Bounds(step=3.5, late=1.5)


def gather(world: World, settled_at: float | None = None) -> Evidence:
    """Take down how a world stands now; later work does not change it."""
    records = {at: tuple(run) for at, run in world.log.partitions().items()}
    return Evidence(
        records=records,
        history=world.history,
        handlers=world.handlers,
        parts={name: dict(schema.parts) for name, schema in world.schemas.items()},
        decided={name: dict(schema.results) for name, schema in world.schemas.items()},
        outbox={name: len(schema.outbox) for name, schema in world.schemas.items()},
        effects={name: len(schema.effects) for name, schema in world.schemas.items()},
        timers=[rung for name, schema in world.schemas.items() for rung in _rungs(name, schema)],
        dead=[
            f"{name} set aside {letter.topic}/{letter.partition}/{letter.offset}: {letter.error}"
            for name, schema in world.schemas.items()
            for letter in schema.dead.values()
        ],
        broken=[f"{one.process}: {one.error}" for one in world.broken],
        model=_tables(world.model),
        rebuilt=_tables(rebuilt(world.log, world.model.watermark)),
        accepted=_accepted(world.history),
        owners=town.TENANT_OF,
        bounds=_BOUNDS,
        unreported=frozenset(
            entry.about["message_id"]
            for entry in world.history.of("text-out")
            if entry.about["silent"]
        ),
        began=BEGINNING,
        ended_at=world.now,
        settled_at=settled_at,
    )


def _tables(model: ReadModel) -> Tables:
    return Tables({name: dict(table) for name, table in model.rows.items()}, dict(model.outcomes))


def _rungs(service: str, schema: Schema) -> Iterator[Rung]:
    for row in (*schema.timers.values(), *schema.fired.values()):
        yield Rung(service, row.id, row.due_at, fired=row.fired_at is not None)


def _accepted(history: History) -> Mapping[str, bool]:
    return {
        id_: is_text
        for entry in history.of("webhook")
        if 200 <= entry.about["status"] < 300
        for id_, is_text in _events(entry)
    }


def _events(entry: Entry) -> Iterator[tuple[str, bool]]:
    """Say what an accepted webhook tells, by the ids that its events must have."""
    name = entry.about["carrier"]
    request = Request(
        method="POST",
        query=entry.about["query"],
        headers=(),
        body=entry.about["body"].encode(),
    )
    for event in CARRIERS[name].parse(request, accounts()[name]):
        yield ids.derive(*identity(event)), isinstance(event, MessageArrived)
