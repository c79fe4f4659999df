"""What tells of a message beyond its page: portal.md §8.10."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.portal.harness import (
    CHROMIUM,
    CHROMIUM_ARGUMENTS,
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
from tests.support.desktop import Desktop, desktop, environment
from tests.support.pictures import talkative
from tests.support.push_service import Browser as Subscribed
from tests.support.push_service import push_service
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
#: In the place of the browser maker's push service; and how often somebody asks for leave.
_PUSH_SERVICE = """
const about = %s;
const made = { ...about, toJSON: () => about, unsubscribe: async () => {
  localStorage.removeItem("subscribed");
  return true;
} };
PushManager.prototype.subscribe = async () => {
  localStorage.setItem("subscribed", "yes");
  return made;
};
PushManager.prototype.getSubscription = async () =>
  localStorage.getItem("subscribed") ? made : null;
const ask = Notification.requestPermission.bind(Notification);
window.asked = 0;
Notification.requestPermission = () => { window.asked += 1; return ask(); };
"""


@pytest.fixture
def screen() -> Iterator[Desktop]:
    with desktop() as there:
        yield there


@pytest.fixture
def pushing() -> Iterator[Subscribed]:
    with push_service() as subscribed:
        yield subscribed


@pytest.fixture
def at_home(
    browser: Browser, person: People, desk: Desk, screen: Desktop, tmp_path: Path
) -> Iterator[Seat]:
    """Alice at a browser of her own that stands on a desktop and may notify."""
    alice = person(desk.alice)
    context = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGUMENTS,
        env=environment(screen),
        base_url=alice.stack.portal,
    )
    context.grant_permissions(["notifications"], origin=alice.stack.portal)
    seat = Seat.at(alice, context)
    yield seat
    seat.leave()


def _alerts(page: Page) -> None:
    page.get_by_role("button", name="Your profile", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Alerts", exact=True).click()


def test_notify_1_3_4_5_one_notification_a_conversation_leads_to_it(
    stack: Running, at_home: Seat, desk: Desk, screen: Desktop, pushing: Subscribed
) -> None:
    """NOTIF-05, NOTIF-06, NOTIF-07: once over all tabs, in the latest words, and on to the chat."""
    [number] = text_them(stack, desk, 1)
    conversation = at_home.person.conversation_with(number)["id"]
    _switch_on(at_home, pushing)
    _can_be_installed(at_home)
    for _ in range(2):
        tab = at_home.context.new_page()
        tab.goto("/people")
        expect(tab.locator("[data-net=live]")).to_be_attached()
    for text in ("One", "Two", "Is anybody there?"):
        stack.text_us(number, desk.number, text, wait=True)
        _stands(screen, number, text)
    wait_until(lambda: pushing.requests and pushing.shown()["body"] == text, SECONDS)

    screen.click()
    wait_until(lambda: _tabs_at(at_home, conversation), SECONDS)
    [there] = _tabs_at(at_home, conversation)
    expect(there.get_by_role("article").filter(has_text=text)).to_be_visible()
    assert screen.shown() == []

    _is_pushed_with_no_tab_open(stack, at_home, desk, number, pushing)
    _stands(screen, number, "Good evening")
    wait_until(lambda: "<img" in screen.shown()[0][1], SECONDS)
    with at_home.context.expect_page() as opened:
        screen.click()
    opened.value.wait_for_url(f"**/messages/{conversation}")
    expect(opened.value.get_by_role("article").filter(has_text="Good evening")).to_be_visible()
    _is_left_at_sign_out(opened.value)


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


def _switch_on(seat: Seat, pushing: Subscribed) -> None:
    """By the switch, which alone asks; the gateway knows the browser then."""
    about = {"endpoint": pushing.endpoint, "keys": pushing.keys}
    seat.context.add_init_script(_PUSH_SERVICE % json.dumps(about))
    page = seat.open("/settings")
    alerts = page.get_by_role("switch", name="Alerts", exact=True)
    expect(alerts).not_to_be_checked()
    assert page.evaluate("() => navigator.serviceWorker.getRegistrations()") == []
    assert page.evaluate("() => window.asked") == 0
    with page.expect_response("**/push-subscriptions") as told:
        alerts.click()
    assert told.value.ok
    expect(alerts).to_be_checked()
    assert page.evaluate("() => window.asked") == 1
    page.reload()
    expect(alerts).to_be_checked()
    assert page.evaluate("() => window.asked") == 0


def _can_be_installed(seat: Seat) -> None:
    """A phone pushes only to what stands on its home screen as an app."""
    devtools = seat.context.new_cdp_session(seat.page)
    assert devtools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["display"] == "standalone"
    icon = seat.page.locator("link[rel=apple-touch-icon]").get_attribute("href") or ""
    assert seat.page.request.get(icon).headers["content-type"] == "image/png"


def _stands(screen: Desktop, number: str, text: str) -> None:
    """Wait until the one notification there is says so."""
    wait_until(lambda: any(text in body for _, body in screen.shown()), SECONDS, every=0.1)
    [(title, _)] = screen.shown()
    assert title == shown(number)


def _tabs_at(seat: Seat, conversation: str) -> list[Page]:
    seat.page.wait_for_timeout(50)  # Playwright hears of addresses while it waits
    return [page for page in seat.context.pages if page.url.endswith(conversation)]


def _is_pushed_with_no_tab_open(
    stack: Running, seat: Seat, desk: Desk, number: str, pushing: Subscribed
) -> None:
    """What the push service was given, handed on by the browser's own instrument for it."""
    blank = seat.context.new_page()
    devtools = seat.context.new_cdp_session(blank)
    known: list[Json] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    for tab in seat.context.pages:
        if tab is not blank:
            tab.close()
    content = base64.b64encode(talkative("PNG")).decode()
    files = [{"name": "cup.png", "media_type": "image/png", "content_base64": content}]
    stack.text_us(number, desk.number, "Good evening", files=files, wait=True)
    wait_until(lambda: pushing.shown()["body"] == "Good evening", SECONDS)

    def worker_is_known() -> bool:
        blank.wait_for_timeout(50)  # Playwright hears of workers while it waits
        return bool(known)

    wait_until(worker_is_known, SECONDS)
    message = {
        "origin": seat.person.stack.portal,
        "registrationId": known[-1]["registrationId"],
        "data": json.dumps(pushing.shown()),
    }
    devtools.send("ServiceWorker.deliverPushMessage", message)


def _is_left_at_sign_out(page: Page) -> None:
    """The gateway forgets the browser; the session itself is other tests' too."""
    page.route("**/api/v1/session", lambda route: route.abort())
    page.get_by_role("button", name="Your profile", exact=True).click()
    with page.expect_response("**/push-subscriptions") as told:
        page.get_by_role("menuitem", name="Sign out", exact=True).click()
    assert (told.value.request.method, told.value.ok) == ("DELETE", True)


def _hideable(seat: Seat) -> None:
    """Let the page believe that nobody looks at it: a browser without a window shows all."""
    seat.page.add_init_script(
        "let hidden = false; Object.defineProperty(document, 'hidden', { get: () => hidden });"
        " window.hide = (now) => { hidden = now;"
        " document.dispatchEvent(new Event('visibilitychange')); };"
    )
