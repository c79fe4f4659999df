"""The keyboard alone: portal.md §9.2."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Sit, customer_of, shown
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]
#: Of a queue, one after the other.
CUSTOMERS = 10


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
