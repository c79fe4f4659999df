"""History, search and usage: portal.md §8.15."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.portal.harness import SECONDS, Json, Person, Seat, Sit, read_all, shown, text_them
from tests.support.desks import ADMIN, Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
TITLE = "Chat and SMS"


def _open(seat: Seat) -> Page:
    """Go the way that people go: by the profile menu."""
    page = seat.open()
    page.get_by_role("button", name="Your profile", exact=True).click()
    group = page.get_by_role("menu").get_by_text("Messages", exact=True)
    expect(group).to_be_visible()
    page.get_by_role("menuitem", name=TITLE, exact=True).click()
    expect(page.get_by_role("heading", name=TITLE, level=1, exact=True)).to_be_focused()
    return page


def _row(page: Page, conversation: str) -> Locator:
    table = page.get_by_role("table", name="Conversations", exact=True)
    return table.locator(f"[data-conv-id='{conversation}']")


def test_hist_1_2_3_all_stand_in_the_history_are_answered_and_deleted_there(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """HIST-1 to 3, HIST-01, HIST-02, DEL-04: closed ones too, new ones bold; the menu deletes."""
    alice = person(desk.alice)
    read_all(alice)
    first, second = text_them(stack, desk, 2)
    ones = [alice.conversation_with(number)["id"] for number in (first, second)]
    alice.send("PUT", f"/conversations/{ones[0]}/read", {"up_to": 1})
    alice.send("POST", f"/conversations/{ones[0]}/close")
    seat = sit(desk.alice)
    page = _open(seat)
    closed, fresh = (_row(page, one) for one in ones)
    expect(closed).to_contain_text(f"Hello from {first}")
    expect(closed).to_contain_text("SMS")
    expect(fresh.get_by_role("link")).to_have_css("font-weight", "700")
    expect(closed.get_by_role("link")).not_to_have_css("font-weight", "700")
    seat.check_accessible()

    closed.get_by_role("button", name=f"Reply to {shown(first)}", exact=True).click()
    box = page.get_by_role("complementary", name=f"Chat with {shown(first)}", exact=True)
    expect(box.get_by_role("textbox", name="Type your message", exact=True)).to_be_focused()
    expect(page.get_by_role("heading", name=TITLE, level=1, exact=True)).to_be_visible()

    menu = f"Actions for {shown(second)}"
    fresh.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("menuitem", name="Delete", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Delete this message?", exact=True)
    dialog.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Message deleted")).to_be_visible()
    expect(fresh).not_to_contain_text("Hello")
    wait_until(lambda: not _found(alice, f"Hello {second}"), SECONDS, every=0.3)


def _found(person: Person, text: str) -> list[object]:
    return list(person.get("/search/messages", q=text)["items"])


def _zoe(number: str, desk: Desk) -> Json:
    """Somebody with everything that a contact can have."""
    return {
        "name": f"Zoe {number[-4:]}",
        "company": "Chairs Ltd",
        "numbers": [
            {"number": number, "label": "Mobile"},
            {"number": "+16285550188", "label": "Home"},
        ],
        "emails": [{"address": "zoe@example.org", "label": ""}],
        "extension_id": desk.dana,
        "note": "likes blue",
        "own": True,
    }


def _is_a_stranger(card: Locator) -> None:
    expect(card).to_contain_text("This number is not in your contacts.")
    expect(card.get_by_role("link", name=re.compile("^Call"))).to_have_count(1)
    expect(card.get_by_role("button", name=re.compile("Send SMS"))).to_have_count(0)


def _deletes(page: Page) -> None:
    page.get_by_role("button", name="Conversation settings", exact=True).click()
    page.get_by_role("menuitem", name="Delete the Conversation", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Delete chat?", exact=True)
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Delete", exact=True).click()


def test_hist_4_5_6_7_a_conversation_is_looked_back_on_with_whose_it_is(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """HIST-4, HIST-5, HIST-6, HIST-7, HIST-03, HIST-04, HIST-05, CONT-07, CONT-08, CALL-02."""
    alice = person(desk.alice)
    known, stranger = text_them(stack, desk, 2)
    ones = [alice.conversation_with(number)["id"] for number in (known, stranger)]
    contact = _zoe(known, desk)
    alice.send("POST", "/contacts", contact)
    seat = sit(desk.alice)
    page = _open(seat)
    _row(page, ones[0]).get_by_text(f"Hello from {known}").click()
    card = page.get_by_role("region", name="Contact information", exact=True)
    for text in (contact["name"], "Chairs Ltd", shown(known), "zoe@example.org", "likes blue"):
        expect(card).to_contain_text(str(text))
    expect(seat.article(f"Hello from {known}")).to_be_visible()
    for way in ("Send SMS to Home", "Send SMS to Mobile", f"Chat with Ext 4{desk.index:02}"):
        expect(card.get_by_role("button", name=way, exact=True)).to_be_visible()
    mail = card.get_by_role("link", name="Email zoe@example.org", exact=True)
    expect(mail).to_have_attribute("href", "mailto:zoe@example.org")
    expect(card.get_by_role("link", name="Call Mobile")).to_have_count(1)
    seat.check_accessible()

    page.get_by_role("button", name="Conversation settings", exact=True).click()
    for choice in ("Turn Off Notifications", "Delete the Conversation"):
        expect(page.get_by_role("menuitem", name=choice, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="View All", exact=True).click()
    expect(page.get_by_role("heading", name=TITLE, exact=True)).to_be_focused()

    _row(page, ones[1]).get_by_role("link").click()
    _is_a_stranger(card)
    _deletes(page)
    expect(page).to_have_url(f"{stack.portal}/history")
    expect(_row(page, ones[1])).to_have_count(0)


def test_what_was_said_is_found_and_opens_at_its_place(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """HIST-07: words as they are typed, marked; narrowed by kind; by number; nobody else's."""
    alice = person(desk.alice)
    [number] = text_them(stack, desk, 1, "Unmistakable zucchini")
    conversation = alice.conversation_with(number)["id"]
    chat = alice.chat_with(desk.dana)
    alice.say(chat, "Zucchini for lunch?")
    wait_until(lambda: len(_found(alice, "zucchini")) >= 2, SECONDS, every=0.3)
    seat = sit(desk.alice)
    page = _open(seat)
    box = page.get_by_role("searchbox", name="Search messages", exact=True)
    box.fill("zucc")
    lines = page.get_by_role("list", name="Messages", exact=True).get_by_role("listitem")
    expect(lines.filter(has_text=f"from {number}")).to_have_count(1)
    expect(lines.locator("mark").first).to_have_text(re.compile("zucchini", re.IGNORECASE))
    seat.check_accessible()
    page.get_by_role("combobox", name="Kind", exact=True).select_option("sms")
    expect(lines.filter(has_text="lunch")).to_have_count(0)
    page.get_by_role("button", name="Clear filters", exact=True).click()
    expect(lines.filter(has_text="lunch")).not_to_have_count(0)
    box.fill("zucchini nowhere")
    expect(page.get_by_role("main")).to_contain_text("Nothing found")
    box.fill(number[-7:])
    named = page.get_by_role("table", name="Conversations with that name or number")
    expect(named.locator(f"[data-conv-id='{conversation}']")).to_be_visible()
    box.fill(f"zucchini {number[1:]}")
    lines.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/history/{conversation}\\?at=1$"))
    expect(seat.article("Unmistakable zucchini")).to_be_visible()

    assert _found(person(desk.dana), "unmistakable") == []


