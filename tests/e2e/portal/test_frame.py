"""Entry and frame: portal.md §8.1."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.e2e.portal.harness import Person, Sit, text_them
from tests.support.desks import Desk
from tests.support.system import Running


def test_frame_1_signing_in_leads_to_messages(stack: Running, sit: Sit, desk: Desk) -> None:
    page = sit(desk.alice, signed_in=False).page
    page.goto("/")
    page.get_by_role("textbox", name="Login", exact=True).fill(desk.alice)
    page.get_by_role("textbox", name="Password", exact=True).fill(stack.sign_ins[desk.alice])
    page.get_by_role("button", name="Sign in", exact=True).click()

    link = page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Messages", exact=True
    )
    link.click()
    expect(page).to_have_url(f"{stack.portal}/messages")
    expect(page.get_by_role("heading", name="Messages", level=1, exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
    expect(link).to_have_attribute("aria-current", "page")


def test_the_list_is_on_the_left_and_the_answer_at_the_bottom(
    stack: Running, sit: Sit, desk: Desk
) -> None:
    """CONV-04, SEND-09."""
    text_them(stack, desk, 1)
    seat = sit(desk.alice)
    page = seat.open()
    page.locator("[data-scroller=list] [data-conv-id]").first.get_by_role("link").click()
    field = page.get_by_placeholder("Type your message", exact=True)
    expect(field).to_be_focused()
    left, right, low = (
        one.bounding_box()
        for one in (
            page.get_by_role("navigation", name="Conversations"),
            page.get_by_role("feed", name="Messages"),
            field,
        )
    )
    assert left is not None
    assert right is not None
    assert low is not None
    assert left["x"] + left["width"] <= right["x"] <= low["x"]
    assert low["y"] >= right["y"] + right["height"]


def test_frame_2_and_notify_8_the_rail_and_the_tab_tell_what_is_unread(
    stack: Running, sit: Sit, person: Callable[[str], Person], desk: Desk
) -> None:
    alice = person(desk.alice)
    _read_all(alice)
    seat = sit(desk.alice)
    page = seat.open()
    link = page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Messages", exact=True
    )
    expect(link).to_have_accessible_description("")
    expect(link.locator("[data-dot]")).to_have_count(0)
    icon = page.locator("link#favicon")
    expect(icon).to_have_attribute("href", "/favicon.svg")
    expect(page).to_have_title("Messages")

    text_them(stack, desk, 3)
    expect(link).to_have_accessible_description("3 unread conversations")
    dot = link.locator("[data-dot]")
    expect(dot).to_be_visible()
    colours = dot.evaluate(
        "dot => { const probe = document.body.appendChild(document.createElement('i'));"
        " probe.style.color = 'var(--unread)';"
        " return [getComputedStyle(dot).backgroundColor, getComputedStyle(probe).color]; }"
    )
    assert colours[0] == colours[1]
    expect(icon).to_have_attribute("href", "/favicon-unread.svg")
    expect(page).to_have_title("(3) Messages")

    _read_all(alice)
    expect(icon).to_have_attribute("data-unread", "false")
    expect(page).to_have_title("Messages")
    expect(link.locator("[data-dot]")).to_have_count(0)
    expect(link).to_have_accessible_description("")


def test_frame_7_a_new_build_is_offered_and_a_draft_survives_it(
    stack: Running, sit: Sit, person: Callable[[str], Person], desk: Desk
) -> None:
    """The page that is served after a reconnection names other files than this one runs on."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    seat.composer.fill("Half a sentence")
    expect(seat.row(conversation)).to_contain_text("Draft: Half a sentence")
    built = re.compile(r"/assets/index-[\w-]+\.js")

    def rebuilt(route: Route) -> None:
        served = route.fetch()
        route.fulfill(response=served, body=built.sub("/assets/index-newer.js", served.text()))

    page.route("**/", rebuilt)
    seat.context.set_offline(True)
    expect(page.locator("[data-net=offline]")).to_be_attached()
    seat.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="A new version is ready")).to_be_visible()
    seat.check_accessible()
    page.unroute("**/", rebuilt)
    page.get_by_role("button", name="Reload", exact=True).click()
    expect(page.get_by_text("A new version is ready")).to_have_count(0)
    expect(seat.composer).to_have_value("Half a sentence")


def test_frame_6_one_pane_at_a_time_on_a_phone(stack: Running, sit: Sit, desk: Desk) -> None:
    text_them(stack, desk, 16)
    seat = sit(desk.alice, mobile=True)
    page = seat.open()
    scroller = page.locator("[data-scroller=list]")
    expect(page.get_by_role("listitem").nth(9)).to_be_attached()
    scroller.evaluate("s => { s.scrollTop = 300 }")
    before = scroller.evaluate("s => s.scrollTop")
    assert before > 0
    width = page.get_by_role("navigation", name="Conversations").bounding_box()
    assert width is not None
    assert width["width"] == 390

    visible = scroller.evaluate(
        "s => [...s.querySelectorAll('[data-conv-id]')].find(r =>"
        " r.getBoundingClientRect().top > s.getBoundingClientRect().top + 10).dataset.convId"
    )
    seat.row(visible).get_by_role("link").click()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Conversations")).to_have_count(0)
    page.get_by_role("link", name="Back to conversations", exact=True).click()
    expect(page.get_by_role("heading", name="Messages", level=1, exact=True)).to_be_visible()
    assert scroller.evaluate("s => s.scrollTop") == before

    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/messages", f"/messages/{visible}"):
        seat.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def _read_all(person: Person) -> None:
    for one in person.get("/conversations", filter="unread")["items"]:
        body = {"up_to": one["last_position"]}
        person.send("PUT", f"/conversations/{one['id']}/read", body)
