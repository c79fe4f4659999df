"""Saying something later: issue 6's scheduled messages, in the portal."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, expect

from services.kernel.clock import Clock
from tests.e2e.portal.harness import Person, Seat, Sit, sent_to_customers, text_them
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]
#: Soon enough to wait for, late enough to be seen waiting.
SOON = timedelta(seconds=12)


def test_a_message_is_said_later_changed_cancelled_and_sent_at_its_time(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """Issue 6.8: planned in the composer, listed in the thread, taken back, or said in time."""
    [customer] = text_them(stack, desk, 1)
    alice = person(desk.alice)
    conversation = alice.conversation_with(customer)["id"]
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    later = page.get_by_role("button", name="Send later", exact=True)
    expect(later).to_have_count(0)
    text = f"Your order is ready, {customer}"
    _plan_for_tomorrow(seat, text)

    plans = page.get_by_role("list", name="Scheduled messages", exact=True)
    page.get_by_text("1 scheduled message", exact=False).click()
    plans.get_by_role("button", name=re.compile("^Edit “Your order")).click()
    expect(seat.composer).to_have_value(text)  # although the field was emptied a moment ago
    expect(plans).to_have_count(0)
    _plan_for_tomorrow(seat, text)
    page.get_by_text("1 scheduled message", exact=False).click()
    expect(plans.get_by_role("listitem")).to_contain_text(text)
    expect(plans.get_by_role("time")).to_contain_text("9:00")
    seat.check_accessible()
    page.reload()
    page.get_by_text("1 scheduled message", exact=False).click()
    plans.get_by_role("button", name=re.compile("^Cancel “Your order")).click()
    expect(page.get_by_role("status").filter(has_text="will not be sent")).to_be_visible()
    expect(plans).to_have_count(0)

    soon = f"In a moment, {customer}"
    body = {"text": soon, "send_at": (Clock().now() + SOON).isoformat()}
    alice.send("POST", f"/conversations/{conversation}/messages", body)
    page.reload()
    expect(page.get_by_text("1 scheduled message", exact=False)).to_be_visible()
    expect(seat.article(soon)).to_have_attribute("data-state", "delivered")
    expect(page.get_by_text("1 scheduled message", exact=False)).to_have_count(0)
    assert sent_to_customers(stack, text) == []


def _plan_for_tomorrow(seat: Seat, text: str) -> None:
    page = seat.page
    seat.composer.fill(text)
    page.get_by_role("button", name="Send later", exact=True).click()
    dialog = page.get_by_role("dialog", name="Send later", exact=True)
    expect(_choice(dialog, "In one hour")).to_be_checked()
    _choice(dialog, "Another time").check()
    dialog.get_by_label("Date and time", exact=True).fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="Schedule", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose a time that is still to come")
    seat.check_accessible()
    _choice(dialog, "Tomorrow morning").check()
    dialog.get_by_role("button", name="Schedule", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Scheduled for")).to_be_visible()
    expect(seat.composer).to_have_value("")


def _choice(dialog: Locator, name: str) -> Locator:
    return dialog.get_by_role("radio", name=re.compile(f"^{name}"))
