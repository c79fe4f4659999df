"""One message's menu, and what became of a text: issue 5's delivery log in the portal."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Seat, Sit, text_them
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]
#: Twilio's word for a phone that takes no texts.
LANDLINE = "30006"


def test_the_delivery_log_says_who_when_why_and_what_to_do(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """SEND-17 and ERR-02: a failure is told with its reason and the way out."""
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{conversation}")
    stack.plan("refuse", "sends", carrier="twilio", status=400, code=LANDLINE)
    text = f"does it ring, {customer}"
    seat.write(text)
    bubble = seat.article(text)
    expect(bubble).to_have_attribute("data-state", "failed")

    actions = bubble.get_by_role("button", name="Message actions", exact=True)
    actions.click()
    menu = page.get_by_role("menu", name="Message actions")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Delivery details", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Delivery details", exact=True)
    reports = dialog.get_by_role("list").get_by_role("listitem")
    expect(reports).to_have_count(2)
    refused = reports.filter(has_text="This phone cannot receive texts.")
    expect(refused).to_contain_text("What to do: Call them, or ask for a mobile number.")
    expect(refused).to_contain_text(LANDLINE)
    expect(refused).to_contain_text("twilio")
    expect(refused.get_by_role("time")).to_have_count(1)
    seat.check_accessible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(actions).to_be_focused()
    _what_came_in_has_no_way_to_tell_of(seat, customer)


def _what_came_in_has_no_way_to_tell_of(seat: Seat, customer: str) -> None:
    menu = seat.page.get_by_role("menu", name="Message actions")
    hello = seat.article(f"Hello from {customer}")
    hello.hover()
    hello.get_by_role("button", name="Message actions", exact=True).click()
    expect(menu.get_by_role("menuitem", name="Copy text", exact=True)).to_be_focused()
    expect(menu.get_by_role("menuitem", name="Delivery details", exact=True)).to_have_count(0)
    seat.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
