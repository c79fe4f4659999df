"""Folding in memory and reading from Postgres are one: after every single event of a history."""

import random
from typing import Any

import orjson
import pytest

from services.gateway.adapters import facts as reading
from services.gateway.adapters import messages as saying
from services.gateway.domain import joined
from services.gateway.domain.folded import Folded
from services.gateway.domain.rows import storable
from services.gateway.domain.scope import EVERYTHING
from services.gateway.projections import project
from services.kernel.postgres import Pool
from tests.support.gateway_words import Story, a_busy_morning
from tests.support.read_models import serving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
#: Prefixes of the history that are compared: its steps are many, and each is asked of everything.
_LOOKS = 25


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any JSON
    """Give what both say in the same letters; where Postgres has no order, neither has it here."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _unordered(facts: dict[str, Any]) -> dict[str, Any]:
    known = {**facts, "escalated": bool(facts["escalated"])}
    return {**known, "mentioned": sorted(known["mentioned"])}


async def test_as_of_now_is_what_the_read_model_serves_after_any_event(pool: Pool) -> None:
    """OPS-4: the panes of the past are read by the same words as the portal's own."""
    story = a_busy_morning("folded")
    looks = sorted(random.Random(7).sample(range(len(story.told)), _LOOKS))  # noqa: S311 - a story, not a secret
    database, model = await serving(pool)
    folded = Folded()
    for place, envelope in enumerate(story.told):
        await model.hears(envelope)
        folded.put(map(storable, project(envelope)))
        if place not in looks:
            continue
        async with database.looking(EVERYTHING) as (rows, _):
            await _compare(rows, folded, story)


async def _compare(rows: Any, folded: Folded, story: Story) -> None:  # noqa: ANN401 - of psycopg
    names = [one["conversation_id"] for one in folded.every("conversation")]
    people = [story.person(one) for one in ("alice", "bert", "sam")]
    for name, theirs in (await reading.facts(rows, names)).items():
        ours = joined.facts(folded, name)
        assert ours is not None
        assert _plain(_unordered(ours)) == _plain(_unordered(theirs))
        for viewer in people:
            marks = (await reading.marks(rows, [(name, viewer)]))[name, viewer]
            assert _plain(joined.marks(folded, name, viewer)) == _plain(marks)
            said = joined.messages(folded, joined.visible(folded, name, viewer))
            read = await saying.newest(rows, name, viewer, 100)
            assert [_message(one) for one in said] == [_message(one) for one in read]
    for queue_id, theirs in (await reading.queues(rows, [story.queue_id])).items():
        ours = joined.queue(folded, queue_id)
        assert ours is not None
        for column in ("name", "agents", "supervisors", "waiting_count", "oldest_at"):
            assert _plain(ours[column]) == _plain(theirs[column]), column
        assert sorted(ours["logged_in"]) == sorted(theirs["logged_in"] or ())


def _message(row: dict[str, Any]) -> Any:  # noqa: ANN401 - of any JSON
    def by(one: dict[str, Any]) -> tuple[str, int]:
        return (one.get("recipient", ""), one.get("file_index", 0))

    return _plain({**row, **{name: sorted(row[name] or (), key=by) for name in _LISTS}})


_LISTS = ("deliveries", "stored")
