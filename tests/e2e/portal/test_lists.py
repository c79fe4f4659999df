"""The list of conversations: portal.md §8.2."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import Person, Sit, customer_of, text_them
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

MANY = 260
BURST = 200
TOO_MANY = "You have more than 100 open conversations. Close some you no longer need."
People = Callable[[str], Person]


def test_list_1_one_list_for_all_kinds(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    alice, dana = person(desk.alice), person(desk.dana)
    customer = customer_of(desk)
    stack.text_us(customer, desk.number, "Hello")
    chat = dana.chat_with(desk.alice)
    dana.say(chat, "Lunch?")
    group = {"kind": "group", "to": [desk.dana], "name": "Ops"}
    made = alice.send("POST", "/conversations", group)["id"]
    alice.say(made, "Welcome")
    sms = alice.conversation_with(customer)["id"]

    seat = sit(desk.alice)
    seat.open()
    for conversation, tag in ((chat, "CHAT"), (made, "GROUP"), (sms, "SMS")):
        tags = seat.row(conversation).locator("[data-tag]")
        expect(tags).to_have_count(1)
        expect(tags).to_have_text(tag)


def test_list_2_and_10_and_end_4_all_are_reached_and_few_are_in_the_page(
    stack: Running, sit: Sit, person: People, crowded: Desk
) -> None:
    """CONV-19, ERR-08: so many that it is said, and none is pulled away from under a pointer."""
    customers = text_them(stack, crowded, MANY)
    wanted = set(customers)
    alice = person(crowded.alice)
    wait_until(lambda: wanted <= _numbers(alice), 120, every=1)

    seat = sit(crowded.alice)
    page = seat.open()
    _says_that_there_are_too_many(page)
    document = page.evaluate("performance.timeOrigin")
    scroller = page.locator("[data-scroller=list]")
    rows = scroller.get_by_role("listitem")
    expect(rows.first).to_be_visible()
    scroller.hover()
    seen: set[str] = set()
    most = 0

    def all_seen() -> bool:
        nonlocal most
        mounted = rows.evaluate_all("rows => rows.map(row => row.dataset.convId)")
        most = max(most, len(mounted))
        seen.update(mounted)
        page.mouse.wheel(0, 400)
        return len(seen) >= MANY

    wait_until(all_seen, 90)
    assert most <= 60
    assert page.evaluate("performance.timeOrigin") == document
    _nothing_moves_under_the_pointer(stack, crowded, page, customers[:50])
    _no_more_is_started(page, customer_of(crowded))


def test_list_3_what_is_new_comes_first_and_says_so(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    [customer] = text_them(stack, desk, 1)
    seat = sit(desk.alice)
    page = seat.open()
    conversation = person(desk.alice).conversation_with(customer)["id"]
    row = seat.row(conversation)
    stack.text_us(customer, desk.number, "Still there?")

    expect(row).to_have_attribute("data-unread", "2")
    expect(row).to_have_attribute("aria-posinset", "1")
    assert _weight(row) >= 600
    badge = row.locator("[data-badge]")
    expect(badge).to_have_text("2")
    shape = badge.evaluate(
        "b => [getComputedStyle(b).backgroundColor, b.offsetWidth, b.offsetHeight]"
    )
    assert shape == ["rgb(27, 29, 27)", shape[2], shape[1]]
    expect(row.get_by_role("link")).to_have_accessible_name(_containing("2 new messages"))
    assert page.url.endswith("/messages")


def test_list_4_opening_reads_on_every_device(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    here, there = sit(desk.alice), sit(desk.alice)
    here.open()
    there.open()
    expect(there.row(conversation)).to_have_attribute("data-unread", "1")

    here.row(conversation).get_by_role("link").click()
    for seat in (here, there):
        expect(seat.row(conversation)).to_have_attribute("data-unread", "0")
        expect(seat.row(conversation).locator("[data-badge]")).to_have_count(0)
        assert _weight(seat.row(conversation)) == 400
    expect(here.row(conversation).get_by_role("link")).to_have_attribute("aria-current", "page")


def test_list_5_and_6_marked_unread_until_the_next_opening(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    toolbar = page.get_by_role("toolbar", name="Conversation actions")
    button = toolbar.get_by_role("button", name="Mark conversation unread", exact=True)
    tip = page.get_by_role("tooltip", name="Mark conversation unread")
    button.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    button.focus()
    expect(tip).to_be_visible()

    button.click()
    expect(button).to_have_count(0)
    assert _weight(seat.row(conversation)) >= 600
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Messages", exact=True).click()
    seat.row(conversation).get_by_role("link").click()
    expect(button).to_be_visible()
    assert _weight(seat.row(conversation)) == 400


def test_list_7_the_list_survives_reload_and_signing_in_again(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    unread, read, closed = text_them(stack, desk, 3)
    alice = person(desk.alice)
    ids = [alice.conversation_with(number)["id"] for number in (unread, read, closed)]
    alice.send("PUT", f"/conversations/{ids[1]}/read", {"up_to": 1})
    alice.send("POST", f"/conversations/{ids[2]}/close")
    seat = sit(desk.alice, signed_in=False)
    page = seat.page

    def signs_in() -> None:
        page.goto("/")
        page.get_by_role("textbox", name="Login", exact=True).fill(desk.alice)
        page.get_by_role("textbox", name="Password", exact=True).fill(stack.sign_ins[desk.alice])
        page.get_by_role("button", name="Sign in", exact=True).click()

    def is_as_before() -> None:
        expect(seat.row(ids[0])).to_have_attribute("data-unread", "1")
        expect(seat.row(ids[1])).to_have_attribute("data-unread", "0")
        expect(seat.row(ids[2])).to_have_count(0)
        page.get_by_role("tab", name="Closed", exact=True).click()
        expect(seat.row(ids[2])).to_be_visible()

    signs_in()
    is_as_before()
    page.reload()
    is_as_before()
    page.get_by_role("button", name="Your profile", exact=True).click()
    page.get_by_role("menuitem", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in to Tandem")).to_be_visible()
    signs_in()
    is_as_before()


def _says_that_there_are_too_many(page: Page) -> None:
    """And leads to the one that rests longest."""
    alert = page.get_by_role("alert").filter(has_text=TOO_MANY)
    expect(alert).to_be_visible()
    page.get_by_role("link", name="Show the oldest", exact=True).click()
    expect(page.get_by_role("button", name="Close this conversation")).to_be_visible()


def _nothing_moves_under_the_pointer(
    stack: Running, desk: Desk, page: Page, customers: list[str]
) -> None:
    """A burst goes to fifty chats while the pointer moves; the order settles when it rests."""
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Messages", exact=True).click()
    row = page.locator("[data-scroller=list]").get_by_role("listitem").nth(3)
    expect(row).to_be_visible()
    box = row.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 20, middle)
    under = "y => document.elementFromPoint(200, y).closest('[data-conv-id]').dataset.convId"
    before = page.evaluate(under, middle)
    unread = page.locator("[data-scroller=list] [data-unread]")
    last = ""
    for turn in range(BURST):
        last = f"Burst {turn}"
        stack.text_us(customers[turn % len(customers)], desk.number, last, wait=True)
        page.mouse.move(box["x"] + 20 + turn % 7, middle)
        assert page.evaluate(under, middle) == before
    expect(unread.first).to_contain_text(last)


def _no_more_is_started(page: Page, number: str) -> None:
    page.get_by_role("button", name="Send New Message", exact=True).click()
    page.get_by_role("combobox", name="To", exact=True).fill(number)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Start Chat", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text=TOO_MANY).last).to_be_visible()
    expect(page).to_have_url(re.compile("/messages/new$"))


def _numbers(person: Person) -> set[str]:
    numbers: set[str] = set()
    page = person.get("/conversations", limit=100)
    while True:
        numbers.update(phone["number"] for one in page["items"] for phone in one["counterparts"])
        if page["next"] is None:
            return numbers
        page = person.get("/conversations", limit=100, before=page["next"])


def _weight(row: Locator) -> int:
    """How bold the row's name is."""
    return int(row.locator("[data-name]").evaluate("name => getComputedStyle(name).fontWeight"))


def _containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
