"""A queue's desk: offers, lapses, supervisors, statistics, notes, tags, canned replies."""

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.portal.harness import Person, Seat, Sit, sent_to_customers, shown
from tests.support.desks import (
    ADA,
    BEN,
    RECEPTION,
    RECEPTION_IDLE_SECONDS,
    RECEPTION_NUMBER,
    SUE,
)
from tests.support.system import Running

People = Callable[[str], Person]
GREETING = "Welcome to Reception, one moment please."
_customers = itertools.count(100)


@pytest.fixture
def number() -> str:
    """A customer of Reception whom nobody has met."""
    return f"+1628555{next(_customers):04}"


@pytest.fixture(autouse=True)
def nobody_at_work(person: People) -> Iterator[None]:
    """Leave Reception as it was found: nobody logged in, nothing held."""
    yield
    for who in (ADA, BEN):
        person(who).send("POST", f"/queues/{RECEPTION}/logout", {"held": "release"})
    sue = person(SUE)
    for one in sue.get(f"/queues/{RECEPTION}/conversations")["items"]:
        sue.send("POST", f"/queues/{RECEPTION}/conversations/{one['id']}/close")


def test_queue_10_an_offer_passes_on_and_a_lapsed_claim_keeps_the_draft(
    stack: Running, sit: Sit, person: People, number: str
) -> None:
    """QUEUE-10, Q-05, Q-11: the longest idle is asked, then the next; a claim runs out."""
    ada, ben = sit(ADA), sit(BEN)
    for seat in (ada, ben):
        seat.open()
    # Whoever works without a screen is soon called away, and nobody asks them.
    for who in (BEN, ADA):
        person(who).work(RECEPTION)
    conversation = _texts(stack, person, number)
    row = ben.waiting_row(conversation, "Reception")
    expect(row.get_by_role("timer")).to_contain_text("Offered to you")
    expect(ada.waiting_row(conversation, "Reception")).to_contain_text("Offered to Ben")
    row.get_by_role("button", name=f"Decline {shown(number)}", exact=True).click()
    expect(row).to_contain_text("Offered to Ada")
    accept = ada.waiting_row(conversation, "Reception").get_by_role("button")
    accept.filter(has_text="Accept").click()
    expect(ada.composer).to_be_focused()
    expect(ada.article(GREETING)).to_be_visible()
    assert len(sent_to_customers(stack, GREETING)) >= 1
    ada.composer.press_sequentially("I am typing th")
    timer = ada.page.get_by_role("main").get_by_role("timer")
    expect(timer).to_contain_text("Lapses in 0:")
    lapsed = f"Claim lapsed: no reply from Ada in {RECEPTION_IDLE_SECONDS} seconds"
    expect(ada.article(lapsed)).to_be_visible(timeout=(RECEPTION_IDLE_SECONDS + 30) * 1_000)
    expect(ada.composer).to_have_count(0)
    person(ADA).send("POST", f"/queues/{RECEPTION}/logout", {"held": "release"})
    person(ADA).work(RECEPTION)
    person(BEN).send("POST", f"/queues/{RECEPTION}/logout", {"held": "release"})
    ada.page.get_by_role("main").get_by_role("button", name=f"Claim {shown(number)}").click()
    expect(ada.composer).to_have_value("I am typing th")


