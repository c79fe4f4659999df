"""What tells of a message beyond its page: portal.md §8.10."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.portal.harness import (
    SECONDS,
    Person,
    Seat,
    Sit,
    count_tones,
    read_all,
    shown,
    text_them,
)
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]


def _alerts(page: Page) -> None:
    page.get_by_role("button", name="Your profile", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Alerts", exact=True).click()


def test_notify_2_a_browser_that_blocks_is_told_of_and_the_rest_works(sit: Sit, desk: Desk) -> None:
    """NOTIF-06, ERR-07, NOTIFY-2."""
    seat = sit(desk.alice)
    page = seat.open()
    _alerts(page)
    alert = page.get_by_role("alert").filter(has_text="Your browser blocks notifications")
    expect(alert).to_be_visible()
    page.get_by_role("button", name="Your profile", exact=True).click()
    box = page.get_by_role("menuitemcheckbox", name="Alerts", exact=True)
    expect(box).to_have_attribute("aria-checked", "false")
    seat.check_accessible()


def test_notify_6_and_7_a_tone_and_a_title_until_somebody_looks(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """NOTIF-01, NOTIF-04; NOTIFY-6, NOTIFY-7: own messages and history are silent."""
    [number] = text_them(stack, desk, 1)
    alice = person(desk.alice)
    conversation = alice.conversation_with(number)["id"]
    seat = sit(desk.alice)
    tones = count_tones(seat)
    _hideable(seat)
    page = seat.open(f"/messages/{conversation}")
    seat.write("From me")
    expect(seat.article("From me")).to_have_attribute("data-state", "delivered")
    assert tones() == 0
    plain = page.title()

    page.evaluate("() => window.hide(true)")
    stack.text_us(number, desk.number, "Hello again")
    said = f"{shown(number)} sent a message"
    wait_until(lambda: page.title() == said, SECONDS, every=0.1)
    wait_until(lambda: page.title() != said, SECONDS, every=0.1)
    assert tones() == 2
    page.evaluate("() => window.hide(false)")
    wait_until(lambda: page.title() == plain, SECONDS, every=0.1)


def test_notify_9_what_was_missed_is_told_at_sign_in(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """NOTIF-10."""
    alice = person(desk.alice)
    read_all(alice)
    numbers = text_them(stack, desk, 2)
    for number in numbers:
        stack.text_us(number, desk.number, "And more")
    wait_until(lambda: alice.get("/bootstrap")["unread"]["missed"] == 4, SECONDS)
    seat = sit(desk.alice, signed_in=False)
    page = seat.page
    page.goto("/login")
    page.get_by_role("textbox", name="Login", exact=True).fill(desk.alice)
    page.get_by_role("textbox", name="Password", exact=True).fill(stack.sign_ins[desk.alice])
    page.get_by_role("button", name="Sign in", exact=True).click()
    missed = "You missed 4 messages in 2 conversations"
    expect(page.get_by_role("status").filter(has_text=missed)).to_be_visible()
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.get_by_role("tab", name="Unread", exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    page.reload()
    expect(page.get_by_role("tab", name="Unread", exact=True)).to_be_visible()
    expect(page.get_by_text(missed)).to_have_count(0)


def _hideable(seat: Seat) -> None:
    """Let the page believe that nobody looks at it: a browser without a window shows all."""
    seat.page.add_init_script(
        "let hidden = false; Object.defineProperty(document, 'hidden', { get: () => hidden });"
        " window.hide = (now) => { hidden = now;"
        " document.dispatchEvent(new Event('visibilitychange')); };"
    )
