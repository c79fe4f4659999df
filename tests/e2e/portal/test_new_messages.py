"""A new conversation, and the people it may be with: portal.md §8.5, §8.13."""

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
    shown,
    text_them,
)
from tests.support import town
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

#: Between a name and the type of its number.
DASH = "\N{EN DASH}"
People = Callable[[str], Person]


def test_new_1_to_7_whom_it_may_be_for(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """SEND-01 to SEND-07: found by name or number, taken and given back by pointer and key."""
    bob, home, work = (customer_of(desk) for _ in range(3))
    alice = person(desk.alice)
    known = f"Bodil {bob[-4:]}"
    _contact(alice, known, (bob, "Mobile"))
    karen = f"Karen {work[-4:]}"
    _contact(alice, karen, (home, "Home"), (work, "Work"))
    seat = sit(desk.alice)
    page = seat.open()
    _from_the_menu(page)
    to = _to(page)
    expect(to).to_be_focused()
    options = page.get_by_role("listbox", name="Contacts", exact=True).get_by_role("option")

    _is_suggested(seat, f"{known} {DASH} Mobile", bob)
    to.fill(bob[-7:])
    expect(options).to_have_count(1)
    to.press("Enter")
    chips = _chips(page)
    expect(chips).to_have_text([f"{known} {DASH} Mobile"])

    to.fill(karen)
    options.filter(has_text="Work").click()
    expect(chips.last).to_have_text(f"{karen} {DASH} Work")
    _refused_in_words(page)
    _by_its_number_alone(page, customer_of(desk))
    expect(chips).to_have_count(3)
    _given_back_again(page, f"{known} {DASH} Mobile", shown(work))

    to.fill(karen)
    options.filter(has_text="Work").click()
    _start(page)
    seat.write(f"At work? {work}")
    sent = wait_until(lambda: sent_to_customers(stack, f"At work? {work}"), SECONDS)
    assert [one["recipients"] for one in sent] == [[work]]


def test_new_8_and_11_and_send_9_and_group_3_what_is_started_opens(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """SEND-08, SEND-14, CHAT-01, CHAT-02, CONV-15: the one that is there, a chat, a group."""
    [number] = text_them(stack, desk, 1)
    known = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    page = seat.open("/messages/new")
    _take(page, number)
    _start(page)
    expect(page).to_have_url(f"{stack.portal}/messages/{known}")
    expect(seat.composer).to_be_focused()
    assert person(desk.alice).get(f"/conversations/{known}")["last_position"] == 1

    page.goto("/messages/new")
    dial = person(desk.dana).get("/bootstrap")["me"]["dial"]
    _take(page, dial, typed=dial)
    form = page.get_by_role("form", name="New message", exact=True)
    expect(form.locator("[data-tag]")).to_have_text("CHAT")
    expect(form.get_by_role("combobox", name="As", exact=True)).to_have_count(0)
    _start(page)
    expect(page.locator("main header [data-tag]")).to_have_text("CHAT")
    expect(page.get_by_role("radiogroup", name="Message type")).to_have_count(0)
    expect(page.get_by_role("combobox", name="As", exact=True)).to_have_count(0)
    text = f"Between us {number}"
    seat.write(text)
    expect(seat.article(text)).to_have_attribute("data-state", "sent")
    assert sent_to_customers(stack, text) == []

    _a_group_by_its_name(seat, desk, dial)


def test_new_9_a_toll_free_number_writes_to_one_at_a_time(sit: Sit, desk: Desk) -> None:
    """NUM-06, CHAT-08, ERR-06."""
    seat = sit(town.ALICE)
    page = seat.open("/messages/new")
    for _ in range(2):
        _take(page, customer_of(desk))
    page.get_by_role("combobox", name="As", exact=True).select_option(town.TOLL_FREE)
    words = "Toll-free numbers can only send SMS: one recipient, no attachments."
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("button", name="Start Chat", exact=True)).to_be_disabled()
    seat.check_accessible()
    page.get_by_role("combobox", name="As", exact=True).select_option(town.ALICES_NUMBER)
    expect(page.get_by_role("button", name="Start Chat", exact=True)).to_be_enabled()


def test_people_3_and_list_8_and_list_9_a_number_gets_a_name(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """CONT-03, CONT-04, CONT-06, SEND-03: a new contact, or one more number of an old one."""
    numbers = text_them(stack, desk, 2)
    alice = person(desk.alice)
    first, second = (alice.conversation_with(number)["id"] for number in numbers)
    name = f"Bob Smith {numbers[0][-4:]}"
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{first}")
    expect(seat.row(first).locator("[data-name]")).to_have_text(shown(numbers[0]))
    dialog = _add_contact(page)
    expect(dialog.get_by_role("tab")).to_have_text(["New contact", "Add to existing"])
    dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    dialog.get_by_role("combobox", name="Type of number 1", exact=True).select_option("Mobile")
    seat.check_accessible()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    main = page.get_by_role("main", name=f"Conversation with {name} {DASH} Mobile", exact=True)
    expect(main).to_be_visible()
    expect(seat.row(first).locator("[data-name]")).to_have_text(f"{name} {DASH} Mobile")
    expect(page.get_by_role("button", name="Add contact", exact=True)).to_have_count(0)

    seat.row(second).get_by_role("link").click()
    dialog = _add_contact(page)
    dialog.get_by_role("tab", name="Add to existing", exact=True).click()
    dialog.get_by_role("combobox", name="Contact", exact=True).fill(name)
    dialog.get_by_role("option").filter(has_text=name).click()
    dialog.get_by_role("combobox", name="Type of number 2", exact=True).select_option("Home")
    seat.check_accessible()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(seat.row(second).locator("[data-name]")).to_have_text(f"{name} {DASH} Home")

    search = page.get_by_role("searchbox", name="Search conversations", exact=True)
    search.fill(numbers[0][-7:])
    expect(seat.row(first)).to_be_visible()
    expect(seat.row(second)).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="1 conversation")).to_be_attached()
    search.press("Escape")
    expect(seat.row(second)).to_be_visible()