def test_queue_11_who_signs_out_is_asked_what_becomes_of_what_they_hold(
    stack: Running, sit: Sit, person: People, number: str
) -> None:
    """QUEUE-11, Q-05: Release and sign out, Keep and sign out, Cancel."""
    ben = person(BEN)
    ben.work(RECEPTION)
    for customer in (number, f"+1629{number[5:]}"):
        conversation = _texts(stack, person, customer)
        ben.send("POST", f"/queues/{RECEPTION}/conversations/{conversation}/claim")
    fresh = Person.sign_in(stack, BEN, "127.0.4.2")
    seat = sit(BEN, signed_in=False)
    name, value = fresh.cookie
    seat.context.add_cookies([{"name": name, "value": value, "url": stack.portal}])
    seat.open()
    seat.page.get_by_role("button", name="Your profile", exact=True).click()
    seat.page.get_by_role("menuitem", name="Sign out", exact=True).click()
    dialog = seat.page.get_by_role("dialog", name="You hold 2 conversations", exact=True)
    buttons = ["Cancel", "Keep and sign out", "Release and sign out"]
    expect(dialog.get_by_role("button")).to_have_text(buttons)
    dialog.get_by_role("button", name="Release and sign out", exact=True).click()
    expect(seat.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    board = person(SUE).get(f"/queues/{RECEPTION}/conversations")["items"]
    assert [one["queue"]["state"] for one in board if one["id"] == conversation] == ["waiting"]


def test_a_supervisor_sees_all_steers_all_and_reads_what_happened(
    stack: Running, sit: Sit, person: People, number: str
) -> None:
    """Q-05, Q-08, Q-09: the board, release and close by a supervisor, statistics and CSV."""
    ben = person(BEN)
    ben.work(RECEPTION)
    conversation = _texts(stack, person, number)
    ben.send("POST", f"/queues/{RECEPTION}/conversations/{conversation}/claim")
    sue = sit(SUE)
    page = sue.open("/queues")
    table = page.get_by_role("table", name="Conversations of Reception", exact=True)
    row = table.locator(f"[data-conv-id='{conversation}']")
    expect(row).to_contain_text("Claimed by Ben")
    sue.check_accessible()
    row.get_by_role("button", name=f"Release {shown(number)}", exact=True).click()
    expect(row).to_contain_text("Waiting")
    row.get_by_role("link", name=f"Open {shown(number)}", exact=True).click()
    expect(sue.article("Released by Sue (supervisor)")).to_be_visible()
    expect(sue.composer).to_have_count(0)
    actions = page.get_by_role("group", name="Queue actions", exact=True)
    actions.get_by_role("button", name="Close", exact=True).click()
    expect(sue.article("Closed by Sue (supervisor)")).to_be_visible()
    page.get_by_role("link", name="Queues", exact=True).click()
    page.get_by_role("link", name="Statistics", exact=True).click()
    expect(page.get_by_role("table", name="By agent", exact=True)).to_contain_text("Ben")
    sue.check_accessible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV by agent", exact=True).click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("agent,queued,claimed")


def test_notes_tags_and_canned_replies(
    stack: Running, sit: Sit, person: People, number: str
) -> None:
    """Q-10: a note calls in colleagues; tags are for all; a slash inserts a reply, filled in."""
    ben = person(BEN)
    ben.work(RECEPTION)
    conversation = _texts(stack, person, number)
    ben.send("POST", f"/queues/{RECEPTION}/conversations/{conversation}/claim")
    seat = sit(BEN)
    page = seat.open(f"/messages/{conversation}")
    _note(page)
    note = seat.article("Note by Ben")
    expect(note).to_contain_text("@Ada can you help?")
    ada = person(ADA)
    assert ada.get(f"/conversations/{conversation}")["queue"]["mine"] is False
    _tag(seat)
    _reply(seat)
    expect(seat.composer).to_have_value("Ben of Reception here, we open at nine.")
    seat.composer.press("Enter")
    expect(seat.article("we open at nine.")).to_have_attribute("data-state", "delivered")
    assert sent_to_customers(stack, "@Ada can you help?") == []


def _note(page: Page) -> None:
    page.get_by_role("button", name="Internal note", exact=True).click()
    dialog = page.get_by_role("dialog", name="Internal note", exact=True)
    dialog.get_by_role("button", name="Mention Ada", exact=True).click()
    field = dialog.get_by_role("textbox", name="Note")
    expect(field).to_have_value("@Ada ")
    field.press_sequentially("can you help?")
    dialog.get_by_role("button", name="Save note", exact=True).click()
    expect(dialog).to_have_count(0)


def _tag(seat: Seat) -> None:
    seat.page.get_by_role("button", name="Tags", exact=True).click()
    dialog = seat.page.get_by_role("dialog", name="Tags", exact=True)
    dialog.get_by_role("combobox", name="New tag").fill("billing")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("button", name="Remove billing", exact=True)).to_be_visible()
    seat.check_accessible()
    dialog.get_by_role("button", name="Done", exact=True).click()
    expect(seat.page.get_by_role("main").get_by_text("billing", exact=True)).to_be_visible()


def _reply(seat: Seat) -> None:
    """Write a canned reply, and insert it by its name."""
    page = seat.page
    seat.composer.press_sequentially("/")
    page.get_by_role("option").filter(has_text="Manage canned replies").click()
    dialog = page.get_by_role("dialog", name="Canned replies", exact=True)
    dialog.get_by_role("button", name="New reply", exact=True).click()
    editor = page.get_by_role("dialog", name="New reply", exact=True)
    editor.get_by_role("textbox", name=re.compile("^Name")).fill("hours")
    text = editor.get_by_role("textbox", name=re.compile("^Text"))
    text.fill("{agent} of {queue} here, we open at {nine}.")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_role("alert")).to_contain_text("nine is none of these")
    text.fill("{agent} of {queue} here, we open at nine.")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_contain_text("/hours")
    dialog.get_by_role("button", name="Done", exact=True).click()
    seat.composer.press_sequentially("/ho")
    expect(page.get_by_role("option").filter(has_text="/hours")).to_be_visible()
    seat.composer.press("Enter")


def _texts(stack: Running, person: People, number: str) -> str:
    """Let a customer write to Reception; gives the conversation."""
    stack.text_us(number, RECEPTION_NUMBER, "Is anybody there?")
    return str(person(BEN).waiting(RECEPTION, number)["conversation_id"])
