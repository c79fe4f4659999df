"""Chat boxes beside what somebody works at, and whom one writes to: portal.md §8.13, §8.14."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import (
    Json,
    Person,
    Sit,
    customer_of,
)
from tests.support.desks import Desk

People = Callable[[str], Person]
#: Between a name and the type of its number.
DASH = "\N{EN DASH}"


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


def _write_again(page: Page, name: str) -> None:
    """By the icon beside the number, found by name."""
    page.get_by_role("tab", name="My contacts", exact=True).click()
    page.get_by_role("searchbox", name="Search contacts", exact=True).fill(name)
    page.get_by_role("button", name=f"Message {name} {DASH} Mobile", exact=True).click()


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name=f"Chat with {name}", exact=True)


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
