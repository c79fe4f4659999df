"""The operator's page of time, asked of a running gateway: what was, who saw it, what changed."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import orjson
import psycopg
import pytest
import pytest_asyncio
from pydantic import BaseModel

from schemas.conversation import ConversationRead
from schemas.deletion import MessageDeleted
from schemas.directory import ExtensionDefined
from services.gateway.domain import past
from services.gateway.domain.folded import Placed, as_of
from services.gateway.domain.rows import storable
from services.gateway.domain.views import People
from services.gateway.http.operator_time_shapes import (
    Comparison,
    Past,
    PastConversation,
    PastQueue,
    Seen,
)
from services.gateway.projections import project
from services.ops.log import envelopes, events_topics
from tests.support.gateway_office import waiting_office
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import CUSTOMER, Story
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
SECRET = "my card is 4711"


class Office:
    """A queue's morning, and where in the log its turns are."""

    def __init__(self, story: Story, operator: httpx.AsyncClient) -> None:
        self.story, self.operator = story, operator
        self.marks: dict[str, int] = {}

    @property
    def panes(self) -> dict[str, str]:
        return {"queue": self.story.queue_id, "conversation": self.story.conversation_id()}

    async def past(self, position: int | None = None) -> dict[str, Any]:
        at = {} if position is None else {"position": position}
        answer = await self.operator.get("/operator/past", params={**self.panes, **at})
        assert answer.status_code == 200, answer.text
        Past.model_validate_json(answer.content)
        found: dict[str, Any] = answer.json()
        return found

    async def mark(self, name: str, told: str) -> None:
        """Remember how long the log was when this had been told."""

        async def there() -> int:
            facts = (await self.past())["facts"]
            return next((one["position"] for one in facts if one["id"] == told), 0)

        self.marks[name] = await eventually(there, 30)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(rig: GatewayRig) -> AsyncIterator[Office]:
    story = await waiting_office(rig, "past")
    olga = story.person("olga")
    story.tell(
        f"extension/{olga}",
        f"extension/{olga}",
        ExtensionDefined(
            extension_id=olga, dial="199", name="Olga", texting=True, roles=("user", "operator")
        ),
    )
    await rig.tells(story)
    async with rig.person(story, "olga") as operator:
        office = Office(story, operator)

        async def may() -> bool:
            return (await operator.get("/operator/past")).status_code == 200

        await eventually(may, 30)
        await _goes_on(rig, office)
        yield office


async def _goes_on(rig: GatewayRig, office: Office) -> None:
    story = office.story
    steps: dict[str, Callable[[], object]] = {
        "claimed": lambda: story.claimed("alice"),
        "read": lambda: story.converses(
            ConversationRead(
                conversation_id=story.conversation_id(), by=story.person("alice"), up_to=1
            )
        ),
        "second": lambda: story.receives(2, SECRET),
        "replied": lambda: story.replies(3, "alice"),
        "delivered": lambda: story.delivered(3),
        "released": lambda: story.released("alice"),
        "deleted": lambda: story.converses(
            MessageDeleted(
                conversation_id=story.conversation_id(),
                message_id=story.message_id(2),
                position=2,
                by=story.person("alice"),
            )
        ),
    }
    for name, step in steps.items():
        step()
        told = story.told[-1].id
        await rig.tells(story)
        await office.mark(name, told)


def _said(past: dict[str, Any]) -> list[tuple[str, str]]:
    items = past["conversation"]["items"]
    return [(one["text"], one["state"]) for one in items if one["type"] == "message"]


async def test_ops_4_panes_are_the_fold_of_the_log_up_to_a_position(office: Office) -> None:
    """OPS-4: every step of a conversation and its queue, back and forth."""
    story, marks = office.story, office.marks
    before = await office.past(marks["claimed"] - 1)
    assert before["queue"]["waiting_count"] == 1
    assert before["conversation"]["place"]["state"] == "waiting"

    claimed = await office.past(marks["claimed"])
    assert claimed["position"] == marks["claimed"]
    assert claimed["queue"]["waiting_count"] == 0
    (held,) = claimed["queue"]["held"]
    assert (held["holder"]["name"], held["counterparts"][0]["number"]) == ("Alice", CUSTOMER)
    assert claimed["conversation"]["place"]["holder"]["name"] == "Alice"
    assert claimed["conversation"]["items"][-1]["text"] == "Claimed by Alice"
    assert claimed["facts"][0]["type"] == "queue.conversation-claimed.v1"
    assert claimed["facts"][0]["queue_id"] == story.queue_id

    replied = await office.past(marks["replied"])
    assert _said(replied)[-1] == ("On its way", "queued")
    delivered = await office.past(marks["delivered"])
    assert _said(delivered)[-1] == ("On its way", "delivered")
    assert _said(await office.past(marks["claimed"])) == [("Hello?", "received")]
    assert (await office.past(0))["conversation"] is None
    now = await office.past()
    assert now["queue"]["waiting_count"] == 1
    assert now["position"] == now["newest"]["position"]


async def _whole_log(rig: GatewayRig) -> list[Placed]:
    """Read everything that was ever told, with the positions that the index gave."""
    with psycopg.connect(rig.database) as connection:
        facts = connection.execute("SELECT id, position FROM operator.fact").fetchall()
    positions: dict[str, int] = dict(facts)
    return [
        Placed(positions[envelope.id], storable(row))
        async for _, envelope in envelopes(rig.kafka, events_topics())
        if envelope.id in positions
        for row in project(envelope)
    ]


