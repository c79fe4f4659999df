"""Close and its way back: portal.md §8.12."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Seat, Sit, shown, text_them
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]


def test_end_1_closed_it_is_kept_and_can_be_undone(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    seat, conversation, number = _open_row(stack, sit, person, desk)
    page = seat.page
    seat.row(conversation).get_by_role("link").click()
    page.get_by_role("button", name="Close this conversation", exact=True).click()
    expect(seat.row(conversation)).to_have_count(0)
    page.get_by_role("tab", name="Closed", exact=True).click()
    seat.row(conversation).get_by_role("link").click()
    expect(seat.article(f"Hello from {number}")).to_be_visible()

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(seat.row(conversation)).to_have_count(0)
    page.get_by_role("tab", name="All", exact=True).click()
    expect(seat.row(conversation)).to_be_visible()


def test_end_2_the_red_x_closes_without_opening(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    seat, conversation, number = _open_row(stack, sit, person, desk)
    seat.row(conversation).hover()
    name = f"Close conversation with {shown(number)}"
    seat.page.get_by_role("button", name=name, exact=True).click()
    expect(seat.row(conversation)).to_have_count(0)
    assert seat.page.url.endswith("/messages")
    expect(seat.page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    seat.page.get_by_role("tab", name="Closed", exact=True).click()
    expect(seat.row(conversation)).to_be_visible()


def test_end_3_the_customer_brings_it_back(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    seat, conversation, number = _open_row(stack, sit, person, desk)
    person(desk.alice).send("PUT", f"/conversations/{conversation}/read", {"up_to": 1})
    person(desk.alice).send("POST", f"/conversations/{conversation}/close")
    expect(seat.row(conversation)).to_have_count(0)
    stack.text_us(number, desk.number, "I am back")
    expect(seat.row(conversation)).to_have_attribute("data-unread", "1")
    seat.row(conversation).get_by_role("link").click()
    expect(seat.article(f"Hello from {number}")).to_be_visible()
    expect(seat.article("I am back")).to_be_visible()


def _open_row(stack: Running, sit: Sit, person: People, desk: Desk) -> tuple[Seat, str, str]:
    """Alice at her list, with one conversation in it that matters: seat, conversation, number."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    seat.open()
    expect(seat.row(conversation)).to_be_visible()
    return seat, conversation, number
