"""The log through the API: for operators alone, across tenants, with nothing that was erased."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from schemas.answer import CommandAccepted
from schemas.base import MessageId
from schemas.carrier import MessageArrived
from schemas.deletion import MessageDeleted
from schemas.directory import ExtensionDefined, Role
from schemas.envelope import Envelope
from schemas.notification import NotificationDecided
from schemas.partition_key import for_sms
from schemas.queue import ClaimConversation
from services.gateway.http.operator_shapes import CauseTree, FactDetail, FactPage, Ownership
from services.kernel import ids
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
PATHS = ("/facts", "/fact-types", "/facts/1", "/facts/1/why", "/ownership")
ROLES: dict[str, tuple[Role, ...]] = {
    "olga": ("user", "operator"),
    "root": ("user", "admin", "office-manager"),
    "sue": ("user", "supervisor"),
}


@dataclass
class Office:
    """A queue in which a text waited and was claimed, and an operator of elsewhere."""

    story: Story
    operator: httpx.AsyncClient
    arrived: Envelope[Any]
    received: Envelope[Any]

    async def ask(self, path: str, **query: str | int) -> httpx.Response:
        answer = await self.operator.get(f"/operator{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer

    async def position(self, envelope: Envelope[Any]) -> int:
        """Wait until the index has it."""

        async def there() -> int:
            page = (await self.ask("/facts", type=envelope.type, limit=200)).json()["items"]
            return next((one["position"] for one in page if one["id"] == envelope.id), 0)

        return await eventually(there, 30, every=0.3)

    async def detail(self, envelope: Envelope[Any], **query: str) -> FactDetail:
        answer = await self.ask(f"/facts/{await self.position(envelope)}", **query)
        return FactDetail.model_validate_json(answer.content)


def _caused(story: Story, cause: Envelope[Any], *, last: int = 1) -> None:
    """Let the last thing that was told be what a cause led to."""
    story.told[-last] = msgspec.structs.replace(
        story.told[-last], causation=cause.id, correlation=cause.correlation
    )


def _message_of(arrived: Envelope[Any]) -> MessageId:
    return MessageId(ids.derive(arrived.id, "message"))


def _day(story: Story) -> tuple[Envelope[Any], Envelope[Any]]:
    """Tell of a carrier's request, what it led to, and a claim that ended the wait."""
    key = for_sms(story.number, (CUSTOMER,))
    arrived = story.tell(
        key,
        key,
        MessageArrived(
            carrier="telnyx",
            account="main",
            provider_message_id="p1",
            number=story.number,
            counterpart=CUSTOMER,
            text=SECRET,
        ),
    )
    story.receives(2, SECRET)
    _caused(story, arrived)
    # router names a message by what caused it
    named = msgspec.structs.replace(story.told[-1].data, message_id=_message_of(arrived))
    received = story.told[-1] = msgspec.structs.replace(story.told[-1], data=named)
    _ends_by_a_claim(story, received)
    return arrived, received


def _ends_by_a_claim(story: Story, received: Envelope[Any]) -> None:
    """Let it wait, tell Alice and not Bert, and let Alice claim it."""
    story.waits()
    _caused(story, received)
    waited = story.told[-1]
    for name, sent in (("alice", True), ("bert", False)):
        who = story.person(name)
        decided = NotificationDecided(
            recipient=who,
            cause_id=waited.id,
            occasion="queue-waiting",
            conversation_id=story.conversation_id(),
            channel="web-push",
            sent=sent,
            reason="subscribed" if sent else "muted",
        )
        story.tell(who, who, decided)
        _caused(story, waited)
    command = story.tell(
        story.queue_id,
        story.queue_id,
        ClaimConversation(
            queue_id=story.queue_id,
            conversation_id=story.conversation_id(),
            agent_id=story.person("alice"),
        ),
    )
    story.claimed("alice")
    _caused(story, command)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(rig: GatewayRig) -> AsyncIterator[Office]:
    story, elsewhere = await waiting_office(rig, "logged"), Story("elsewhere")
    for name, roles in ROLES.items():
        who = elsewhere.person(name)
        defined = ExtensionDefined(
            extension_id=who, dial="199", name=name.title(), texting=True, roles=roles
        )
        elsewhere.tell(f"extension/{who}", f"extension/{who}", defined)
    await rig.tells(elsewhere)
    arrived, received = _day(story)
    await rig.tells(story)
    async with rig.person(elsewhere, "olga") as operator:

        async def may() -> bool:
            return (await operator.get("/operator/facts")).status_code == 200

        await eventually(may, 30, every=0.3)
        yield Office(story, operator, arrived, received)


