"""The keyboard alone: portal.md §9.2."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.portal.harness import Person, Seat, Sit, customer_of, read_all, shown, text_them
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]
#: Of a queue, one after the other.
CUSTOMERS = 10


def test_key_1_and_2_and_4_each_does_what_the_list_says(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """With the switch off, single keys do nothing."""
    alice = person(desk.alice)
    read_all(alice)
    older, newer = (text_them(stack, desk, 1)[0] for _ in range(2))
    ids = [alice.conversation_with(number)["id"] for number in (older, newer)]
    seat = sit(desk.alice)
    page = seat.open()
    expect(seat.row(ids[1])).to_be_visible()
    _keys_are_heard(page)
    _help_names_them(seat)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"{ids[1]}$"))
    _leave_the_field(seat)
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page).to_have_url(re.compile(f"{ids[0]}$"))
    _leave_the_field(seat)
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(f"{ids[1]}$"))
    _marks_and_mutes(seat, ids[1])
    page.keyboard.press("r")
    expect(seat.composer).to_be_focused()
    page.keyboard.type("n and e")
    expect(seat.composer).to_have_value("n and e")
    seat.composer.fill("")
    _leave_the_field(seat)
    page.keyboard.press("e")
    expect(seat.row(ids[1])).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    page.keyboard.press("F6")
    _goes_to_pages(page)
    _switches(seat, older, ids[0])
    _only_chords_are_left(seat)


def test_key_3_ten_customers_without_a_mouse(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """Claim, answer, close, next: Esc is all the navigation that it takes."""
    alice = person(desk.alice)
    alice.work(desk.support)
    customers = [customer_of(desk) for _ in range(CUSTOMERS)]
    for number in customers:
        stack.text_us(number, desk.support_number, f"Help, {number}")
    for number in customers:
        alice.waiting(desk.support, number)
    seat = sit(desk.alice)
    page = seat.open()
    waiting = page.get_by_role("list", name="Waiting in Support", exact=True)
    expect(waiting.get_by_role("listitem").first).to_be_visible()
    _keys_are_heard(page)
    answered = set[str]()
    while len(answered) < CUSTOMERS:
        page.keyboard.press("c")
        expect(seat.composer).to_be_focused()
        customer = page.get_by_role("main", name=re.compile("^Conversation with "))
        name = customer.get_attribute("aria-label")
        page.keyboard.type("On its way")
        page.keyboard.press("Enter")
        expect(seat.article("On its way")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("e")
        expect(page).to_have_url(re.compile("/messages$"))
        answered |= {number for number in customers if shown(number) in (name or "")}
    assert len(answered) == CUSTOMERS


def _keys_are_heard(page: Page) -> None:
    """Shortcuts are loaded after the first sight of a page."""
    expect(page.locator("body[data-keys]")).to_be_attached()


def _only_chords_are_left(seat: Seat) -> None:
    """As the switch in the settings says."""
    alice, page = seat.person, seat.page
    alice.send("PATCH", "/settings", {"shortcuts": False})
    page.reload()
    _keys_are_heard(page)
    page.get_by_role("heading", name="Messages", exact=True).focus()
    page.keyboard.press("n")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Quick switcher", exact=True)).to_be_visible()
    expect(page).not_to_have_url(re.compile("/new$"))
    alice.send("PATCH", "/settings", {"shortcuts": True})


def _help_names_them(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts", exact=True)
    for words in ("Send New Message", "Next conversation", "Go to People", "Quick switcher"):
        expect(sheet.get_by_role("term").filter(has_text=words).first).to_be_visible()
    seat.check_accessible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def _leave_the_field(seat: Seat) -> None:
    """A thread opens with its field in focus; Esc leads back to the list."""
    expect(seat.composer).to_be_focused()
    seat.page.keyboard.press("Escape")
    expect(seat.composer).not_to_be_focused()


def _marks_and_mutes(seat: Seat, conversation: str) -> None:
    page = seat.page
    _leave_the_field(seat)
    expect(seat.row(conversation)).not_to_have_attribute("data-bold", "true")
    page.keyboard.press("u")
    expect(seat.row(conversation)).to_have_attribute("data-bold", "true")
    for _ in range(2):
        bell = seat.row(conversation).get_by_role("img", name="Notifications are off")
        there = bell.count()
        page.keyboard.press("m")
        expect(bell).to_have_count(1 - there)


def _goes_to_pages(page: Page) -> None:
    expect(page.get_by_role("searchbox", name="Search conversations")).not_to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="People", level=1)).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_be_focused()


def _switches(seat: Seat, number: str, conversation: str) -> None:
    """By a few letters, also from within a field."""
    page = seat.page
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Quick switcher", exact=True)
    expect(dialog.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(number[-7:])
    expect(dialog.get_by_role("option")).to_have_count(1)
    seat.check_accessible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{conversation}$"))
    expect(seat.composer).to_be_focused()
    seat.composer.press("Control+k")
    page.keyboard.type("peo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
