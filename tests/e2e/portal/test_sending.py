"""Sending: portal.md §8.4."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.portal.harness import (
    SECONDS,
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

SENDS = "**/api/v1/conversations/*/messages"
#: What a poor telephone is against this machine.
SLOW_TIMES = 20


@pytest.fixture
def thread(
    stack: Running, sit: Sit, person: Callable[[str], Person], desk: Desk
) -> tuple[Seat, str]:
    """Alice at an open conversation with a customer; and the customer's number."""
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    seat.open(f"/messages/{conversation}")
    expect(seat.composer).to_be_focused()
    return seat, customer


def test_send_1_the_bubble_is_there_before_the_answer(thread: tuple[Seat, str]) -> None:
    seat, customer = thread
    held = seat.hold(SENDS)
    text = f"on its way, {customer}"
    seat.write(text)
    bubble = seat.article(text)
    expect(bubble).to_have_accessible_name(_you())
    expect(bubble).to_have_attribute("data-state", "sending")
    expect(bubble).to_contain_text("Sending")
    expect(seat.composer).to_have_value("")
    expect(seat.composer).to_be_focused()
    client_id = bubble.get_attribute("data-client-id")
    node = bubble.element_handle()

    held.let_go()
    expect(bubble).to_contain_text("Delivered")
    expect(bubble).to_have_attribute("data-state", "delivered")
    assert bubble.get_attribute("data-client-id") == client_id
    assert node is not None
    assert node.evaluate(
        "(node, id) => node.isConnected && node.dataset.clientId === id", client_id
    )


def test_send_2_shift_enter_breaks_the_line_and_an_input_method_keeps_its_enter(
    thread: tuple[Seat, str],
) -> None:
    """RESP-02."""
    seat, _ = thread
    seat.composer.press_sequentially("a")
    seat.composer.press("Shift+Enter")
    seat.composer.press_sequentially("b")
    expect(seat.composer).to_have_value("a\nb")
    seat.composer.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    )
    expect(seat.composer).to_have_value("a\nb")
    expect(seat.articles).to_have_count(1)