async def test_ops_1_facts_are_found_by_type_subject_actor_and_time(office: Office) -> None:
    """OPS-1: newest first, in pages that neither repeat nor lose one; whatever their tenant."""
    story = office.story
    await office.position(office.story.told[-1] if story.told else office.received)
    whole = FactPage.model_validate_json((await office.ask("/facts", limit=200)).content)
    positions = [one.position for one in whole.items]
    assert positions == list(range(whole.newest, 0, -1))
    assert {"logged", "elsewhere"} <= {one.tenant for one in whole.items}

    paged: list[int] = []
    before = whole.newest + 1
    while before > 1:
        page = (await office.ask("/facts", before=before, limit=7)).json()
        paged += [one["position"] for one in page["items"]]
        before = paged[-1]
    assert paged == positions

    by_type = (await office.ask("/facts", type="queue.conversation-", count=True)).json()
    assert {one["type"].split(".")[1] for one in by_type["items"]} == {
        "conversation-queued",
        "conversation-claimed",
    }
    assert by_type["matching"] == len(by_type["items"])
    [claim] = [one for one in by_type["items"] if "claimed" in one["type"]]
    assert claim["actor"] == {"id": story.person("alice"), "name": "Alice"}
    assert claim["cause"]["type"] == "queue.claim-conversation.v1"

    by_name = (await office.ask("/facts", actor="alice", type="queue.c")).json()["items"]
    assert {one["type"] for one in by_name} == {
        "queue.conversation-claimed.v1",
        "queue.claim-conversation.v1",
    }
    await _are_found_by_subject_and_time(office)
    newer = (await office.ask("/facts", after=whole.newest - 2)).json()
    assert len(newer["items"]) == 2


async def _are_found_by_subject_and_time(office: Office) -> None:
    story, key = office.story, for_sms(office.story.number, (CUSTOMER,))
    [by_subject] = (await office.ask("/facts", subject=key)).json()["items"]
    assert CUSTOMER not in by_subject["subject"]
    at = office.arrived.time.isoformat()
    since = (await office.ask("/facts", **{"from": at, "subject": story.queue_id})).json()
    assert "queue.agent-logged-in.v1" not in {one["type"] for one in since["items"]}
    until = (await office.ask("/facts", to=at, subject=story.queue_id)).json()
    assert "queue.agent-logged-in.v1" in {one["type"] for one in until["items"]}


async def test_nobody_else_learns_that_there_is_such_a_thing(
    rig: GatewayRig, office: Office
) -> None:
    """OPS-1: no admin, supervisor or agent; nor an operator's key that was made to read."""
    people = [(Story("elsewhere"), "root"), (Story("elsewhere"), "sue"), (office.story, "alice")]
    for story, name in people:
        async with rig.person(story, name) as person:
            assert (await person.get("/bootstrap")).status_code == 200
            for path in PATHS:
                answer = await person.get(f"/operator{path}")
                assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    async with rig.person(Story("elsewhere"), "olga", ("read",)) as reader:
        assert (await reader.get("/operator/facts")).status_code == 403


