"""Where a thread opens, stays and goes on: portal.md §8.3, §10.2, §10.3."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import SECONDS, Person, Seat, Sit, customer_of, text_them
from tests.support.desks import Desk
from tests.support.long_threads import lengthened
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
HUNDRED_THOUSAND = 100_000
#: More than two pages: what is around an early one does not reach the end.
MANY = 200
#: portal.md §10.2: pixels a second, for how long, and what is still smooth on a busy machine.
PACE, SCROLL_SECONDS, STEP_MS = 3_500, 10, 50
MOST_NODES = 2_500


def test_thread_2_and_7_reading_goes_on_where_it_stopped(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """THREAD-2, THREAD-7, CONV-09: the first unread is in view; a place left is found again."""
    with _thread(stack, person(desk.alice), desk, 500, read=470) as conversation:
        _goes_on(sit(desk.alice), conversation)


def test_thread_4_6_and_8_whatever_comes_or_grows_moves_nothing_above_the_reader(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """CONV-11, CONV-12: arrivals below and changes above."""
    alice, customer = person(desk.alice), customer_of(desk)
    for number in range(1, MANY + 1):
        # Each is taken before the next sets out: what carriers say at once has no order.
        stack.text_us(customer, desk.number, f"Number {number}", wait=True)
    conversation = str(alice.conversation_with(customer)["id"])
    alice.is_told(conversation, MANY)
    seat = sit(desk.alice)
    seat.page.add_init_script(_NOTE_MARKS)
    page = seat.open(f"/messages/{conversation}?at=10")
    named = seat.article(re.compile(r"\bNumber 10\b"))
    expect(named).to_be_in_viewport(ratio=1)
    expect(named).not_to_have_attribute("data-marked", "true")
    assert page.evaluate("marks") == [named.get_attribute("data-msg-id")]
    before = _settled_top(page)
    stack.text_us(customer, desk.number, "Not in this window", wait=True)
    expect(page.get_by_role("button", name="1 new message", exact=True)).to_be_visible()
    expect(seat.article("Not in this window")).to_have_count(0)
    assert _settled_top(page) == before

    page.get_by_role("button", name="1 new message", exact=True).click()
    expect(seat.article("Not in this window")).to_be_in_viewport(ratio=1)
    expect(seat.row(conversation)).to_have_attribute("data-unread", "0")
    _stays_while_more_comes(stack, seat, customer, desk, conversation)
    _a_message_of_ones_own_is_seen(seat, customer)


def test_a_hundred_thousand_messages_scroll_smoothly(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """THREAD-8 and portal.md §10.2: few nodes, no frame moves backwards, a far jump at once."""
    with _thread(stack, person(desk.alice), desk, HUNDRED_THOUSAND) as conversation:
        _scrolls_smoothly(sit(desk.alice), conversation)


def _goes_on(seat: Seat, conversation: str) -> None:
    page = seat.open()
    expect(seat.row(conversation)).to_have_attribute("data-unread", "30")
    seat.row(conversation).get_by_role("link").click()
    line = page.get_by_role("separator", name="New messages", exact=True)
    expect(line).to_be_in_viewport()
    expect(seat.article(re.compile(r"Line 471\b"))).to_be_in_viewport()
    jump = page.get_by_role("button", name="Jump to latest", exact=True)
    expect(jump).to_be_visible()
    expect(seat.row(conversation)).to_have_attribute("data-unread", "0")

    _wheel_until(page, lambda: seat.article(re.compile(r"\bLine 200\b")).is_visible(), -400)
    here = _settled_top(page)
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    page.go_back()
    there = _settled_top(page)
    assert there[0] == here[0]
    assert abs(there[1] - here[1]) <= 2
    jump.click()
    expect(jump).to_have_count(0)
    assert seat.distance_from_end() <= 1


def _scrolls_smoothly(seat: Seat, conversation: str) -> None:
    page = seat.open(f"/messages/{conversation}")
    expect(seat.articles.last).to_be_in_viewport(ratio=1)
    page.evaluate(_WATCH)
    page.locator("[data-scroller=feed]").hover()
    for _ in range(SCROLL_SECONDS * 1_000 // STEP_MS):
        page.mouse.wheel(0, -PACE * STEP_MS / 1_000)
        page.wait_for_timeout(STEP_MS)
    # How far that came is the machine's: pages of 100 are fetched on the way.
    _wheel_until(page, lambda: int(_first_line(seat)) < HUNDRED_THOUSAND - 300, -400)
    seen = page.evaluate("watched")
    assert seen["worst"] <= 2, seen
    assert seen["rows"] <= 60, seen
    assert page.locator("*").count() <= MOST_NODES

    page.goto(f"/messages/{conversation}?at=20000")
    expect(seat.article(re.compile(r"\bLine 20000\b"))).to_be_in_viewport(ratio=1)
    page.evaluate("history.pushState({}, '', location.pathname + '?at=99000')")
    expect(seat.article(re.compile(r"\bLine 99000\b"))).to_be_in_viewport(ratio=1)
    middle = seat.article(re.compile(r"\bLine 99000\b")).bounding_box()
    assert middle is not None
    assert 250 < middle["y"] < 550
    _wheel_until(page, lambda: seat.article(re.compile(r"\bLine 99060\b")).is_visible(), 500)
    page.get_by_role("button", name="Jump to latest", exact=True).click()
    expect(seat.article("Hello from")).to_be_in_viewport(ratio=1)
    assert seat.distance_from_end() <= 1


@contextmanager
def _thread(
    stack: Running, alice: Person, desk: Desk, count: int, read: int | None = None
) -> Iterator[str]:
    """A conversation of so many, of which Alice has read so many, for as long as it is needed."""
    [customer] = text_them(stack, desk, 1)
    conversation = str(alice.conversation_with(customer)["id"])
    alice.is_told(conversation, 1)
    alice.send("PUT", f"/conversations/{conversation}/read", {"up_to": 1})
    with lengthened(stack, conversation, count, read):
        yield conversation


def _stays_while_more_comes(
    stack: Running, seat: Seat, customer: str, desk: Desk, conversation: str
) -> None:
    """Scrolled up, three come and one above grows: the reader's line stays, and is led back."""
    page = seat.page
    _wheel_until(page, lambda: seat.article(re.compile(r"\bNumber 170\b")).is_visible(), -300)
    before = _settled_top(page)
    for number in range(3):
        stack.text_us(customer, desk.number, f"Meanwhile {number}", wait=True)
    fresh = page.get_by_role("button", name="3 new messages", exact=True)
    expect(fresh).to_be_visible()
    expect(seat.row(conversation)).to_have_attribute("data-unread", "3")
    assert _settled_top(page) == before
    # The row above the first in view is in the page; it becomes taller, as a late picture does.
    page.evaluate(
        "key => { const top = document.querySelector(`[data-msg-id='${key}']`);"
        " const above = document.querySelector(`[data-index='${top.dataset.index - 1}']`);"
        " above.style.paddingBottom = '80px' }",
        before[0],
    )
    _is_still_at(page, before)
    above = seat.articles.first
    key = above.get_attribute("data-msg-id")
    seat.person.send("DELETE", f"/conversations/{conversation}/messages/{key}")
    expect(page.locator(f"[data-msg-id='{key}']")).to_have_count(0)
    _is_still_at(page, before)
    fresh.click()
    expect(seat.article("Meanwhile 2")).to_be_in_viewport(ratio=1)
    expect(fresh).to_have_count(0)
    expect(seat.row(conversation)).to_have_attribute("data-unread", "0")


