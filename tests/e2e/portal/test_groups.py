"""Participants, groups, mixed: portal.md §8.8."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.portal.harness import (
    SECONDS,
    Person,
    Seat,
    Sit,
    customer_of,
    sent_to_customers,
    shown,
)
from tests.support import town
from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]


@pytest.fixture
def mixed(person: People, sit: Sit, desk: Desk) -> tuple[Seat, str, str]:
    """Alice at her group with Dana and somebody outside: her seat, the group, the number."""
    outside = customer_of(desk)
    body = {"kind": "group", "name": "Launch", "to": [desk.dana, outside], "from": desk.number}
    group = str(person(desk.alice).send("POST", "/conversations", body)["id"])
    seat = sit(desk.alice)
    seat.open(f"/messages/{group}")
    return seat, group, outside


def test_group_1_and_2_who_takes_part_and_a_chat_with_one_alone(
    mixed: tuple[Seat, str, str],
) -> None:
    """GROUP-1, GROUP-2, CONV-20, CONV-21: the participants, by pointer and by key."""
    seat, _, outside = mixed
    page = seat.page
    button = page.get_by_role("button", name="3 participants", exact=True)
    shown_people = page.get_by_role("dialog", name="Participants", exact=True)
    button.hover()
    expect(shown_people.get_by_role("listitem")).to_have_count(3)
    expect(_of(shown_people, "Dana Lee").locator("[data-tag]")).to_have_text("CHAT")
    expect(_of(shown_people, "Dana Lee").get_by_role("img")).to_have_accessible_name(
        re.compile("^Dana Lee is (online|offline)$")
    )
    expect(_of(shown_people, shown(outside)).locator("[data-tag]")).to_have_text("SMS")
    seat.check_accessible()
    page.mouse.move(700, 500)
    expect(shown_people).to_have_count(0)

    page.get_by_role("heading", name="Launch", exact=True).focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(shown_people).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown_people).to_have_count(0)
    page.keyboard.press("Enter")
    expect(shown_people.get_by_role("button", name="Message Dana Lee")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main", name="Conversation with Dana Lee")).to_be_visible()
    expect(seat.composer).to_be_focused()

    page.go_back()
    button.click()
    shown_people.get_by_role("button", name=f"Message {shown(outside)}").click()
    expect(page.get_by_role("main", name=f"Conversation with {shown(outside)}")).to_be_visible()


def test_group_4_and_5_renamed_joined_left_and_told_to_all(
    sit: Sit, person: People, desk: Desk, mixed: tuple[Seat, str, str]
) -> None:
    """GROUP-4, GROUP-5, CHAT-03, CHAT-04, CHAT-05: every change is in both lists and a pill."""
    seat, group, _ = mixed
    there = sit(desk.dana)
    there.open(f"/messages/{group}")
    page = seat.page
    # Nothing was said in it yet, and it is the newest all the same.
    newest = page.locator("[data-scroller=list] [data-conv-id]").first
    expect(newest).to_have_attribute("data-conv-id", group)
    page.get_by_role("button", name="Rename", exact=True).click()
    name = page.get_by_role("textbox", name="Group name", exact=True)
    expect(name).to_have_value("Launch")
    name.fill("Ops")
    page.get_by_role("button", name="Save", exact=True).click()
    for one in (seat, there):
        expect(one.row(group).locator("[data-name]")).to_have_text("Ops")
        expect(one.article("Alice renamed the group to Ops")).to_be_visible()

    karen = customer_of(desk)
    _add(seat, "Sam", karen)
    expect(there.article("Alice added Sam")).to_be_visible()
    expect(there.page.get_by_role("button", name="5 participants", exact=True)).to_be_visible()
    assert person(town.SAM).get(f"/conversations/{group}")["name"] == "Ops"

    _remove(seat, "5 participants", shown(karen))
    expect(there.article(f"Alice removed {karen}")).to_be_visible()
    there.page.get_by_role("button", name="4 participants", exact=True).click()
    there.page.get_by_role("button", name="Leave group", exact=True).click()
    leave = there.page.get_by_role("alertdialog", name="Leave this group?", exact=True)
    expect(leave.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    leave.get_by_role("button", name="Leave group", exact=True).click()
    expect(there.page).to_have_url(re.compile("/messages$"))
    expect(there.row(group)).to_have_count(0)
    expect(seat.article("Dana Lee left")).to_be_visible()
    expect(page.get_by_text("1 teammate by chat, 1 person by text", exact=True)).to_be_visible()


def test_group_6_to_8_each_is_reached_in_their_way(
    stack: Running, sit: Sit, desk: Desk, mixed: tuple[Seat, str, str]
) -> None:
    """MIX-01 to MIX-05: teammates by chat, outsiders by text, both ways."""
    seat, group, outside = mixed
    there = sit(desk.dana)
    there.open(f"/messages/{group}")
    expect(seat.page.get_by_text("1 teammate by chat, 1 person by text")).to_be_visible()
    text = f"Noon works, {outside}"
    seat.write(text)
    theirs = there.article(text)
    expect(theirs).to_have_accessible_name(re.compile("^Alice, "))
    expect(theirs).to_have_attribute("data-state", "received")
    sent = wait_until(lambda: sent_to_customers(stack, f"Alice: {text}"), SECONDS)
    assert [one["recipients"] for one in sent] == [[outside]]

    stack.text_us(outside, desk.number, "See you there", wait=True)
    for one in (seat, there):
        answer = one.article("See you there")
        expect(answer).to_have_accessible_name(re.compile(rf"^{re.escape(shown(outside))}, "))
        expect(answer.locator("[data-read-by]")).to_have_count(0)
        expect(one.page.locator("[data-typing]")).to_have_count(0)


def _of(people: Locator, name: str) -> Locator:
    return people.get_by_role("listitem").filter(has_text=name)


def _add(seat: Seat, teammate: str, number: str) -> None:
    """Bring in both, after what that means for the one outside was said."""
    page = seat.page
    page.get_by_role("button", name="Add participants", exact=True).click()
    dialog = page.get_by_role("dialog", name="Add participants", exact=True)
    to = dialog.get_by_role("combobox", name="To", exact=True)
    expect(to).to_be_focused()
    to.fill(teammate)
    dialog.get_by_role("option").filter(has_text=teammate).first.click()
    to.fill("12")
    to.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Enter a full phone number")
    to.fill(number)
    dialog.get_by_role("option").filter(has_text=shown(number)).click()
    warning = f"{shown(number)} will get this group's messages as texts."
    expect(dialog.get_by_role("status").filter(has_text=warning)).to_be_visible()
    seat.check_accessible()
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_have_count(0)


def _remove(seat: Seat, button: str, name: str) -> None:
    page = seat.page
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    dialog = page.get_by_role("alertdialog", name=f"Remove {name}?", exact=True)
    expect(dialog.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(dialog).to_have_count(0)
