"""What tells of a message beyond its page: portal.md §8.10."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.portal.harness import (
    SECONDS,
    Json,
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
_LISTED = """async () => {
  const worker = await navigator.serviceWorker.ready;
  const all = await worker.getNotifications();
  return all.map(({ title, body, tag }) => ({ title, body, tag }));
}"""
#: What a click on the notification does: the browser tells its worker.
_CLICKED = """async () => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


def _alerts(page: Page) -> None:
    page.get_by_role("button", name="Your profile", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Alerts", exact=True).click()


def test_notify_1_3_4_5_one_notification_a_conversation_leads_to_it(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """NOTIF-05, NOTIF-06, NOTIF-07: once over all tabs, in the latest words, and on to the chat."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    seat.context.grant_permissions(["notifications"], origin=stack.portal)
    page = seat.open("/people")
    assert page.evaluate("() => navigator.serviceWorker.getRegistrations()") == []
    _alerts(page)
    wait_until(lambda: page.evaluate("() => localStorage.getItem('alerts')") == "on", SECONDS)
    for _ in range(2):
        tab = seat.context.new_page()
        tab.goto("/people")
        expect(tab.locator("[data-net=live]")).to_be_attached()
    for text in ("One", "Two", "Is anybody there?"):
        stack.text_us(number, desk.number, text, wait=True)
    found = _notifications(page, "Is anybody there?")
    tag = f"conv-{conversation}"
    assert found == {"title": shown(number), "body": "Is anybody there?", "tag": tag}

    [worker] = seat.context.service_workers
    worker.evaluate(_CLICKED)
    wait_until(lambda: any(conversation in one.url for one in seat.context.pages), SECONDS)
    [there] = [one for one in seat.context.pages if conversation in one.url]
    expect(there.get_by_role("article").filter(has_text="Is anybody there?")).to_be_visible()
    assert there.evaluate(_LISTED) == []
    _pushed_with_no_tab_open(seat, conversation)


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


def _pushed_with_no_tab_open(seat: Seat, conversation: str) -> None:
    """What the push service brings, by the browser's own instrument for it."""
    origin = seat.person.stack.portal
    blank = seat.context.new_page()
    devtools = seat.context.new_cdp_session(blank)
    known: list[Json] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    devtools.send("ServiceWorker.enable")

    def registration() -> str | None:
        blank.wait_for_timeout(100)
        ids = [one["registrationId"] for one in known if one["scopeURL"] == f"{origin}/"]
        return str(ids[-1]) if ids else None

    registered = wait_until(registration, SECONDS) or ""
    for tab in seat.context.pages:
        if tab is not blank:
            tab.close()
    told = {"title": "Bob Smith", "text": "Good evening", "conversation_id": conversation}
    message = {"origin": origin, "registrationId": registered, "data": json.dumps(told)}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    page = seat.context.new_page()
    page.goto(f"{origin}/people")
    tag = f"conv-{conversation}"
    found = _notifications(page, "Good evening")
    assert found == {"title": "Bob Smith", "body": "Good evening", "tag": tag}


def _notifications(page: Page, body: str) -> Json:
    """Wait until the one notification that there is says so."""

    def told() -> Json | None:
        found: list[Json] = page.evaluate(_LISTED)
        assert len(found) <= 1, found
        return found[0] if found and found[0]["body"] == body else None

    return wait_until(told, SECONDS, every=0.3) or {}


def _hideable(seat: Seat) -> None:
    """Let the page believe that nobody looks at it: a browser without a window shows all."""
    seat.page.add_init_script(
        "let hidden = false; Object.defineProperty(document, 'hidden', { get: () => hidden });"
        " window.hide = (now) => { hidden = now;"
        " document.dispatchEvent(new Event('visibilitychange')); };"
    )