def _is_suggested(seat: Seat, title: str, number: str) -> None:
    """By a few letters, with its number; Enter would take the first."""
    page = seat.page
    _to(page).fill(title[:9])
    options = page.get_by_role("listbox", name="Contacts", exact=True).get_by_role("option")
    expect(options.filter(has_text=title)).to_have_accessible_name(f"{title}, {shown(number)}")
    expect(options.first).to_have_attribute("aria-selected", "true")
    said = page.get_by_role("status").filter(has_text=re.compile(r"^\d+ suggestions?$"))
    expect(said).to_have_text(re.compile(f"^{options.count()} "))
    seat.check_accessible()


def _refused_in_words(page: Page) -> None:
    """Half a number is nobody, and it takes nobody away."""
    to, chips = _to(page), _chips(page)
    to.fill("12")
    expect(page.get_by_role("option")).to_have_count(0)
    to.press("Enter")
    expect(to).to_have_attribute("aria-invalid", "true")
    expect(to).to_have_accessible_description("Enter a full phone number or choose a contact")
    expect(chips).to_have_count(2)


def _given_back_again(page: Page, first: str, last: str) -> None:
    """Esc keeps the pills; Backspace, a double click and the X each take one."""
    to, chips = _to(page), _chips(page)
    to.fill("+14155550199")
    expect(page.get_by_role("listbox", name="Contacts", exact=True)).to_be_visible()
    to.press("Escape")
    expect(page.get_by_role("listbox", name="Contacts", exact=True)).to_be_hidden()
    expect(chips).to_have_count(3)
    to.fill("")
    to.press("Backspace")
    expect(chips).to_have_count(2)
    chips.last.dblclick()
    expect(chips).to_have_count(1)
    expect(to).to_have_value(last)
    page.get_by_role("button", name=f"Remove {first}", exact=True).click()
    expect(chips).to_have_count(0)


def _a_group_by_its_name(seat: Seat, desk: Desk, dial: str) -> None:
    page = seat.page
    _new(page, "Group")
    name = page.get_by_role("textbox", name="Group name", exact=True)
    expect(name).to_be_focused()
    name.fill("Launch party")
    _take(page, dial, typed=dial)
    _take(page, "Sam", typed="Sam")
    _take(page, customer_of(desk))
    seat.check_accessible()
    _start(page)
    main = page.get_by_role("main", name="Conversation with Launch party", exact=True)
    expect(main.locator("header [data-tag]")).to_have_text("GROUP")
    expect(page.get_by_role("button", name="4 participants", exact=True)).to_be_visible()
    expect(seat.composer).to_be_enabled()


def _from_the_menu(page: Page) -> None:
    page.get_by_role("button", name="Send New Message", exact=True).click()
    expect(page).to_have_url(re.compile("/messages/new$"))
    page.get_by_role("button", name="New", exact=True).click()
    menu = page.get_by_role("menu", name="New", exact=True)
    expect(menu.get_by_role("menuitem")).to_have_text(["Chat", "SMS", "Group"])
    menu.get_by_role("menuitem", name="SMS", exact=True).click()


def _new(page: Page, kind: str) -> None:
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_role("menuitem", name=kind, exact=True).click()


def _by_its_number_alone(page: Page, number: str) -> None:
    """By the icon, by Enter, by the option: each time it is the same pill."""
    to = _to(page)
    options = page.get_by_role("listbox", name="Contacts", exact=True).get_by_role("option")
    chip = page.get_by_role("button", name=f"Remove {shown(number)}", exact=True)
    send = page.get_by_role("button", name="Send to", exact=True)
    ways: tuple[Callable[[], None], ...] = (
        send.click,
        lambda: to.press("Enter"),
        options.filter(has_text=f"Send to {shown(number)}").click,
    )
    for way in ways:
        to.fill(number)
        expect(send).to_be_visible()
        way()
        expect(chip).to_be_visible()
        expect(to).to_have_value("")
    expect(chip).to_have_count(1)


def _to(page: Page) -> Locator:
    return page.get_by_role("combobox", name="To", exact=True)


def _chips(page: Page) -> Locator:
    return page.get_by_role("list", name="Recipients", exact=True).get_by_role("listitem")


def _take(page: Page, name: str, typed: str | None = None) -> None:
    """Choose somebody by the option of that name, or an outside number."""
    _to(page).fill(typed or name)
    options = page.get_by_role("option")
    options.filter(has_text=name if typed else shown(name)).first.click()


def _start(page: Page) -> None:
    page.get_by_role("button", name="Start Chat", exact=True).click()


def _add_contact(page: Page) -> Locator:
    page.get_by_role("button", name="Add contact", exact=True).click()
    return page.get_by_role("dialog", name="Add contact", exact=True)


def _contact(person: Person, name: str, *numbers: tuple[str, str]) -> Json:
    body = {
        "own": True,
        "name": name,
        "company": "",
        "note": "",
        "extension_id": None,
        "numbers": [{"number": number, "label": label} for number, label in numbers],
        "emails": [],
    }
    return person.send("POST", "/contacts", body)