async def test_ops_4_at_every_position_the_panes_are_the_fold_of_the_whole_log(
    rig: GatewayRig, office: Office
) -> None:
    """OPS-4: not only of the streams that the gateway thought of."""
    log = await _whole_log(rig)
    end = (await office.past())["newest"]["position"]
    known = as_of(log, end).every("conversation")
    outside = {one["conversation_id"]: one["counterparts"] or () for one in known}

    for position in range(end + 1):
        shown, folded = await office.past(position), as_of(log, position)
        persons = {one["extension_id"]: one for one in folded.every("person")}
        people = People(persons, lambda _: False)
        queue = past.queue(folded, office.panes["queue"], outside, people)
        conversation = past.conversation(folded, office.panes["conversation"], people)
        assert _pane(PastQueue, shown["queue"]) == _pane(PastQueue, queue), position
        told = _pane(PastConversation, conversation)
        assert _pane(PastConversation, shown["conversation"]) == told, position


def _pane(shape: type[BaseModel], pane: dict[str, Any] | None) -> BaseModel | None:
    return None if pane is None else shape.model_validate_json(orjson.dumps(pane))


async def test_ops_4_what_was_deleted_since_is_not_said_in_the_past_either(office: Office) -> None:
    """OPS-4, DEL-03: at a position where it stood, only its place is shown."""
    then = await office.past(office.marks["replied"])

    erased = [one for one in then["conversation"]["items"] if one.get("erased")]
    assert [(one["position"], one["text"]) for one in erased] == [(2, "")]
    assert SECRET not in str(then)
    assert _said(await office.past())[0] == ("Hello?", "received")
    assert len(_said(await office.past())) == 2


async def test_ops_4_a_time_is_a_position(office: Office) -> None:
    """OPS-4: the last fact that was not later."""
    there = await office.past(office.marks["claimed"])

    found = await office.operator.get("/operator/positions", params={"at": there["at"]})
    early = await office.operator.get("/operator/positions", params={"at": "1999-01-01T00:00:00Z"})

    assert found.json() == {"position": there["position"], "at": there["at"]}
    assert early.json() == {"position": 0, "at": None}


async def test_ops_6_an_author_had_seen_what_they_had_read(office: Office) -> None:
    """OPS-6: not what came after their last read mark, though it stood there when they wrote."""
    story = office.story
    answer = await office.operator.get(f"/operator/messages/{story.message_id(3)}/seen")
    assert answer.status_code == 200, answer.text
    Seen.model_validate_json(answer.content)
    seen = answer.json()

    assert seen["viewer"]["name"] == "Alice"
    assert seen["sent"]["position"] == office.marks["replied"]
    assert (seen["evidence"], seen["seen"]["position"]) == ("claimed", office.marks["claimed"])
    assert [one["text"] for one in seen["thread"] if one["type"] == "message"] == ["Hello?"]
    assert [(one["position"], one["erased"]) for one in seen["unseen"]] == [(2, True)]
    (entry,) = seen["conversations"]
    assert (entry["id"], entry["preview"]["text"]) == (story.conversation_id(), "Hello?")
    theirs = await office.operator.get(f"/operator/messages/{story.message_id(1)}/seen")
    assert theirs.status_code == 404


async def test_ops_7_two_positions_differ_by_what_was_told_between_them(office: Office) -> None:
    """OPS-7: added, removed and changed, by queue and conversation."""
    story, marks = office.story, office.marks
    between = {"before": marks["claimed"] - 1, "after": marks["delivered"]}
    answer = await office.operator.get("/operator/comparison", params=between)
    assert answer.status_code == 200, answer.text
    Comparison.model_validate_json(answer.content)
    found = answer.json()

    (queue,) = found["queues"]
    (change,) = queue["changes"]
    assert (queue["name"], change["kind"], change["thing"]) == ("Support", "changed", "place")
    assert (change["before"]["state"], change["after"]) == (
        "waiting",
        {"state": "claimed", "by": "Alice"},
    )
    (conversation,) = found["conversations"]
    assert conversation["id"] == story.conversation_id()
    kinds = [(one["kind"], one["thing"]) for one in conversation["changes"]]
    assert kinds.count(("added", "message")) == 2
    assert ("added", "pill") in kinds
    assert ("changed", "place") in kinds
    back = {"before": marks["delivered"], "after": marks["delivered"]}
    same = (await office.operator.get("/operator/comparison", params=back)).json()
    assert (same["queues"], same["conversations"]) == ([], [])


async def test_the_past_is_for_operators_alone(rig: GatewayRig, office: Office) -> None:
    """OPS-4: for everybody else there is no such address, whatever they ask."""
    paths = (
        "/operator/past",
        "/operator/queues",
        "/operator/positions?at=2026-11-20T10:00:00Z",
        "/operator/comparison?before=0&after=1",
        f"/operator/messages/{office.story.message_id(3)}/seen",
    )
    async with rig.person(office.story, "alice") as alice, rig.person(office.story, "sam") as sam:
        for person in (alice, sam):
            answers = [await person.get(path) for path in paths]
            assert {one.status_code for one in answers} == {404}
    queues = (await office.operator.get("/operator/queues")).json()["items"]
    assert {"id": office.story.queue_id, "tenant": "past", "name": "Support"} in queues
