"""Usage and search through the API: the numbers of the log, for whom they are; clear refusals."""

import csv
import io
from collections import Counter

import httpx
import pytest

from schemas.base import RemoteFile
from schemas.delivery import DeliveryChanged, SendPlanned
from schemas.directory import ExtensionDefined, TenantDefined
from services.gateway.http.history_shapes import FoundMessages, HistoryPage, Usage
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import Story
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
NOVEMBER = {"from": "2026-10-30", "to": "2026-11-05"}


def _office() -> Story:
    """Texts of two days in New York, of which one fails, is tried again and arrives."""
    story = Story("usage")
    story.defines("alice", "bert", "sam")
    story.starts_sms()
    story.receives(1, "Where is my order?", files=(RemoteFile(url="http://x/1"),))
    story.replies(2, "alice", "x" * 200)
    story.sends(2)
    story.delivered(2, "failed", failure_code="busy", failure_text="Busy.")
    story.sends(2, attempt=2)
    story.at = story.at.replace(day=3, hour=2)  # still the second there
    story.replies(3, "bert", "On its way")
    story.sends(3, segments=1)
    story.delivered(3)
    for subject, data in _definitions(story):
        story.tell(subject, subject, data)
    return story


def _definitions(story: Story) -> list[tuple[str, TenantDefined | ExtensionDefined]]:
    sam = story.person("sam")
    manager = ExtensionDefined(
        extension_id=sam, dial="103", name="Sam", texting=True, roles=("office-manager",)
    )
    here = TenantDefined(
        tenant_id=story.tenant,  # type: ignore[arg-type]  # ids are text on the wire
        name="Usage",
        texting=True,
        time_zone="America/New_York",
    )
    return [(f"extension/{sam}", manager), (f"tenant/{story.tenant}", here)]


async def test_usage_is_what_a_query_over_the_log_says(rig: GatewayRig) -> None:
    """USE-1, USE-3, HIST-06: by the organization's own days; a sheet of it; not for everybody."""
    story = _office()
    log = [one.data for one in story.told]
    await rig.tells(story)
    async with rig.person(story, "sam") as sam, rig.person(story, "bert") as bert:

        async def counted() -> bool:
            answer = await sam.get("/usage", params=NOVEMBER)
            return answer.is_success and answer.json()["zone"] == "America/New_York"

        await eventually(counted, 30)
        answer = await sam.get("/usage", params={**NOVEMBER, "zone": "Asia/Tokyo"})
        sheet = await sam.get("/usage.csv", params={**NOVEMBER, "by": "person"})
        hidden = [await bert.get(path) for path in ("/usage", "/usage.csv")]
        bad = await sam.get("/usage", params={"from": "2026-01-01", "to": "2027-01-01"})

    found = Usage.model_validate_json(answer.content)
    planned = [one for one in log if isinstance(one, SendPlanned)]
    ends = {(one.message_id, one.attempt): one.status for one in log if _is_end(one)}
    assert found.enabled
    assert found.zone == "America/New_York"
    assert found.total.sent == len(planned) == 3
    assert found.total.segments_sent == sum(one.segments for one in planned)
    assert found.total.failed == Counter(ends.values())["failed"] == 1
    assert (found.total.received, found.total.mms) == (1, 1)
    by_day = {one.day: (one.sent, one.received) for one in found.days}
    assert len(by_day) == 7
    assert (by_day["2026-11-01"], by_day["2026-11-02"]) == ((2, 1), (1, 0))
    assert [(one.number.number, one.sent) for one in found.numbers] == [(story.number, 3)]
    assert [(one.person and one.person.name, one.sent) for one in found.people] == [
        ("Alice", 2),
        (None, 0),
        ("Bert", 1),
    ]
    assert [line[:2] for line in csv.reader(io.StringIO(sheet.text))][1] == ["Alice", "2"]
    assert [one.status_code for one in hidden] == [404, 404]
    assert bad.status_code == 422


def _is_end(one: object) -> bool:
    return isinstance(one, DeliveryChanged)


async def test_search_answers_in_pages_and_refuses_what_it_cannot_read(rig: GatewayRig) -> None:
    """HIST-01, HIST-07: over HTTP, as the document says it."""
    story = Story("lookback")
    story.defines("alice", "bert", "sam")
    story.starts_sms()
    for position in range(1, 6):
        story.receives(position, f"Order {position}, please")
    story.waits()
    await rig.tells(story)
    async with rig.person(story, "sam") as sam, rig.person(story, "dora") as dora:

        async def there() -> bool:
            return bool((await sam.get("/history")).json()["items"])

        await eventually(there, 30)
        texts = await _all(sam)
        listed = HistoryPage.model_validate_json((await sam.get("/history")).content)
        named = await sam.get("/search/conversations", params={"q": "0199"})
        nothing = [(await dora.get(path)).json()["items"] for path in _PATHS]
        refused = [await sam.get(path, params=query) for path, query in _REFUSED]

    assert texts == [f"Order {position}, please" for position in (5, 4, 3, 2, 1)]
    assert [one.id for one in listed.items] == [story.conversation_id()]
    assert [one["id"] for one in named.json()["items"]] == [story.conversation_id()]
    assert nothing == [[], [], []]
    assert {one.status_code for one in refused} == {422}
    assert {one.headers["content-type"] for one in refused} == {"application/problem+json"}
    assert [one.json()["code"] for one in refused][:2] == ["no-words", "invalid"]


_PATHS = ("/history", "/search/messages?q=order", "/search/conversations?q=0199")
_REFUSED = (
    ("/search/messages", {"q": "?!"}),
    ("/search/messages", {"q": "x", "before": "nowhere"}),
    ("/search/messages", {"q": "x", "zone": "Mars"}),
    ("/search/messages", {"q": "x", "from": "2026-02-02", "to": "2026-02-01"}),
    ("/search/messages", {"q": ""}),
    ("/history", {"kind": "letter"}),
    ("/history", {"before": "nowhere"}),
)


async def _all(person: httpx.AsyncClient) -> list[str]:
    found: list[str] = []
    query = {"q": "ord", "limit": "2"}
    for _ in range(4):
        answer = await person.get("/search/messages", params=query)
        page = FoundMessages.model_validate_json(answer.content)
        found += [one.message.text for one in page.items]
        assert {one.message.conversation_id for one in page.items} == {
            one.id for one in page.conversations
        }
        if page.next is None:
            return found
        query["before"] = page.next
    raise AssertionError("pages without an end")