def test_send_3_nothing_is_not_sent(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    button = seat.page.get_by_role("button", name="Send message", exact=True)
    expect(button).to_be_disabled()
    seat.composer.fill("   \n ")
    expect(button).to_be_disabled()
    seat.composer.press("Enter")
    expect(seat.articles).to_have_count(1)


def test_send_4_one_message_however_it_is_pressed(stack: Running, thread: tuple[Seat, str]) -> None:
    seat, customer = thread
    held = seat.hold(SENDS)
    once, twice = f"held {customer}", f"double {customer}"
    seat.composer.fill(once)
    for _ in range(5):
        seat.page.keyboard.down("Enter")
    seat.page.keyboard.up("Enter")
    seat.composer.fill(twice)
    seat.page.get_by_role("button", name="Send message", exact=True).dblclick()
    expect(seat.article("Waiting for connection").first).to_be_visible()
    held.let_go()
    expect(seat.article(twice)).to_contain_text("Delivered")
    expect(seat.articles).to_have_count(3)
    for text in (once, twice):
        assert len(sent_to_customers(stack, text)) == 1


def test_send_5_refused_by_the_carrier_and_tried_again(
    stack: Running, thread: tuple[Seat, str]
) -> None:
    seat, customer = thread
    stack.plan("refuse", "sends", carrier="twilio", status=400, code="21614")
    text = f"can you hear me, {customer}"
    seat.write(text)
    bubble = seat.article(text)
    expect(bubble).to_have_attribute("data-state", "failed")
    again = bubble.get_by_role("button", name="Not sent. Click to try again", exact=True)
    expect(again).not_to_have_accessible_description("")
    expect(
        seat.page.get_by_role("alert").filter(has_text=f"Message to {shown(customer)} not sent")
    ).to_be_visible()

    bubble.get_by_text(text, exact=True).click(force=True)
    expect(bubble).to_have_attribute("data-state", "delivered")
    expect(seat.article(text)).to_have_count(1)
    assert len(sent_to_customers(stack, text)) == 1


def test_send_6_unsent_messages_survive_a_reload_and_go_out_in_order(
    stack: Running, thread: tuple[Seat, str]
) -> None:
    seat, customer = thread
    seat.page.route(SENDS, _cut)
    texts = [f"first {customer}", f"second {customer}"]
    for text in texts:
        seat.write(text)
    expect(seat.article(texts[0])).to_contain_text("Waiting for connection")
    seat.page.reload()
    for text in texts:
        expect(seat.article(text)).to_be_visible()
    expect(seat.article(texts[0])).to_contain_text("Waiting for connection")

    seat.page.unroute(SENDS)
    for text in texts:
        expect(seat.article(text)).to_have_attribute("data-state", "delivered")
    arrived = wait_until(lambda: [t for t in _order(stack) if t in texts][:3], 5)
    assert arrived == texts


def test_send_8_another_number_is_another_conversation_and_the_draft_goes_along(
    stack: Running, sit: Sit, person: Callable[[str], Person], desk: Desk
) -> None:
    alice, customer = person(town.ALICE), customer_of(desk)
    body = {"kind": "sms", "to": [customer], "from": town.ALICES_NUMBER}
    here = alice.send("POST", "/conversations", body)["id"]
    seat = sit(town.ALICE)
    page = seat.open(f"/messages/{here}")
    chosen = page.get_by_role("combobox", name="As", exact=True)
    expect(chosen.get_by_role("option")).to_have_text(
        [shown(town.ALICES_NUMBER), shown(town.TOLL_FREE)]
    )
    text = f"from the other, {customer}"
    seat.composer.fill(text)
    chosen.select_option(town.TOLL_FREE)
    expect(page).not_to_have_url(re.compile(f"/messages/{here}$"))
    expect(seat.composer).to_have_value(text)
    expect(seat.composer).to_be_focused()
    expect(chosen).to_have_value(town.TOLL_FREE)
    seat.composer.press("Enter")
    expect(seat.article(text)).to_have_attribute("data-state", "delivered")
    [sent] = sent_to_customers(stack, text)
    assert sent["number"] == town.TOLL_FREE
    page.goto(f"/messages/{here}")
    expect(seat.composer).to_have_value("")


def test_send_7_a_lost_answer_sends_once(stack: Running, thread: tuple[Seat, str]) -> None:
    """The gateway has it; the answer is cut off on its way, and the same key asks again."""
    seat, customer = thread
    text = f"Only once {customer}"
    keys: list[str] = []

    def cut(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        return route.abort("connectionreset") if len(keys) == 1 else route.fallback()

    seat.page.route(SENDS, cut)
    seat.write(text)
    expect(seat.article(text)).to_have_attribute("data-state", "delivered")
    wait_until(lambda: len(keys) >= 2 or None, SECONDS)
    assert len(set(keys)) == 1
    expect(seat.article(text)).to_have_count(1)
    assert len(sent_to_customers(stack, text)) == 1


def test_send_10_who_is_reached_both_ways_is_written_to_by_chat_or_text(
    stack: Running, sit: Sit, person: Callable[[str], Person], desk: Desk
) -> None:
    """SEND-13: the tag and the note follow the choice, and so does what was begun."""
    alice, number = person(desk.alice), customer_of(desk)
    contact = {
        "own": True,
        "name": "Dana Lee",
        "company": "",
        "note": "",
        "extension_id": desk.dana,
        "numbers": [{"number": number, "label": "Mobile"}],
        "emails": [],
    }
    alice.send("POST", "/contacts", contact)
    chat = alice.chat_with(desk.dana)
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{chat}")
    kinds = page.get_by_role("radiogroup", name="Message type", exact=True)
    expect(kinds.get_by_role("radio", name="Chat", exact=True)).to_be_checked()
    seat.composer.fill(f"Both ways {number}")
    kinds.get_by_text("SMS", exact=True).click()
    expect(page.locator("main header [data-tag]")).to_have_text("SMS")
    expect(kinds.get_by_role("radio", name="SMS", exact=True)).to_be_checked()
    expect(page.get_by_text(f"Sending as SMS from {shown(desk.number)}")).to_be_visible()
    expect(seat.composer).to_have_value(f"Both ways {number}")
    seat.check_accessible()
    seat.composer.press("Enter")
    [sent] = wait_until(lambda: sent_to_customers(stack, f"Both ways {number}"), SECONDS) or []
    assert sent["recipients"] == [number]
    kinds.get_by_text("Chat", exact=True).click()
    expect(page).to_have_url(re.compile(f"/messages/{chat}$"))
    expect(page.locator("main header [data-tag]")).to_have_text("CHAT")


def test_send_8_with_one_number_there_is_no_choice(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    expect(seat.composer).to_be_visible()
    expect(seat.page.get_by_role("combobox", name="As", exact=True)).to_have_count(0)


def test_send_11_what_a_text_costs_is_said_and_the_dear_character_named(
    thread: tuple[Seat, str],
) -> None:
    seat, _ = thread
    length = seat.page.get_by_role("status", name="Message length", exact=True)
    seat.composer.fill("a" * 161)
    expect(length).to_have_text("161 characters · 2 messages")
    seat.composer.press_sequentially("你")
    expect(length).to_have_text("162 characters · 3 messages · special character: 你")
    expect(length).to_have_attribute("data-left", str(67 * 3 - 162))
    plain = seat.page.get_by_role("button", name="Use plain characters", exact=True)
    expect(plain).to_have_count(0)

    seat.composer.fill("\u201cSure\u201d \u2013 here it is\u2026")
    expect(length).to_contain_text("special characters: \u201c \u201d \u2013 \u2026")
    expect(plain).to_have_accessible_description("Then it is 1 message")
    plain.click()
    expect(seat.composer).to_have_value('"Sure" - here it is...')
    expect(seat.composer).to_be_focused()
    said = seat.page.get_by_role("status").filter(has_text='Replaced: \u201c \u2192 "')
    expect(said).to_contain_text("\u2026 \u2192 ...")
    seat.page.get_by_role("button", name="Undo", exact=True).click()
    expect(seat.composer).to_have_value("\u201cSure\u201d \u2013 here it is\u2026")
    seat.check_accessible()


def test_send_12_a_draft_waits_in_every_tab(thread: tuple[Seat, str]) -> None:
    seat, customer = thread
    conversation = seat.page.url.rpartition("/")[2]
    text = f"half a thought, {customer}"
    slowness = seat.context.new_cdp_session(seat.page)
    slowness.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_TIMES})
    seat.composer.press_sequentially(text)  # no letter is lost by who types faster than it is drawn
    expect(seat.composer).to_have_value(text)
    slowness.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    expect(seat.row(conversation)).to_contain_text(f"Draft: {text}")
    seat.page.get_by_role("link", name="People", exact=True).click()
    other = seat.context.new_page()
    other.goto(f"/messages/{conversation}")
    field = other.get_by_role("textbox", name="Type your message", exact=True)
    expect(field).to_have_value(text)
    field.fill(f"{text} and the rest")
    seat.page.go_back()
    expect(seat.composer).to_have_value(f"{text} and the rest")


def test_send_13_who_opted_out_is_not_written_to(
    stack: Running, thread: tuple[Seat, str], desk: Desk
) -> None:
    seat, customer = thread
    stack.text_us(customer, desk.number, "STOP")
    words = f"{shown(customer)} has opted out of texts from this number."
    expect(seat.page.get_by_text(words, exact=True)).to_be_visible()
    expect(seat.composer).to_have_count(0)
    seat.check_accessible()
    stack.text_us(customer, desk.number, "START")
    expect(seat.composer).to_be_visible()


def _cut(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def _order(stack: Running) -> list[str]:
    return [one["text"] for one in stack.history(kind="text") if one["direction"] == "out"]


def _you() -> re.Pattern[str]:
    return re.compile(r"^You, \d")
