"""Generated from the published document: every operation, by everybody who might ask."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.gateway.http.entry import ABOVE
from services.gateway.http.openapi import document
from tests.support.gateway_contacts import acquainted, contact_id
from tests.support.gateway_oversight import overseen
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_scheduled import planned, scheduled_id
from tests.support.gateway_words import CUSTOMER, Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

#: Where one comes in; everything else needs to know who asks.
_OPEN = {("post", "/api/v1/session"), ("post", "/api/v1/tokens")}
_BODIES: dict[str, dict[str, Any]] = {
    "send_message": {"text": "Hi"},
    "mark_read": {"up_to": 1},
    "rename_group": {"name": "x"},
    "add_participants": {"to": ["x"]},
    "transfer": {"to_agent": "x"},
    "log_out": {},
    "start_conversation": {"kind": "group", "to": ["x"]},
    "register_device": {"platform": "apns", "token": "a1", "app": "x"},
    "subscribe_push": {"endpoint": "https://x", "keys": {"p256dh": "a", "auth": "b"}},
    "unsubscribe_push": {"endpoint": "https://x"},
    "opt_out_by_hand": {"number": Story("acme").number, "note": "x"},
    "review_revocation": {"verdict": "dismissed"},
    "add_number": {
        "number": "+14155550100",
        "accounts": ["x"],
        "route": {"kind": "queue", "queue_id": "x"},
    },
    "add_extension": {"dial": "199", "name": "x"},
    "add_queue": {"name": "x", "agents": []},
    "give_sign_in": {"login": "x"},
    "call": {"number": "+14155550199"},
    "change_password": {"now": "x", "then": "a password of one's own"},
    "open_upload": {"name": "a.pdf", "size": 5},
    "create_contact": {"name": "x"},
    "change_contact": {"name": "x", "revision": 1},
    "write_note": {"text": "x"},
    "define_canned_reply": {"name": "x", "text": "x"},
    "set_dead_letter_aside": {"note": "x"},
    "switch_projections": {"confirm": "x"},
    "plan_replay": {"first": 1, "last": 2},
    "start_replay": {"first": 1, "last": 2},
}
_QUERIES = {
    "changes": {"id": "x", "after": "0"},
    "comparison": {"before": "0", "after": "1"},
    "position_at": {"at": "2026-11-20T10:00:00Z"},
    "recipients": {"q": "x"},
    "search_conversations": {"q": "x"},
    "search_messages": {"q": "x"},
}
#: Their id is the client's own, and may be new: whose it is, the router's rules say, by person and
#: tenant (services/router/domain/canned.py, devices.py).
_OF_A_NEW_ID = {"define_canned_reply", "forget_canned_reply", "remove_device"}


def _operations() -> Iterator[Any]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if (method, path) not in _OPEN:
                yield pytest.param(method, path, operation["operationId"], id=f"{method} {path}")


OPERATIONS = list(_operations())
ABOUT_SOMETHING = [
    one for one in OPERATIONS if "{" in one.values[1] and one.values[2] not in _OF_A_NEW_ID
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(rig: GatewayRig) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """One who may read the conversation, a stranger of the same tenant, and one of another."""
    ours, theirs = (acquainted(planned(a_busy_morning(name))) for name in ("acme", "other"))
    ours.defines("alice", "bert", "sam")
    await rig.tells(ours)
    await rig.tells(theirs)
    async with (
        rig.person(ours, "alice") as owner,
        rig.person(ours, "stranger") as stranger,
        rig.person(theirs, "alice") as foreigner,
        rig.person(ours, "alice", ("read",)) as reader,
        rig.person(ours, "alice", ("write",)) as writer,
        rig.client() as nobody,
    ):

        async def there() -> bool:
            return (await owner.get(_path("/conversations/{conversation_id}"))).is_success

        await eventually(there, 30)
        yield {
            "owner": owner,
            "stranger": stranger,
            "other tenant": foreigner,
            "only read": reader,
            "only write": writer,
            "nobody": nobody,
        }


def _path(path: str) -> str:
    story = Story("acme")
    return path.removeprefix("/api/v1").format(
        conversation_id=story.conversation_id(),
        message_id=story.message_id(1),
        index=0,
        queue_id=story.queue_id,
        upload_id="somebodys",
        extension_id=story.person("alice"),
        key_id="somebody's",
        call_id="somebody's",
        reply_id="somebody's",
        device_id="somebody's",
        replay_id="somebody's",
        letter_id="router.conversation-commands.0.0",
        name="somebody's",
        command_id="somebody's",
        position=1,
        participant="somebody",
        number=story.number,
        held_id=overseen(story, CUSTOMER).held_id,
        scheduled_id=scheduled_id(story),
        contact_id=contact_id(story, "Karen Adams"),
    )


async def _ask(
    person: httpx.AsyncClient, method: str, path: str, name: str, **headers: str
) -> httpx.Response:
    body = None if method == "get" else _BODIES.get(name, {})
    query = _QUERIES.get(name)
    return await person.request(
        method,
        _path(path),
        json=body,
        params=query,
        headers={**key(), "Upload-Offset": "0", **headers},
    )


@pytest.mark.parametrize(("method", "path", "name"), OPERATIONS)
async def test_nobody_is_let_in_without_a_proof(
    people: dict[str, httpx.AsyncClient], method: str, path: str, name: str
) -> None:
    for proof in ({}, {"Authorization": "Bearer x"}, {"Cookie": "tandem=x"}):
        answer = await _ask(people["nobody"], method, path, name, **proof)

        assert answer.status_code == 401, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("who", ["stranger", "other tenant"])
@pytest.mark.parametrize(("method", "path", "name"), ABOUT_SOMETHING)
async def test_what_is_not_yours_is_not_there(
    people: dict[str, httpx.AsyncClient], who: str, method: str, path: str, name: str
) -> None:
    answer = await _ask(people[who], method, path, name)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), answer.text


@pytest.mark.parametrize(("method", "path", "name"), OPERATIONS)
async def test_a_key_opens_only_what_its_scopes_name(
    people: dict[str, httpx.AsyncClient], method: str, path: str, name: str
) -> None:
    """By where it is and what it does: `admin`, else to look or to change."""
    needed = "read" if method == "get" else "write"
    if path.startswith(ABOVE):
        needed = "admin"
    lacking = "only write" if needed == "read" else "only read"

    answer = await _ask(people[lacking], method, path, name)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), answer.text
    assert answer.json()["scope"] == needed
    assert answer.headers["ratelimit-policy"]


async def test_the_owner_is_let_through_the_same_doors(
    people: dict[str, httpx.AsyncClient],
) -> None:
    for path in ("/conversations/{conversation_id}", "/conversations/{conversation_id}/messages"):
        assert (await people["owner"].get(_path(path))).status_code == 200
