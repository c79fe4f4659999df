"""The operator's work: projections built again, dead letters judged; portal.md §8.17."""

import asyncio
import threading
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from tests.e2e.portal.harness import (
    SECONDS,
    Json,
    Person,
    Sit,
    sent_to_customers,
    text_them,
)
from tests.support.desks import ADMIN, OPERATOR, Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
#: Facts that are replayed, not all of which a projection is folded of.
REPLAYED = 60
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def _publish(stack: Running, record: Outgoing) -> None:
    """Write to the log itself, as only something broken would; on a loop beside Playwright's."""

    async def publish() -> None:
        publisher = KafkaPublisher(stack.state["kafka"], Readiness())
        await publisher.start()
        try:
            await publisher.publish([record])
        finally:
            await publisher.stop()

    thread = threading.Thread(target=lambda: asyncio.run(publish()))
    thread.start()
    thread.join()


def _audited(admin: Person, action: str) -> Json:
    """Wait for an operator's deed in the audit."""

    def found() -> Json | None:
        for one in admin.get("/admin/audit", subject=f"operator/{OPERATOR}", limit=50)["items"]:
            told = {change["field"]: change["after"] for change in one["changes"]}
            if told.get("action") == action:
                return {**told, "by": one["by"]["id"]}
        return None

    return wait_until(found, SECONDS, every=0.3) or {}


def _dies(stack: Running, olga: Person, marked: str) -> Json:
    """Let a record die, and give its letter."""
    key, value = b"+14155550150", f'{{"{marked}": "+14155550150"'.encode()
    _publish(stack, Outgoing("conversation-commands", key, value, []))

    def there() -> Json | None:
        for one in olga.get("/operator/dead-letters")["items"]:
            if marked in olga.get(f"/operator/dead-letters/{one['id']}")["raw"]:
                return dict(one)
        return None

    return wait_until(there, SECONDS, every=0.5) or {}


def test_ops_10_and_12_a_dead_letter_is_retried_and_set_aside_with_a_note(
    sit: Sit, person: People, stack: Running
) -> None:
    """OPS-10, OPS-12: reason, masked record, Retry, Set aside; each is a fact with its actor."""
    marked = "poison" + str(time.time_ns()).translate(_LETTERS)  # a number would be masked
    letter = _dies(stack, person(OPERATOR), marked)
    seat = sit(OPERATOR)
    page = seat.open("/operator/dead-letters")
    row = page.get_by_role("table", name="Dead letters", exact=True).locator(
        f"[data-letter='{letter['id']}']"
    )
    expect(row).to_contain_text("Malformed")
    row.get_by_role("link").click()
    region = page.get_by_role("region", name="Dead letter", exact=True)
    expect(region).to_contain_text(marked)
    expect(region).to_contain_text("…0150")
    expect(region).not_to_contain_text("+1415")
    seat.check_accessible()
    region.get_by_role("button", name="Retry", exact=True).click()
    expect(page.get_by_text("It broke again: the reason is shown anew.")).to_be_visible()
    region.get_by_role("button", name="Set aside", exact=True).click()
    _say_why(page, "A test of the carrier's")
    expect(region).to_contain_text("“A test of the carrier's”")
    expect(region.get_by_role("button", name="Retry", exact=True)).to_have_count(0)
    expect(row).to_have_count(0)
    page.get_by_role("switch", name="Show what has ended", exact=True).click()
    expect(row).to_contain_text("Set aside")
    told = _audited(person(ADMIN), "letter-set-aside")
    assert (told["by"], told["about"]) == (OPERATOR, letter["id"])
    assert told["note"] == "A test of the carrier's"
    events = sit(ADMIN).open("/operator/dead-letters")
    expect(events.get_by_role("heading", name="Operator")).to_have_count(0)