def _is_still_at(page: Page, before: tuple[str, float]) -> None:
    after = _settled_top(page)
    assert after[0] == before[0]
    assert abs(after[1] - before[1]) <= 1


def _a_message_of_ones_own_is_seen(seat: Seat, customer: str) -> None:
    """Written from further up, one's own message leads to the end."""
    seat.page.locator("[data-scroller=feed]").hover()
    seat.page.mouse.wheel(0, -900)
    expect(seat.page.get_by_role("button", name="Jump to latest", exact=True)).to_be_visible()
    seat.write(f"Here I am, {customer}")
    expect(seat.article(f"Here I am, {customer}")).to_be_in_viewport(ratio=1)


def _wheel_until(page: Page, there: Callable[[], bool], step: int) -> None:
    page.locator("[data-scroller=feed]").hover()

    def arrived() -> bool:
        page.mouse.wheel(0, step)
        return there()

    wait_until(arrived, 60)


def _settled_top(page: Page) -> tuple[str, float]:
    """The first row in view and where it stands, once it stands still."""
    last: list[tuple[str, float]] = []

    def still() -> bool:
        found = page.locator("[data-scroller=feed]").evaluate(_TOP)
        if found is None:
            return False
        last.append((str(found[0]), float(found[1])))
        return len(last) > 2 and last[-1] == last[-2] == last[-3]

    wait_until(still, SECONDS, every=0.1)
    return last[-1]


def _first_line(seat: Seat) -> str:
    first: Locator = seat.articles.first
    found = re.search(r"Line (\d+)", first.inner_text())
    assert found is not None
    return found.group(1)


_TOP = """
scroller => {
  const view = scroller.getBoundingClientRect();
  const rows = [...scroller.querySelectorAll("[data-msg-id]")]
    .map(row => [row.dataset.msgId, row.getBoundingClientRect().top])
    .filter(([, top]) => top >= view.top).sort((a, b) => a[1] - b[1]);
  return rows[0] ?? null;
}
"""

#: A mark passes by itself: a slow look would come too late.
_NOTE_MARKS = """
window.marks = [];
new MutationObserver(() => {
  for (const row of document.querySelectorAll("[data-marked=true]"))
    if (!marks.includes(row.dataset.msgId)) marks.push(row.dataset.msgId);
}).observe(document, { subtree: true, childList: true, attributes: true });
"""

_WATCH = """
() => {
  const scroller = document.querySelector("[data-scroller=feed]");
  const before = new Map();
  window.watched = { worst: 0, rows: 0 };
  const look = () => {
    const view = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll("[data-msg-id]")];
    const seen = new Map();
    for (const row of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > view.top && top < view.bottom) seen.set(row.dataset.msgId, top);
    }
    watched.rows = Math.max(watched.rows, rows.length);
    for (const [id, top] of seen)
      if (before.has(id)) watched.worst = Math.max(watched.worst, before.get(id) - top);
    before.clear();
    for (const [id, top] of seen) before.set(id, top);
    requestAnimationFrame(look);
  };
  look();
}
"""
