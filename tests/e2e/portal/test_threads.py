"""A thread: portal.md §8.3."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Sit, customer_of, text_them
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

LONG = 500
People = Callable[[str], Person]

_WATCH_FRAMES = """
() => {
  const scroller = document.querySelector("[data-scroller=feed]");
  const before = new Map();
  window.worst = 0;
  const look = () => {
    const view = scroller.getBoundingClientRect();
    const seen = new Map();
    for (const row of scroller.querySelectorAll("[data-msg-id]")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > view.top && top < view.bottom) seen.set(row.dataset.msgId, top);
    }
    for (const [id, top] of seen)
      if (before.has(id)) window.worst = Math.max(window.worst, before.get(id) - top);
    before.clear();
    for (const [id, top] of seen) before.set(id, top);
    requestAnimationFrame(look);
  };
  look();
}
"""


def test_thread_1_a_long_thread_opens_at_its_end(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    conversation = _long_thread(stack, person(desk.alice), desk)
    seat = sit(desk.alice)
    seat.open(f"/messages/{conversation}")
    expect(seat.articles.last).to_be_in_viewport(ratio=1)
    assert seat.distance_from_end() <= 1


def test_thread_3_older_pages_come_without_a_jump(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    conversation = _long_thread(stack, person(desk.alice), desk)
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    expect(seat.articles.last).to_be_in_viewport()
    page.locator("[data-scroller=feed]").hover()
    page.evaluate(_WATCH_FRAMES)
    start = page.get_by_text("Start of conversation", exact=True)

    def at_start() -> bool:
        page.mouse.wheel(0, -240)
        return start.is_visible()

    wait_until(at_start, 120)
    assert page.evaluate("window.worst") <= 2
    assert page.locator("[data-scroller=feed]").evaluate("s => s.scrollHeight") > 20_000


def test_thread_5_an_arrival_shows_at_the_end(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    expect(seat.articles.last).to_contain_text("Hello")
    document = page.evaluate("performance.timeOrigin")

    stack.text_us(customer, desk.number, "One more thing")
    expect(seat.article("One more thing")).to_be_in_viewport(ratio=1)
    assert seat.distance_from_end() <= 1
    assert page.evaluate("performance.timeOrigin") == document
    expect(page.get_by_role("log", name="New messages")).to_contain_text("One more thing")


def test_thread_9_texts_of_one_number_make_one_conversation(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    seat = sit(desk.alice)
    seat.open()
    customer = customer_of(desk)
    stack.text_us(customer, desk.number, "First")
    conversation = person(desk.alice).conversation_with(customer)["id"]
    expect(seat.row(conversation)).to_be_visible()
    stack.text_us(customer, desk.number, "Second")
    expect(seat.row(conversation)).to_have_attribute("data-unread", "2")

    seat.row(conversation).get_by_role("link").click()
    expect(seat.article("First")).to_be_visible()
    expect(seat.article("Second")).to_be_visible()


def test_thread_10_whatever_is_written_is_shown_as_text(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    customer = customer_of(desk)
    markup = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    texts = [markup, "مرحبا، هل المتجر مفتوح؟ 123", "W" * 10_000, "🎉" * 400]
    for text in texts:
        stack.text_us(customer, desk.number, text, wait=True)
    alice = person(desk.alice)
    conversation = alice.conversation_with(customer)["id"]
    alice.is_told(conversation, len(texts))
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    page.on("dialog", lambda dialog: seat.errors.append(dialog.message))
    for text in texts:
        article = seat.article(text[:40]).first
        article.scroll_into_view_if_needed()
        expect(article).to_contain_text(text)
    assert page.locator("[role=feed] img, [role=feed] script").count() == 0
    assert page.locator("[data-scroller=feed]").evaluate("s => s.scrollWidth <= s.clientWidth")


def _long_thread(stack: Running, alice: Person, desk: Desk) -> str:
    """A conversation of five hundred."""
    customer = customer_of(desk)
    for number in range(LONG):
        stack.text_us(customer, desk.number, f"Line {number} " + "and more " * (number % 9))
    conversation = str(alice.conversation_with(customer)["id"])
    alice.is_told(conversation, LONG)
    # What is unread opens where reading goes on (THREAD-2).
    alice.send("PUT", f"/conversations/{conversation}/read", {"up_to": LONG})
    return conversation