def test_ops_8_and_12_projections_are_rebuilt_compared_switched_and_rolled_back(
    sit: Sit, person: People, desk: Desk
) -> None:
    """OPS-8, OPS-12: with progress, while another keeps chatting; the switch is typed."""
    alice, dana = person(desk.alice), person(desk.dana)
    chat = alice.chat_with(desk.dana)
    other = sit(desk.dana)
    other.open(f"/messages/{chat}")
    seat = sit(OPERATOR)
    page = seat.open("/operator/projections")
    expect(page.locator("[data-set]").first).to_be_visible()
    old = page.locator("[data-set]", has_text="Serves").first.get_attribute("data-set")
    page.get_by_role("button", name="Rebuild", exact=True).click()
    building = page.get_by_role("progressbar")
    expect(building).to_be_visible()
    new = page.locator("[data-set]", has=building).get_attribute("data-set")
    assert new != old
    built = _set(page, new)
    alice.say(chat, "Said while it is built")
    expect(other.article("Said while it is built")).to_be_visible()
    expect(built).to_contain_text("Ready")
    seat.check_accessible()
    built.get_by_role("button", name="Compare hash", exact=True).click()
    expect(built).to_contain_text("Equal to what serves")
    built.get_by_role("button", name="Switch", exact=True).click()
    _confirm(page, str(new), "Switch")
    expect(built).to_contain_text("Serves")
    dana.say(chat, "Said after the switch")
    expect(other.article("Said after the switch")).to_be_visible()
    before = _set(page, old)
    before.get_by_role("button", name="Roll back", exact=True).click()
    _confirm(page, str(old), "Roll back")
    expect(before).to_contain_text("Serves")
    expect(other.article("Said after the switch")).to_be_visible()
    built.get_by_role("button", name="Discard", exact=True).click()
    expect(built).to_have_count(0)
    assert _audited(person(ADMIN), "projections-rolled-back")["about"] == old


def test_ops_9_a_range_is_folded_stopped_gone_on_with_and_nothing_leaves(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """OPS-9 into new projections: a dry run that says so, cancel, resume, a result with a diff."""
    alice, olga = person(desk.alice), person(OPERATOR)
    [customer] = text_them(stack, desk, 1)
    answer = f"Only once, {customer}"
    alice.say(str(alice.conversation_with(customer)["id"]), answer)
    wait_until(lambda: sent_to_customers(stack, answer), SECONDS, every=0.3)
    seat = sit(OPERATOR)
    page = seat.open("/operator/replay")
    wizard = page.get_by_role("form", name="Replay wizard", exact=True)
    last = olga.get("/operator/facts", limit=1)["items"][0]["position"]
    for label, value in (("From", last - REPLAYED), ("To", last)):
        wizard.get_by_role("spinbutton", name=f"{label} position", exact=True).fill(str(value))
    wizard.get_by_role("spinbutton", name="Facts a second", exact=True).fill("10")
    start = wizard.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_disabled()
    wizard.get_by_role("button", name="Dry run", exact=True).click()
    dry = wizard.get_by_role("status")
    expect(dry).to_contain_text("0 texts, 0 pushes, 0 calls will be made")
    seat.check_accessible()
    start.click()
    replay = page.locator("[data-replay]").first
    expect(replay).to_contain_text("Running")
    replay.get_by_role("button", name="Cancel", exact=True).click()
    expect(replay).to_contain_text("Cancelled")
    replay.get_by_role("button", name="Resume", exact=True).click()
    expect(replay).to_contain_text("Done", timeout=60_000)
    expect(replay).to_contain_text("differ from what serves")
    replay.get_by_text("tables compared").click()
    expect(replay.get_by_role("row", name="message", exact=False).first).to_contain_text("rows")
    seat.check_accessible()
    assert len(sent_to_customers(stack, answer)) == 1
    assert _audited(person(ADMIN), "replay-started")["by"] == OPERATOR


def _say_why(page: Page, note: str) -> None:
    dialog = page.get_by_role("alertdialog", name="Set this record aside?", exact=True)
    settle = dialog.get_by_role("button", name="Set aside", exact=True)
    expect(settle).to_be_disabled()
    dialog.get_by_role("textbox", name="Note").fill(note)
    settle.click()


def _set(page: Page, name: str | None) -> Locator:
    return page.locator(f"[data-set='{name}']")


def _confirm(page: Page, name: str, button: str) -> None:
    dialog = page.get_by_role("alertdialog")
    settle = dialog.get_by_role("button", name=button, exact=True)
    expect(settle).to_be_disabled()
    dialog.get_by_role("textbox", name=f"Type {name} to confirm").fill(name)
    settle.click()
    expect(dialog).to_have_count(0)
