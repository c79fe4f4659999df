"""Deleting messages and chats, and turning notifications off: portal.md §8.12, NOTIFY-10."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.portal.harness import SECONDS, Person, Seat, Sit, count_tones, text_them
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]


def _menu_of(seat: Seat, text: str) -> Locator:
    article = seat.article(text)
    article.hover()
    return article.get_by_role("button", name="Message actions", exact=True)


def _ask(seat: Seat, text: str) -> Locator:
    """Choose Delete at a bubble; gives the dialog."""
    _menu_of(seat, text).click()
    seat.page.get_by_role("menuitem", name="Delete", exact=True).click()
    return seat.page.get_by_role("alertdialog", name="Delete this message?", exact=True)


def test_end_5_and_end_6_a_message_is_deleted_once_it_was_meant(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """DEL-01, DEL-03, DEL-07; END-8: each dialog says who loses it."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat, other = sit(desk.alice), sit(desk.alice)
    for one in (seat, other):
        one.open(f"/messages/{conversation}")
    text = f"Hello from {number}"
    dialog = _ask(seat, text)
    expect(dialog).to_contain_text("It goes for everyone here who sees this conversation")
    expect(dialog.get_by_role("button", name="No", exact=True)).to_be_focused()
    seat.check_accessible()
    seat.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(_menu_of(seat, text)).to_be_focused()
    _ask(seat, text).get_by_role("button", name="No", exact=True).click()
    expect(seat.article(text)).to_be_visible()

    _ask(seat, text).get_by_role("button", name="Yes", exact=True).click()
    expect(seat.page.get_by_role("status").filter(has_text="Message deleted")).to_be_visible()
    for one in (seat, other):
        expect(one.article(text)).to_have_count(0)
        expect(one.row(conversation)).not_to_contain_text("Hello")
    seat.page.reload()
    expect(seat.row(conversation)).to_be_visible()
    expect(seat.article(text)).to_have_count(0)


def test_end_8_a_colleagues_line_goes_for_me_alone(sit: Sit, person: People, desk: Desk) -> None:
    """DEL-07."""
    chat = person(desk.alice).chat_with(desk.dana)
    person(desk.alice).say(chat, "Between us")
    alice, dana = sit(desk.alice), sit(desk.dana)
    for seat in (alice, dana):
        seat.open(f"/messages/{chat}")
    dialog = _ask(dana, "Between us")
    expect(dialog).to_contain_text("It goes for you only: Alice and the others keep it.")
    dialog.get_by_role("button", name="Yes", exact=True).click()
    expect(dana.article("Between us")).to_have_count(0)
    expect(alice.article("Between us")).to_be_visible()

    dialog = _ask(alice, "Between us")
    expect(dialog).to_contain_text("It goes for everyone in this chat.")
    dialog.get_by_role("button", name="Yes", exact=True).click()
    expect(alice.article("Between us")).to_have_count(0)


def test_end_7_a_chat_is_deleted_once_it_was_understood(
    sit: Sit, person: People, desk: Desk
) -> None:
    """DEL-02, DEL-03, DEL-05."""
    chat = person(desk.dana).chat_with(desk.alice)
    person(desk.dana).say(chat, "Old news")
    seat = sit(desk.alice)
    page = seat.open(f"/messages/{chat}")
    expect(seat.article("Old news")).to_be_visible()
    more = page.get_by_role("button", name="More actions", exact=True)
    more.click()
    seat.check_accessible()
    page.get_by_role("menuitem", name="Delete chat", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Delete chat?", exact=True)
    expect(dialog).to_contain_text("for you only")
    understand = dialog.get_by_role("checkbox", name="I understand", exact=True)
    delete = dialog.get_by_role("button", name="Delete", exact=True)
    expect(understand).not_to_be_checked()
    expect(delete).to_be_disabled()
    seat.check_accessible()
    dialog.get_by_role("button", name="Cancel", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(more).to_be_focused()

    more.click()
    page.get_by_role("menuitem", name="Delete chat", exact=True).click()
    understand.check()
    delete.click()
    expect(seat.row(chat)).to_have_count(0)
    expect(page).to_have_url(re.compile("/messages$"))
    seat.open(f"/messages/{chat}")
    expect(seat.composer).to_be_visible()
    expect(seat.articles).to_have_count(0)
    expect(seat.row(chat)).to_have_count(0)
    person(desk.dana).say(chat, "New again")
    expect(seat.row(chat)).to_contain_text("New again")
    expect(seat.articles).to_have_count(1)


def test_notify_10_a_muted_conversation_counts_and_stays_silent(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """NOTIF-12."""
    [number] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(number)["id"]
    seat = sit(desk.alice)
    tones = count_tones(seat)
    page = seat.open(f"/messages/{conversation}")
    more = page.get_by_role("button", name="More actions", exact=True)
    more.click()
    page.get_by_role("menuitem", name="Turn Off Notifications", exact=True).click()
    bell = seat.row(conversation).get_by_role("img", name="Notifications are off", exact=True)
    expect(bell).to_be_visible()
    more.click()
    expect(page.get_by_role("menuitem", name="Turn On Notifications", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    seat.check_accessible()
    seat.open("/people")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Messages").click()
    stack.text_us(number, desk.number, "Quietly")
    expect(seat.row(conversation)).to_have_attribute("data-unread", "1")
    assert tones() == 0
    text_them(stack, desk, 1, "Aloud")
    expect(seat.page.locator("[data-conv-id]", has_text="Aloud").first).to_be_visible()
    wait_until(lambda: tones() > 0, SECONDS, every=0.2)

    page.reload()
    expect(bell).to_be_visible()
