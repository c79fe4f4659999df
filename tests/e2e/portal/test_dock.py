"""Chat boxes beside what somebody works at, and whom one writes to: portal.md §8.13, §8.14."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import (
    SECONDS,
    Json,
    Person,
    Seat,
    Sit,
    customer_of,
    sent_to_customers,
)
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
#: Between a name and the type of its number.
DASH = "\N{EN DASH}"


def test_people_1_to_2_and_new_10_and_dock_1_to_3_and_notify_11_boxes_go_along(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """CONT-01, CONV-22, NOTIF-09, SEND-15, SEND-16: written to from People, wherever one goes."""
    number = customer_of(desk)
    name = f"Bob Smith {number[-4:]}"
    _contact(person(desk.alice), name, number)
    seat = sit(desk.alice)
    page = seat.open("/people")
    dana = _chat_with_dana(seat, person(desk.dana).get("/bootstrap")["me"]["dial"])
    text = f"From the people page {number}"
    _write(dana, text)
    expect(_article(dana, text)).to_have_attribute("data-state", "sent")
    assert page.url.endswith("/people")

    page.get_by_role("tab", name="My contacts", exact=True).click()
    page.get_by_role("searchbox", name="Search contacts", exact=True).fill(number[-7:])
    page.get_by_role("button", name=f"Message {name} {DASH} Mobile", exact=True).click()
    bob = _box(page, f"{name} {DASH} Mobile")
    _write(bob, text)
    sent = wait_until(lambda: sent_to_customers(stack, text), SECONDS)
    assert [one["recipients"] for one in sent] == [[number]]
    expect(page.get_by_role("link", name=f"Call {name} {DASH} Mobile", exact=True)).to_be_visible()
    seat.check_accessible()

    _stays_on_other_pages(page, bob)
    _is_green_until_looked_at(stack, desk, page, bob, number)
    _is_minimized_and_closed(page, bob)
    _write_again(page, name)
    expect(_article(bob, text)).to_be_visible()
    seat.check_accessible()


def test_chat_boxes_fold_and_a_new_one_asks_to_whom(sit: Sit, person: People, desk: Desk) -> None:
    """CONV-22: three beside one another; on a phone there is the thread instead."""
    alice = person(desk.alice)
    numbers = [customer_of(desk) for _ in range(4)]
    for number in numbers:
        _contact(alice, f"Box {number[-4:]}", number)
    seat = sit(desk.alice)
    page = seat.open("/people")
    for number in numbers:
        _write_again(page, f"Box {number[-4:]}")
        expect(_box(page, f"Box {number[-4:]} {DASH} Mobile")).to_be_visible()
    boxes = page.get_by_role("complementary")
    expect(boxes).to_have_count(3)
    page.get_by_role("button", name="1 more chat", exact=True).click()
    first = f"Box {numbers[0][-4:]} {DASH} Mobile"
    page.get_by_role("menuitem", name=first, exact=True).click()
    expect(_box(page, first)).to_be_visible()
    expect(boxes).to_have_count(3)

    phone = sit(desk.alice, mobile=True)
    phone.open("/people")
    _write_again(phone.page, f"Box {numbers[0][-4:]}")
    expect(phone.page.get_by_role("main", name=f"Conversation with {first}")).to_be_visible()


def _chat_with_dana(seat: Seat, dial: str) -> Locator:
    page = seat.page
    expect(page.get_by_role("tab", name="Teammates", exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    row = page.get_by_role("table", name="Teammates", exact=True).get_by_role("row")
    danas = row.filter(has=page.get_by_role("cell", name=dial, exact=True))
    expect(danas.get_by_role("img", name=re.compile("^Dana Lee is (on|off)line$"))).to_be_visible()
    danas.get_by_role("button", name="Chat with Dana Lee", exact=True).click()
    box = _box(page, "Dana Lee")
    expect(box.locator("[data-tag]")).to_have_text("CHAT")
    expect(_field(box)).to_be_focused()
    seat.check_accessible()
    return box


def _stays_on_other_pages(page: Page, box: Locator) -> None:
    """From People to Settings, with what was begun; in Messages it is a thread like any other."""
    _field(box).fill("Half a sen")
    page.get_by_role("button", name="Your profile", exact=True).click()
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(_field(box)).to_have_value("Half a sen")
    page.get_by_role("link", name="Messages", exact=True).click()
    expect(box).to_have_count(0)
    page.get_by_role("link", name="People", exact=True).click()
    expect(_field(box)).to_have_value("Half a sen")
    _field(box).fill("")


def _is_green_until_looked_at(
    stack: Running, desk: Desk, page: Page, box: Locator, number: str
) -> None:
    page.get_by_role("heading", name="People", exact=True).click()
    expect(box).not_to_have_attribute("data-new", "true")
    stack.text_us(number, desk.number, "Anybody there?")
    expect(box).to_have_attribute("data-new", "true")
    colours = box.locator("header").evaluate(
        "head => { const probe = document.body.appendChild(document.createElement('i'));"
        " probe.style.color = 'var(--accent)';"
        " return [getComputedStyle(head).backgroundColor, getComputedStyle(probe).color]; }"
    )
    assert colours[0] == colours[1]
    _field(box).click()
    expect(box).not_to_have_attribute("data-new", "true")
    main = page.get_by_role("navigation", name="Main", exact=True)
    expect(main.get_by_role("link", name="Messages", exact=True)).to_be_visible()


def _is_minimized_and_closed(page: Page, box: Locator) -> None:
    minimize = box.get_by_role("button", name="Minimize chat", exact=True)
    minimize.click()
    expect(minimize).to_have_attribute("aria-expanded", "false")
    expect(_field(box)).to_have_count(0)
    minimize.click()
    expect(_field(box)).to_be_focused()
    box.get_by_role("button", name="Conversation settings", exact=True).click()
    menu = page.get_by_role("menu", name="Conversation settings", exact=True)
    expect(menu.get_by_role("menuitem")).to_have_text(
        ["Turn Off Notifications", "Delete the Conversation"]
    )
    page.keyboard.press("Escape")
    box.get_by_role("button", name="Close chat", exact=True).click()
    expect(box).to_have_count(0)


def _write_again(page: Page, name: str) -> None:
    """By the icon beside the number, found by name."""
    page.get_by_role("tab", name="My contacts", exact=True).click()
    page.get_by_role("searchbox", name="Search contacts", exact=True).fill(name)
    page.get_by_role("button", name=f"Message {name} {DASH} Mobile", exact=True).click()


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name=f"Chat with {name}", exact=True)


def _field(box: Locator) -> Locator:
    return box.get_by_role("textbox", name="Type your message", exact=True)


def _write(box: Locator, text: str) -> None:
    _field(box).fill(text)
    _field(box).press("Enter")


def _article(box: Locator, text: str) -> Locator:
    return box.get_by_role("article").filter(has_text=text)


def _contact(person: Person, name: str, number: str) -> Json:
    body = {
        "own": True,
        "name": name,
        "company": "",
        "note": "",
        "extension_id": None,
        "numbers": [{"number": number, "label": "Mobile"}],
        "emails": [],
    }
    return person.send("POST", "/contacts", body)
