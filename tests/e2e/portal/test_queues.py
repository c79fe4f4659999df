"""SMS queues: portal.md §8.11."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import Person, Seat, Sit, customer_of, shown
from tests.support.desks import LONER, Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

ROUNDS = 50
BUTTONS = ["Release", "Transfer", "Close"]
People = Callable[[str], Person]

#: Two pages on one machine share its clock: both click at the same millisecond.
_CLICK_AT = """
([id, at]) => {
  const button = document.querySelector(`[data-queue-id] [data-conv-id="${id}"] button`);
  setTimeout(() => button.click(), at - Date.now());
}
"""


#: Counts the notes that a page plays from now on.
_COUNT_TONES = """() => {
    window.tones = 0;
    window.heard = performance.now();
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
        window.tones += 1;
        window.heard = performance.now();
        return start.apply(this, when);
    };
}"""

#: Longer than a burst of arrivals is one tone.
_QUIET = "() => performance.now() - window.heard > 1500"
_HEARD = "() => window.tones > 0"


def test_queue_1_who_works_no_queue_sees_none(sit: Sit) -> None:
    page = sit(LONER).open()
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="SMS queues")).to_have_count(0)


def test_queue_2_a_text_waits_for_every_agent(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """QUEUE-2, NOTIF-01: first in the list, and heard by all who may take it."""
    seats, conversation, number = _waiting(stack, sit, person, desk)
    for seat in seats:
        row = seat.waiting_row(conversation)
        expect(row).to_contain_text(shown(number))
        expect(row).to_contain_text("Anybody there?")
        expect(seat.row(conversation)).to_have_count(0)
        pane = seat.page.get_by_role("navigation", name="Conversations")
        first = pane.locator(":scope > :not(header)").first
        expect(first).to_have_accessible_name("SMS queues")
    _listen(*seats)
    stack.text_us(customer_of(desk), desk.support_number, "Me too")
    for seat in seats:
        seat.page.wait_for_function(_HEARD)


def test_queue_3_logged_out_nothing_can_be_claimed(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, _ = _waiting(stack, sit, person, desk)
    switch = alice.page.get_by_role("switch", name="Logged in to Support", exact=True)
    switch.click()
    for _ in ("now", "after a reload"):
        expect(switch).not_to_be_checked()
        expect(alice.waiting_row(conversation).get_by_role("button")).to_have_count(0)
        expect(_group(alice.page)).to_contain_text("You are logged out of Support")
        alice.page.reload()
    expect(dana.waiting_row(conversation).get_by_role("button")).to_be_enabled()
    switch.click()
    expect(alice.waiting_row(conversation).get_by_role("button")).to_be_enabled()


def test_queue_4_a_claim_takes_it_from_everybody(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, number = _waiting(stack, sit, person, desk)
    alice.claim(conversation, number)
    for seat in (alice, dana):
        expect(seat.waiting_row(conversation)).to_have_count(0)
    expect(alice.composer).to_be_focused()
    expect(alice.article("Claimed by Alice")).to_have_attribute("data-kind", "system")
    buttons = alice.page.get_by_role("group", name="Queue actions", exact=True)
    expect(buttons.get_by_role("button")).to_have_text(BUTTONS)
    text = f"Yes we are, {number}"
    alice.write(text)
    expect(alice.article(text)).to_have_attribute("data-state", "delivered")


def test_queue_5_of_two_at_once_one_holds_it(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), _, _ = _waiting(stack, sit, person, desk)
    numbers = [customer_of(desk) for _ in range(ROUNDS)]
    for number in numbers:
        stack.text_us(number, desk.support_number, "Me first")
    ids = [person(desk.alice).waiting(desk.support, n)["conversation_id"] for n in numbers]
    winners = [_race((alice, dana), conversation) for conversation in ids]
    assert set(winners) <= {"Alice", "Dana Lee"}
    assert len(winners) == ROUNDS


def test_queue_6_the_holder_alone_hears_of_more(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, number = _waiting(stack, sit, person, desk)
    alice.claim(conversation, number)
    alice.page.get_by_role("link", name="People", exact=True).click()
    alice.page.get_by_role("link", name="Messages", exact=True).click()
    _listen(alice, dana)
    stack.text_us(number, desk.support_number, "Hello??")
    expect(alice.row(conversation)).to_have_attribute("data-unread", "1")
    alice.page.wait_for_function(_HEARD)
    assert dana.page.evaluate("() => window.tones") == 0
    alice.row(conversation).get_by_role("link").click()
    expect(alice.article("Hello??")).to_be_visible()
    expect(dana.waiting_row(conversation)).to_have_count(0)
    expect(dana.row(conversation)).to_have_count(0)
    expect(dana.page.get_by_text("Hello??")).to_have_count(0)


def test_queue_7_released_it_waits_as_long_as_before(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, number = _waiting(stack, sit, person, desk)
    since = dana.waiting_row(conversation).locator("time").get_attribute("datetime")
    alice.claim(conversation, number)
    expect(dana.waiting_row(conversation)).to_have_count(0)
    _press(alice, "Release")
    expect(dana.waiting_row(conversation)).to_be_visible()
    assert dana.waiting_row(conversation).locator("time").get_attribute("datetime") == since
    expect(alice.article("Released by Alice")).to_be_visible()
    expect(alice.composer).to_have_count(0)
    thread = alice.page.get_by_role("main")
    claim = thread.get_by_role("button", name=f"Claim {shown(number)}", exact=True)
    expect(claim).to_be_enabled()
    expect(alice.row(conversation)).to_have_count(0)


def test_queue_8_transferred_with_history_to_an_agent_and_to_a_queue(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, number = _waiting(stack, sit, person, desk)
    alice.claim(conversation, number)
    _transfer(alice, "Dana Lee", "Knows the customer")
    expect(alice.row(conversation)).to_have_count(0)
    expect(dana.row(conversation)).to_have_attribute("data-conv-id", conversation)
    dana.row(conversation).get_by_role("link").click()
    expect(dana.article("Anybody there?")).to_be_visible()
    pill = dana.article("Transferred from Alice to Dana Lee")
    expect(pill).to_contain_text("Knows the customer")

    _transfer(dana, "Sales")
    expect(alice.waiting_row(conversation, "Sales")).to_be_visible()
    expect(dana.row(conversation)).to_have_count(0)


def test_queue_9_closed_and_reopened_by_the_customer(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, _), conversation, number = _waiting(stack, sit, person, desk)
    alice.claim(conversation, number)
    _press(alice, "Close")
    expect(alice.row(conversation)).to_have_count(0)
    expect(alice.article("Closed by Alice")).to_be_visible()
    stack.text_us(number, desk.support_number, "One more question")
    expect(alice.waiting_row(conversation)).to_be_visible()
    alice.waiting_row(conversation).get_by_role("link").click()
    for text in ("Anybody there?", "Claimed by Alice", "Closed by Alice", "One more question"):
        expect(alice.article(text)).to_be_visible()
    expect(alice.article("Reopened: customer replied")).to_be_visible()


def test_queue_12_the_next_agent_reads_all_of_it_in_order(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    (alice, dana), conversation, number = _waiting(stack, sit, person, desk)
    alice.claim(conversation, number)
    alice.write("Alice here")
    expect(alice.article("Alice here")).to_have_attribute("data-state", "delivered")
    _press(alice, "Release")
    dana.claim(conversation, number)
    order = [
        *("Anybody there?", "Waiting in Support", "Claimed by Alice", "Alice here"),
        *("Released by Alice", "Claimed by Dana Lee"),
    ]
    for text in order:
        expect(dana.article(text).first).to_be_visible()
    places = [int(dana.article(text).first.get_attribute("data-index") or -1) for text in order]
    assert places[2:] == sorted(places[2:])
    assert max(places[:2]) < places[2]


def _waiting(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> tuple[tuple[Seat, Seat], str, str]:
    """Alice and Dana at work, and a customer who waits: both seats, conversation and number."""
    for login in (desk.alice, desk.dana):
        person(login).work(desk.support, desk.sales)
    seats = (sit(desk.alice), sit(desk.dana))
    for seat in seats:
        seat.open()
    number = customer_of(desk)
    stack.text_us(number, desk.support_number, "Anybody there?")
    conversation = person(desk.alice).waiting(desk.support, number)["conversation_id"]
    for seat in seats:
        expect(seat.waiting_row(conversation)).to_be_visible()
    return seats, conversation, number


def _listen(*seats: Seat) -> None:
    """Hear what rings from now on: the sound of the first text takes longer than its words."""
    for seat in seats:
        seat.page.evaluate(_COUNT_TONES)
        seat.page.wait_for_function(_QUIET)
        seat.page.evaluate("() => { window.tones = 0 }")


def _group(page: Page) -> Locator:
    return page.get_by_role("group", name="Support", exact=True)


def _press(seat: Seat, button: str) -> None:
    actions = seat.page.get_by_role("group", name="Queue actions", exact=True)
    actions.get_by_role("button", name=button, exact=True).click()


def _transfer(seat: Seat, to: str, note: str = "") -> None:
    _press(seat, "Transfer")
    dialog = seat.page.get_by_role("dialog", name="Transfer conversation", exact=True)
    box = dialog.get_by_role("combobox", name="To", exact=True)
    option = box.locator("option").filter(has_text=to)
    box.select_option(value=option.get_attribute("value"))
    dialog.get_by_role("textbox", name="Note", exact=True).fill(note)
    dialog.get_by_role("button", name="Transfer", exact=True).click()
    expect(dialog).to_have_count(0)


def _race(seats: tuple[Seat, Seat], conversation: str) -> str:
    """Both press Claim at one moment; gives who holds it, and sees the other told so."""
    for seat in seats:
        expect(seat.waiting_row(conversation).get_by_role("button")).to_be_enabled()
    at = seats[0].page.evaluate("Date.now()") + 250
    for seat in seats:
        seat.page.evaluate(_CLICK_AT, [conversation, at])
    for seat in seats:
        expect(seat.waiting_row(conversation)).to_have_count(0)

    def holders() -> list[Seat]:
        # asked of the page: Playwright's own `url` does not change while this test sleeps
        return [s for s in seats if s.page.evaluate("location.pathname").endswith(conversation)]

    [winner] = wait_until(holders, 20)
    [loser] = [seat for seat in seats if seat is not winner]
    name = "Alice" if winner is seats[0] else "Dana Lee"
    told = loser.page.get_by_role("alert").filter(has_text=f"Already claimed by {name}")
    expect(told).to_be_visible()
    loser.page.get_by_role("button", name="Close", exact=True).last.click()
    return name
