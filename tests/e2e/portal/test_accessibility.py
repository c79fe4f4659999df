"""axe finds nothing: every state, on a desk and on a phone, in the light and in the dark."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.portal.harness import ROOT, Person, Sit, customer_of, text_them
from tests.support.desks import ADMIN, SUE, Desk
from tests.support.system import Running

WIDTHS = pytest.mark.parametrize("mobile", [False, True], ids=["desk", "phone"])
PAGES = ROOT / "services/gateway/portal/src/app/pages.tsx"
SMALLEST: ViewportSize = {"width": 320, "height": 640}
LARGEST: ViewportSize = {"width": 3840, "height": 2160}
People = Callable[[str], Person]


@WIDTHS
def test_signing_in_is_accessible(sit: Sit, desk: Desk, *, mobile: bool) -> None:
    seat = sit(desk.alice, signed_in=False, mobile=mobile)
    seat.page.goto("/login")
    expect(seat.page.get_by_role("heading", name="Sign in to Tandem")).to_be_visible()
    seat.check_accessible()


@WIDTHS
def test_list_and_queue_are_accessible(
    stack: Running, sit: Sit, person: People, desk: Desk, *, mobile: bool
) -> None:
    person(desk.alice).work(desk.support)
    number = customer_of(desk)
    stack.text_us(number, desk.support_number, "Anybody there?")
    waiting = person(desk.alice).waiting(desk.support, number)
    text_them(stack, desk, 3)
    seat = sit(desk.alice, mobile=mobile)
    seat.open()
    expect(seat.waiting_row(waiting["conversation_id"])).to_be_visible()
    seat.check_accessible()
    if mobile:
        seat.check_touchable()


@WIDTHS
def test_a_held_thread_and_its_dialog_are_accessible(
    stack: Running, sit: Sit, person: People, desk: Desk, *, mobile: bool
) -> None:
    alice = person(desk.alice)
    alice.work(desk.support)
    number = customer_of(desk)
    stack.text_us(number, desk.support_number, "Anybody there? https://example.com 👋")
    waiting = alice.waiting(desk.support, number)["conversation_id"]
    alice.send("POST", f"/queues/{desk.support}/conversations/{waiting}/claim")
    seat = sit(desk.alice, mobile=mobile)
    page = seat.open(f"/messages/{waiting}")
    seat.write("Yes!")
    expect(seat.article("Yes!")).to_have_attribute("data-state", "delivered")
    stack.plan("refuse", "sends", carrier="telnyx", status=422, code="40310")
    seat.write("And again")
    expect(seat.article("And again")).to_have_attribute("data-state", "failed")
    seat.check_accessible()
    if mobile:
        seat.check_touchable()
    page.get_by_role("button", name="Transfer", exact=True).click()
    expect(page.get_by_role("dialog", name="Transfer conversation")).to_be_visible()
    seat.check_accessible()


@WIDTHS
def test_every_page_is_accessible(sit: Sit, *, mobile: bool) -> None:
    """RESP-05, FRAME-6: whatever is registered, and what nobody registered; 320 px wide to 4K."""
    admin, supervisor = sit(ADMIN, mobile=mobile), sit(SUE, mobile=mobile)
    for name in (*_registered(), "messages/new", "nowhere"):
        seat = supervisor if name == "queues" else admin
        page = seat.open(f"/{name}")
        before = page.viewport_size or SMALLEST
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main[aria-busy=true]")).to_have_count(0)  # beside the list it is later
        expect(page.locator("main [aria-hidden=true][class*=skeleton]")).to_have_count(0)
        seat.check_accessible(forced=True)
        if mobile:
            seat.check_touchable()
        page.set_viewport_size(SMALLEST if mobile else LARGEST)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.set_viewport_size(before)


def test_the_way_past_the_list_ends_somewhere_while_a_page_is_on_its_way(sit: Sit) -> None:
    """A slow line: what the skip link points to is there before the page's own code is."""
    seat = sit(ADMIN)
    for path, code in (("/messages/new", "NewMessage"), ("/people", "PeoplePage")):
        held = seat.hold(f"**/assets/{code}-*.js", "GET")
        page = seat.open(path)
        expect(page.locator("main#conversation[aria-busy=true]")).to_be_attached()
        held.let_go()
        expect(page.locator("main#conversation:not([aria-busy])")).to_be_attached()


def _registered() -> list[str]:
    """The pages by name, but for those whose sections have tests of their own."""
    names = re.findall(r'^    name: "([a-z]+)",$', PAGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert {"admin", "history", "people", "queues", "settings", "usage"} <= set(names)
    return [name for name in names if name not in {"admin", "operator"}]
