"""Receipts, typing and presence: portal.md §8.9."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import WebSocket, expect

from tests.e2e.portal.harness import Person, Seat, Sit, text_them
from tests.support.desks import Desk
from tests.support.system import Running

People = Callable[[str], Person]


def _chat(sit: Sit, person: People, desk: Desk) -> tuple[Seat, Seat, str]:
    """Alice and Dana, each in their chat."""
    chat = person(desk.alice).chat_with(desk.dana)
    alice, dana = sit(desk.alice), sit(desk.dana)
    for seat in (alice, dana):
        seat.open(f"/messages/{chat}")
    return alice, dana, chat


def test_live_1_a_receipt_stands_under_the_last_message_read(
    sit: Sit, person: People, desk: Desk
) -> None:
    """PRES-05."""
    chat = person(desk.alice).chat_with(desk.dana)
    alice = sit(desk.alice)
    alice.open(f"/messages/{chat}")
    alice.write("First")
    expect(alice.article("First")).to_have_attribute("data-state", "sent")
    seen = re.compile(r"Read by Dana Lee, \d")
    expect(alice.article("First").get_by_role("img", name=seen)).to_have_count(0)

    sit(desk.dana).open(f"/messages/{chat}")
    expect(alice.article("First").get_by_role("img", name=seen)).to_have_text("Dana Lee")
    alice.write("Second")
    expect(alice.article("Second").get_by_role("img", name=seen)).to_be_visible()
    expect(alice.articles.get_by_role("img", name=seen)).to_have_count(1)

    alice.page.reload()
    expect(alice.article("Second").get_by_role("img", name=seen)).to_be_visible()
    alice.check_accessible()


def test_live_2_and_live_5_texts_have_neither_receipts_nor_typing(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """PRES-04, PRES-06, LIVE-5."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    said = _said(seat)
    seat.open(f"/messages/{conversation}")
    seat.composer.press_sequentially("On its way")
    seat.composer.press("Enter")
    expect(seat.article("On its way")).to_have_attribute("data-state", "delivered")
    expect(seat.articles.get_by_role("img", name=re.compile("Read by"))).to_have_count(0)
    expect(seat.page.locator("[data-typing]")).to_have_count(0)
    assert not [one for one in said if "typing" in one]


def test_live_3_and_4_typing_shows_at_once_and_moves_nothing(
    sit: Sit, person: People, desk: Desk
) -> None:
    """PRES-03: gone with the message, with a field that is emptied, with the tab."""
    alice, dana, chat = _chat(sit, person, desk)
    line = alice.page.locator("[data-typing]")
    end = alice.distance_from_end()
    types = "Dana Lee is typing…"

    held = dana.hold("**/assets/TypingLine-*.js", "GET")
    dana.open(f"/messages/{chat}")
    dana.composer.press_sequentially("he")  # before the code that says so is there
    held.let_go()
    expect(line).to_have_text(types)
    assert alice.distance_from_end() == end
    dana.composer.press_sequentially("llo")
    dana.composer.press("Enter")
    expect(alice.article("hello")).to_be_visible()
    expect(line).to_have_count(0)

    dana.composer.press_sequentially("more")
    expect(line).to_have_text(types)
    dana.composer.fill("")
    expect(line).to_have_count(0)
    dana.composer.press_sequentially("again")
    expect(line).to_have_text(types)
    alice.check_accessible()
    dana.page.close()
    expect(line).to_have_count(0)


def test_live_6_and_live_7_who_is_offline_sees_it_later(
    sit: Sit, person: People, desk: Desk
) -> None:
    """PRES-01, PRES-02, LIVE-6, LIVE-7, CHAT-06."""
    chat = person(desk.alice).chat_with(desk.dana)
    person(desk.alice).say(chat, "For later")
    alice = sit(desk.alice)
    page = alice.open(f"/messages/{chat}")
    form = page.get_by_role("form", name="Message composer")
    expect(form).to_contain_text("Dana Lee is offline and will see this at next sign-in.")
    expect(form.get_by_role("img", name="Dana Lee is offline")).to_be_visible()
    alice.write("Good night")
    expect(alice.article("Good night")).to_have_attribute("data-state", "sent")

    sit(desk.dana).open()
    expect(form).not_to_contain_text("offline")
    for place in (form, page.locator("header").last, alice.row(chat)):
        expect(place.get_by_role("img", name="Dana Lee is online")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    here = page.get_by_role("row", name=re.compile("Dana Lee"))
    expect(here.get_by_role("img", name="Dana Lee is online").first).to_be_visible()


def _said(seat: Seat) -> list[str]:
    """Hear what the page says over its socket."""
    said: list[str] = []

    def listen(socket: WebSocket) -> None:
        def heard(frame: Any) -> None:  # noqa: ANN401 - text or bytes
            said.append(str(frame))

        socket.on("framesent", heard)

    seat.page.on("websocket", listen)
    return said