async def test_ops_3_a_claim_and_a_notice_are_traced_to_the_carriers_request(
    office: Office,
) -> None:
    """OPS-3: request, received, waiting, claimed, told or held back with the reason."""
    page = await office.ask("/facts", type="queue.conversation-claimed.")
    claim = page.json()["items"][0]["position"]
    trees = [
        CauseTree.model_validate_json((await office.ask(f"/facts/{position}/why")).content)
        for position in (claim, await office.position(office.received))
    ]
    assert trees[0] == trees[1]
    nodes = {one.position: one for one in trees[0].nodes}

    def path(position: int | None) -> list[str]:
        if position is None:
            return []
        return [*path(nodes[position].parent), nodes[position].type.split(".")[1]]

    assert path(claim) == [
        "message-arrived",
        "message-received",
        "conversation-queued",
        "claim-conversation",
        "conversation-claimed",
    ]
    told = {one.recipient.name: one.held_back for one in nodes.values() if one.recipient}
    assert told == {"Alice": None, "Bert": "muted"}


async def test_ops_2_a_record_is_shown_without_what_is_personal_and_never_with_what_is_erased(
    rig: GatewayRig, office: Office
) -> None:
    """OPS-2, OPS-12: hidden, shown when asked for and on record who looks, erased whoever asks."""
    shown = await office.detail(office.arrived)
    assert (shown.kept, shown.personal, shown.erased) == (True, True, False)
    assert shown.stored is not None
    assert shown.read is not None
    assert shown.stored["data"]["text"] == shown.read["data"]["text"] == "hidden"
    assert shown.stored["data"]["carrier"] == "telnyx"
    assert SECRET not in shown.model_dump_json()
    assert CUSTOMER not in shown.model_dump_json()
    place = f"/operator/facts/{await office.position(office.arrived)}"
    untold = await office.operator.get(place, params={"personal": "true"})
    assert (untold.status_code, untold.json()["code"]) == (503, "not-on-record")
    async with rig.decider(lambda _: CommandAccepted(state={}), ["directory-commands"]) as deeds:
        asked = await office.detail(office.arrived, personal="true")
        assert asked.stored is not None
        assert asked.stored["data"]["text"] == SECRET
        [deed] = [one.data for one in deeds]
        assert (deed.by, deed.action) == (Story("elsewhere").person("olga"), "event-opened")
        assert place.endswith(f"/{deed.about}")
        await _is_gone_once_it_is_deleted(rig, office)
    nowhere = await office.operator.get("/operator/facts/999999999")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not-found")


async def _is_gone_once_it_is_deleted(rig: GatewayRig, office: Office) -> None:
    story = office.story
    story.converses(
        MessageDeleted(
            conversation_id=story.conversation_id(),
            message_id=_message_of(office.arrived),
            position=2,
            by=story.person("alice"),
        )
    )
    await rig.tells(story)
    for envelope in (office.received, office.arrived):

        async def is_erased(envelope: Envelope[Any] = envelope) -> bool:
            return (await office.detail(envelope, personal="true")).erased

        await eventually(is_erased, 30, every=0.3)
        gone = await office.detail(envelope, personal="true")
        assert gone.stored is not None
        assert gone.stored["data"]["text"] == "erased"
        assert SECRET not in gone.model_dump_json()


async def test_ops_11_two_owners_are_found_and_named(rig: GatewayRig, office: Office) -> None:
    """OPS-11: none in a log that is right; a second claim that nothing ended is named."""

    async def check() -> Ownership:
        while True:
            found = Ownership.model_validate_json((await office.ask("/ownership")).content)
            if found.done:
                return found

    right = await check()
    assert (right.conversations, right.found) == (0, [])
    assert right.facts > right.folded > 0
    office.story.claimed("bert", epoch=2)
    wrong = office.story.told[-1]
    await rig.tells(office.story)
    position = await office.position(wrong)
    found = await check()
    assert found.conversations == 1
    assert [one.position for one in found.found] == [position]