def test_use_1_2_3_usage_is_counted_live_for_who_answers_for_it(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """USE-1, USE-2, USE-3, HIST-06: cards, chart, tables, files; the empty sentence; no entry."""
    admin = person(ADMIN)
    seat = sit(ADMIN)
    page = seat.open("/usage")
    region = page.get_by_role("region", name="SMS usage", exact=True)
    for card in ("Sent", "Received", "MMS", "Segments", "Failed"):
        expect(region.get_by_text(card, exact=True).first).to_be_visible()
    page.get_by_role("combobox", name="Period", exact=True).select_option("Today")
    expect(
        region.get_by_role("img", name=re.compile("Texts by day, .* sent, .* received"))
    ).to_be_visible()
    before = admin.get("/usage")["total"]["received"]
    text_them(stack, desk, 1)
    received = page.locator("dd").nth(1)
    wait_until(lambda: admin.get("/usage")["total"]["received"] > before, 5, every=0.3)
    page.get_by_role("combobox", name="Period", exact=True).select_option("This month")
    expect(received).to_have_text(str(before + 1))
    for table in ("By number", "By extension", "By day"):
        expect(page.get_by_role("region", name=table, exact=True)).to_be_visible()
    seat.check_accessible()
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV by number", exact=True).click()
    assert file.value.suggested_filename.startswith("usage-number-")

    page.route("**/api/v1/usage?*", _nobody)
    page.reload()
    nobody = "SMS usage appears once at least one user is enabled for SMS."
    expect(page.get_by_role("main")).to_contain_text(nobody)
    seat.check_accessible()
    page.get_by_role("button", name="Open Extensions", exact=True).click()
    expect(page).to_have_url(f"{stack.portal}/admin/extensions")

    plain = sit(desk.alice).open("/usage")
    expect(plain.get_by_role("heading", name="Page not found")).to_be_visible()
    expect(plain.get_by_role("navigation", name="Main").get_by_text("Usage")).to_have_count(0)


def _nobody(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "enabled": False})
