"""axe finds nothing: every state, on a desk and on a phone, in the light and in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Sit, customer_of, text_them
from tests.support.desks import Desk
from tests.support.system import Running

WIDTHS = pytest.mark.parametrize("mobile", [False, True], ids=["desk", "phone"])
People = Callable[[str], Person]


@WIDTHS
def test_signing_in_is_accessible(sit: Sit, desk: Desk, *, mobile: bool) -> None:
    seat = sit(desk.alice, signed_in=False, mobile=mobile)
    seat.page.goto("/login")
    expect(seat.page.get_by_role("heading", name="Sign in to Tandem")).to_be_visible()
    seat.check_accessible()


@WIDTHS
def test_list_and_queue_are_accessible(
    stack: Running, sit: Sit, person: People, desk: Desk, *, mobile: bool
) -> None:
    person(desk.alice).work(desk.support)
    number = customer_of(desk)
    stack.text_us(number, desk.support_number, "Anybody there?")
    waiting = person(desk.alice).waiting(desk.support, number)
    text_them(stack, desk, 3)
    seat = sit(desk.alice, mobile=mobile)
    seat.open()
    expect(seat.waiting_row(waiting["conversation_id"])).to_be_visible()
    seat.check_accessible()


@WIDTHS
def test_a_held_thread_and_its_dialog_are_accessible(
    stack: Running, sit: Sit, person: People, desk: Desk, *, mobile: bool
) -> None:
    alice = person(desk.alice)
    alice.work(desk.support)
    number = customer_of(desk)
    stack.text_us(number, desk.support_number, "Anybody there? https://example.com 👋")
    waiting = alice.waiting(desk.support, number)["conversation_id"]
    alice.send("POST", f"/queues/{desk.support}/conversations/{waiting}/claim")
    seat = sit(desk.alice, mobile=mobile)
    page = seat.open(f"/messages/{waiting}")
    seat.write("Yes!")
    expect(seat.article("Yes!")).to_have_attribute("data-state", "delivered")
    stack.plan("refuse", "sends", carrier="telnyx", status=422, code="40310")
    seat.write("And again")
    expect(seat.article("And again")).to_have_attribute("data-state", "failed")
    seat.check_accessible()
    page.get_by_role("button", name="Transfer", exact=True).click()
    expect(page.get_by_role("dialog", name="Transfer conversation")).to_be_visible()
    seat.check_accessible()


@WIDTHS
@pytest.mark.parametrize("path", ["/messages/new", "/people", "/nowhere"])
def test_other_pages_are_accessible(sit: Sit, desk: Desk, path: str, *, mobile: bool) -> None:
    seat = sit(desk.alice, mobile=mobile)
    seat.open(path)
    expect(seat.page.get_by_role("heading", level=1)).to_be_visible()
    seat.check_accessible()
