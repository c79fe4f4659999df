"""The operators' log in the portal: portal.md §8.17, OPS-1 to OPS-3 and OPS-11."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import SECONDS, Person, Seat, Sit, customer_of
from tests.support.desks import OPERATOR, Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
SECRET = "My card is 4711"
#: More rows than these are never in the document, however many facts there are.
MOST_ROWS = 90
_CLAIMED = "queue.conversation-claimed.v1"


def _table(page: Page) -> Locator:
    return page.get_by_role("table", name="Events", exact=True)


def _newest(page: Page) -> int:
    first = _table(page).locator("[data-position]").first
    return int(first.get_attribute("data-position") or 0)


def _sift(page: Page, **wanted: str) -> None:
    for label, value in wanted.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Filter", exact=True).click()


def _claimed(stack: Running, desk: Desk, person: People) -> tuple[Person, str]:
    """Let a customer write to the queue, and Alice claim it."""
    alice, number = person(desk.alice), customer_of(desk)
    alice.work(desk.support)
    stack.text_us(number, desk.support_number, SECRET)
    waiting = alice.waiting(desk.support, number)
    conversation = str(waiting["conversation_id"])
    alice.send("POST", f"/queues/{desk.support}/conversations/{conversation}/claim")
    return alice, conversation


def test_ops_1_to_3_and_11_the_log_says_what_why_and_whose(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """From a million rows to one record, why it is, what is left of it, and who owned it."""
    alice, conversation = _claimed(stack, desk, person)
    seat = sit(OPERATOR, permissions=["clipboard-read", "clipboard-write"])
    page = seat.open("/operator")
    expect(page).to_have_url(re.compile("/operator/events$"))
    table = _table(page)
    names = ["Position", "Time", "Type", "Subject", "Tenant", "Caused by"]
    expect(table.get_by_role("columnheader")).to_have_text(names)
    _follows_and_reaches_the_first(page, stack, desk)
    seat.check_accessible()

    _sift(page, Type=_CLAIMED, Actor=desk.alice)
    claim = table.locator("[data-position]").first
    expect(claim).to_contain_text("Alice · queue.claim-conversation.v1")
    claim.get_by_role("link").click()
    event = page.get_by_role("region", name="Event", exact=True)
    expect(event).to_contain_text(_CLAIMED)
    _is_traced(page, event)
    seat.check_accessible()
    _says_only_what_it_may(page, event, alice, conversation)

    page.get_by_role("button", name="Check ownership", exact=True).click()
    found = page.get_by_role("link", name=re.compile("^0 conversations with two owners in "))
    found.click()
    expect(page.get_by_label("Type", exact=True)).to_have_value("queue.conversation-claimed")
    expect(table.locator("[data-position]").first).to_contain_text(_CLAIMED)


def _follows_and_reaches_the_first(page: Page, stack: Running, desk: Desk) -> None:
    """OPS-1: the newest first and the oldest at the end, of all only those in view; live."""
    table = _table(page)
    expect(table).to_have_attribute("aria-rowcount", re.compile("^[1-9]"))
    before = _newest(page)
    assert int(table.get_attribute("aria-rowcount") or 0) == before
    page.get_by_role("switch", name="Follow", exact=True).click()
    stack.text_us(customer_of(desk), desk.number, "One more")
    wait_until(lambda: _newest(page) > before, SECONDS, every=0.3)
    page.get_by_role("switch", name="Follow", exact=True).click()
    rows = page.locator("[role=rowgroup]").last
    rows.evaluate("rows => rows.scrollTop = rows.scrollHeight")
    expect(table.locator("[data-position='1']")).to_be_visible()
    assert table.locator("[role=row]").count() < MOST_ROWS
    table.locator("[data-position] a[tabindex='0']").press("Home")
    expect(table.locator(f"[data-position='{before}']")).to_be_visible()


def _is_traced(page: Page, event: Locator) -> None:
    """OPS-3: from the carrier's request to the claim; by keys."""
    event.get_by_role("button", name="Why?", exact=True).click()
    tree = event.get_by_role("tree", name="Cause", exact=True)
    for words in ("Carrier request", "Received", "Routed", "Waiting", "Claimed by Alice"):
        expect(tree.get_by_role("link", name=words, exact=True).first).to_be_visible()
    told = re.compile("^(Notified: |Held back from )(Alice|Dana Lee)")
    expect(tree.get_by_role("link", name=told).first).to_be_visible()
    own = tree.locator("[role=treeitem][aria-current]")
    expect(own).to_contain_text("Claimed by Alice")
    own.focus()
    page.keyboard.press("Home")
    first = tree.get_by_role("treeitem").first
    expect(first).to_be_focused()
    expect(first).to_contain_text("Carrier request")
    page.keyboard.press("ArrowLeft")
    expect(first).to_have_attribute("aria-expanded", "false")
    expect(tree.get_by_role("treeitem")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(event).to_contain_text("carrier.message-arrived.v1")


def _says_only_what_it_may(page: Page, event: Locator, alice: Person, conversation: str) -> None:
    """OPS-2: as stored and as read; what people wrote when asked for; nothing that was deleted."""
    stored = event.locator("pre").first
    expect(stored).to_contain_text('"text": "hidden"')
    expect(event.locator("pre")).to_have_count(2)
    event.get_by_role("button", name="Copy as JSON", exact=True).click()
    expect(event.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["type"] == "carrier.message-arrived.v1"
    event.get_by_role("button", name="Show what is personal", exact=True).click()
    expect(stored).to_contain_text(SECRET)
    [message] = [
        one
        for one in alice.get(f"/conversations/{conversation}/messages")["items"]
        if one.get("text") == SECRET
    ]
    alice.send("DELETE", f"/conversations/{conversation}/messages/{message['id']}")

    def erased() -> bool:
        page.reload()
        expect(stored).to_be_visible()
        return '"text": "erased"' in (stored.text_content() or "")

    wait_until(erased, SECONDS, every=1)
    expect(event).not_to_contain_text(SECRET)
    expect(event.get_by_role("button", name="Show what is personal")).to_have_count(0)


def test_ops_1_a_phone_shows_the_log_and_nobody_else_has_the_page(sit: Sit, desk: Desk) -> None:
    """OPS-1, OPS-2: one column, one thing at a time; for an agent there is no such page."""
    seat: Seat = sit(OPERATOR, mobile=True)
    page = seat.open("/operator/events")
    row = _table(page).locator("[data-position]").first
    expect(row).to_be_visible()
    seat.check_accessible()
    seat.check_touchable()
    row.click()
    event = page.get_by_role("region", name="Event", exact=True)
    expect(event.locator("pre").first).to_be_visible()
    expect(_table(page)).to_be_hidden()
    event.get_by_role("button", name="Why?", exact=True).click()
    expect(event.get_by_role("tree", name="Cause", exact=True)).to_be_visible()
    seat.check_touchable()
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    event.get_by_role("button", name="Close", exact=True).click()
    expect(_table(page)).to_be_visible()

    other = sit(desk.alice).open("/operator/events")
    expect(other.get_by_role("heading", name="Page not found", level=1)).to_be_visible()
    expect(other.get_by_role("link", name="Operator", exact=True)).to_have_count(0)
