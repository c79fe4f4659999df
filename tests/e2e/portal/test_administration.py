"""Administration, "Oops" and settings: portal.md §4.4, §8.1, §8.13 and §8.16."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.portal.harness import (
    SECONDS,
    Json,
    Person,
    Sit,
    count_tones,
    customer_of,
    shown,
)
from tests.support.desks import ADMIN, ADMINS_NUMBER, PAT, Desk
from tests.support.sounds import wav
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
NO_NUMBER = (
    "No phone number is set up to send you text messages."
    " Contact your admin to get a number assigned."
)
ADMIN_NO_NUMBER = (
    "No phone number forwards text messages to this extension. Set one up, or contact support."
)
OFF = "Text messaging is turned off for your extension. Contact your admin."
ALL_OFF = "Text messaging is turned off for your organization. Contact your admin."


@pytest.fixture
def robin(person: People) -> Iterator[Person]:
    """The admin; whatever a test changed is as it was before."""
    admin = person(ADMIN)
    yield admin
    admin.send("PATCH", "/admin/organization", {"texting": True, "files": {}})
    admin.send("PATCH", f"/admin/extensions/{PAT}", {"texting": True, "chat": True})
    route = {"kind": "extensions", "extensions": [ADMIN]}
    number = {"texting": True, "route": route, "callers": [ADMIN]}
    admin.send("PATCH", f"/admin/numbers/{ADMINS_NUMBER}", number)
    admin.send("PATCH", f"/admin/extensions/{ADMIN}", {"chat": True})


def _number(robin: Person, **change: object) -> Json:
    return robin.send("PATCH", f"/admin/numbers/{ADMINS_NUMBER}", dict(change))


def _says_oops(page: Page, sentence: str) -> None:
    expect(page.get_by_role("heading", name="Oops", level=1, exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(sentence)
    expect(page.get_by_role("navigation", name="Conversations")).to_have_count(0)


def test_frame_3_4_5_and_adm_3_4_oops_says_why_and_clears_by_itself(
    sit: Sit, robin: Person
) -> None:
    """FRAME-3, FRAME-4, FRAME-5, ERR-01, NUM-02, NUM-07, ADM-02, ADM-3: words by reason, live."""
    robin.send("PATCH", f"/admin/extensions/{PAT}", {"chat": False})
    seat = sit(PAT)
    page = seat.open()
    _says_oops(page, NO_NUMBER)
    expect(page.get_by_role("link", name="Assign a number")).to_have_count(0)
    seat.check_accessible()
    began = page.evaluate("performance.timeOrigin")

    _number(robin, route={"kind": "extensions", "extensions": [PAT]}, callers=[PAT])
    expect(page.get_by_role("heading", name="Messages", level=1, exact=True)).to_be_visible()
    admin = sit(ADMIN)
    own = admin.open("/admin/extensions")
    own.get_by_role("switch", name="SMS for 295", exact=True).click()
    _says_oops(page, OFF)
    tones = count_tones(admin)
    own.goto("/admin/system")
    own.get_by_role("switch", name="SMS for the organization", exact=True).click()
    _says_oops(page, ALL_OFF)
    own.get_by_role("button", name="Play", exact=True).click()
    wait_until(lambda: tones() > 0 or None, SECONDS)
    assert page.evaluate("performance.timeOrigin") == began

    robin.send("PATCH", "/admin/organization", {"texting": True})
    robin.send("PATCH", f"/admin/extensions/{ADMIN}", {"chat": False})
    own.goto("/messages")
    _says_oops(own, ADMIN_NO_NUMBER)
    own.get_by_role("link", name="Assign a number", exact=True).click()
    expect(own).to_have_url(f"{robin.stack.portal}/admin/numbers?extension={ADMIN}")


@pytest.mark.usefixtures("robin")
def test_adm_1_numbers_are_switched_and_routed(sit: Sit, desk: Desk) -> None:
    """ADM-1, ADM-01, ADM-03, NUM-01, NUM-05: one place for each number; the audit says who."""
    seat = sit(ADMIN)
    page = seat.open("/admin/numbers")
    table = page.get_by_role("table", name="Numbers", exact=True)
    name = shown(ADMINS_NUMBER)
    row = table.get_by_role("row").filter(has_text=name)
    switch = row.get_by_role("switch", name=f"SMS on {name}", exact=True)
    expect(switch).to_be_checked()
    seat.check_accessible()
    switch.click()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    route = row.get_by_role("combobox", name=f"Route {name}", exact=True)
    route.select_option(f"q:{desk.sales}")
    expect(route).to_have_value(f"q:{desk.sales}")

    page.get_by_role("link", name="Audit", exact=True).click()
    newest = page.get_by_role("table", name="Audit", exact=True).get_by_role("row").nth(1)
    expect(newest).to_contain_text("Robin Admin")
    expect(newest).to_contain_text("texts go to")
    seat.check_accessible()


@pytest.mark.parametrize("mobile", [False, True], ids=["desk", "phone"])
@pytest.mark.usefixtures("robin")
def test_every_page_of_administration_is_accessible(sit: Sit, *, mobile: bool) -> None:
    """RESP-05, ADM-1…5: tables, forms and reviews, without sideways scroll on a phone."""
    seat = sit(ADMIN, mobile=mobile)
    page = seat.open("/admin/extensions")
    for name in ("Extensions", "Queues", "System", "Reviews", "Numbers"):
        page.get_by_role("navigation", name="Admin", exact=True).get_by_role(
            "link", name=name, exact=True
        ).click()
        expect(page.locator("main [aria-hidden=true][class*=skeleton]")).to_have_count(0)
        seat.check_accessible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_adm_2_a_queues_values_are_saved(sit: Sit, robin: Person, desk: Desk) -> None:
    """ADM-2, ADM-04: each with unit and range."""
    seat = sit(ADMIN)
    page = seat.open(f"/admin/queues/{desk.sales}")
    lapses = page.get_by_role("spinbutton", name="Claim lapses after", exact=True)
    expect(lapses).to_have_value("15")
    expect(lapses).to_have_accessible_description("1 second to 30 days")
    seat.check_accessible()
    lapses.fill("20")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("table", name="Queues", exact=True)).to_be_visible()
    queues = robin.get("/admin/queues")["items"]
    (sales,) = (one for one in queues if one["id"] == desk.sales)
    assert sales["options"]["claim_idle_seconds"] == 1_200
    assert sales["options"]["capacity_per_agent"] == 200


def test_the_organizations_file_limits_hold_for_everybody(sit: Sit, robin: Person) -> None:
    """ATT-07, ATT-08, ATT-09: up to what the system takes, for everybody at once."""
    page = sit(ADMIN).open("/admin/system")
    files = page.get_by_role("group", name="Files", exact=True)
    one = files.get_by_role("spinbutton", name="One file, in MB")
    expect(one).to_have_value("2")
    one.fill("2.5")
    files.get_by_role("button", name="Save", exact=True).click()
    assert one.evaluate("field => field.validity.rangeOverflow")
    one.fill("0.6")
    files.get_by_role("spinbutton", name="Number of files").fill("3")
    files.get_by_role("button", name="Save", exact=True).click()
    widest = files.get_by_role("button", name="As much as the system takes", exact=True)
    expect(widest).to_be_visible()

    limits = robin.get("/bootstrap")["limits"]
    assert (limits["file_bytes"], limits["message_bytes"], limits["files"]) == (
        600_000,
        3_500_000,
        3,
    )
    page.reload()
    expect(one).to_have_value("0.6")
    widest.click()
    expect(widest).to_have_count(0)
    expect(one).to_have_value("2")


def test_an_alert_tone_is_brought_from_a_file_and_taken_away_again(sit: Sit, robin: Person) -> None:
    """ADM-05: everybody's, by its file's name; what is no sound is refused in words."""
    page = sit(ADMIN).open("/admin/system")
    tone = page.get_by_role("combobox", name="Alert tone")
    expect(tone).to_have_value("none")
    for name, content in (("fake.wav", b"no sound"), ("bell.wav", wav())):
        picked: FilePayload = {"name": name, "mimeType": "audio/wav", "buffer": content}
        page.locator("input[type=file]").set_input_files(picked)
        if name == "fake.wav":
            expect(page.get_by_role("alert").first).to_be_visible()
            expect(tone).to_have_value("none")
    expect(tone).to_have_value("own")
    assert robin.get("/admin/organization")["alert_tone"]["name"] == "bell"

    tone.select_option("none")
    expect(tone).to_have_value("none")
    assert robin.get("/admin/organization")["alert_tone"] is None


def test_the_guard_counts_within_as_many_seconds_as_an_admin_says(sit: Sit, robin: Person) -> None:
    """ADM-02: said while it is off, so that it holds up nobody here."""
    seat = sit(ADMIN)
    before = robin.get("/admin/organization")["guard"]
    assert not before["enabled"]
    for seconds in ("90", str(before["per_user_seconds"])):
        page = seat.open("/admin/system")
        guard = page.get_by_role("group", name="Limits against abuse", exact=True)
        on = guard.get_by_role("switch", name="Check every text before it leaves")
        on.check()
        named = "Texts of one person: within how many seconds"
        guard.get_by_role("spinbutton", name=named, exact=True).fill(seconds)
        on.uncheck()
        with page.expect_response("**/admin/organization") as told:
            guard.get_by_role("button", name="Save", exact=True).click()
        assert told.value.ok
        known = robin.get("/admin/organization")["guard"]
        assert known == {**before, "per_user_seconds": int(seconds)}


def test_adm_2_a_queue_is_deleted_and_asks_where_its_customers_go(
    stack: Running, sit: Sit, robin: Person, person: People, desk: Desk
) -> None:
    """ADM-2, ADM-04: not while a number leads there; who waits goes to the queue that is chosen."""
    queue = _leads(robin, desk)
    customer = customer_of(desk)
    stack.text_us(customer, ADMINS_NUMBER, "Anybody there?")
    wait_until(lambda: _queue(robin, queue)["waiting_count"] == 1, SECONDS, every=0.3)
    seat = sit(ADMIN)
    page = seat.open(f"/admin/queues/{queue}")
    ask = page.get_by_role("button", name="Delete queue", exact=True)
    ask.click()
    dialog = page.get_by_role("alertdialog", name="Delete Leads?", exact=True)
    expect(dialog).to_contain_text(f"Texts to {shown(ADMINS_NUMBER)} still come here.")
    dialog.get_by_role("button", name="OK", exact=True).click()
    _number(robin, route={"kind": "queue", "queue_id": desk.sales})
    page = seat.open(f"/admin/queues/{queue}")
    ask.click()
    where = dialog.get_by_role("combobox", name="1 open conversation goes to")
    where.select_option(desk.sales)
    seat.check_accessible()
    dialog.get_by_role("button", name="Delete queue", exact=True).click()
    listed = page.get_by_role("table", name="Queues", exact=True)
    expect(listed).to_be_visible()
    expect(listed.get_by_role("rowheader", name="Leads", exact=True)).to_have_count(0)
    assert person(desk.alice).waiting(desk.sales, customer)["counterpart"]["number"] == customer
    page.get_by_role("link", name="Audit", exact=True).click()
    entry = page.get_by_role("table", name="Audit", exact=True).get_by_role("row").nth(1)
    expect(entry).to_contain_text("Queue Leads deleted")
    expect(entry).to_contain_text("Robin Admin")


def _leads(robin: Person, desk: Desk) -> str:
    """A queue of one's own, to which the admin's number leads."""
    made = robin.send("POST", "/admin/queues", {"name": "Leads", "agents": [desk.alice]})
    queue = str(made["id"])
    _number(robin, route={"kind": "queue", "queue_id": queue})
    return queue


def _queue(robin: Person, queue: str) -> Json:
    (found,) = (one for one in robin.get("/admin/queues")["items"] if one["id"] == queue)
    return dict(found)


def test_a_page_of_administration_is_not_there_for_others(sit: Sit) -> None:
    page = sit(PAT).open("/admin/numbers")

    expect(page.get_by_role("heading", name="Page not found", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Admin", exact=True)).to_have_count(0)


def test_set_1_2_what_one_sets_is_kept(stack: Running, sit: Sit, person: People) -> None:
    """SET-1, SET-2, DESK-01, DESK-03, ADM-07: at once, after a reload, denser, and in Spanish."""
    seat = sit(PAT)
    page = seat.open("/settings")
    desk_phone = page.get_by_role("switch", name="Text Messages to Desk Phone", exact=True)
    expect(desk_phone).to_have_accessible_description(
        "SMS always goes to the portal and the iOS app."
    )
    seat.check_accessible()
    held = seat.hold("**/api/v1/settings", "PATCH")
    with page.expect_request(lambda request: request.method == "PATCH"):
        desk_phone.set_checked(checked=False)
    page.get_by_role("radio", name="Dark", exact=True).check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("radio", name="Compact", exact=True).check()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.get_by_role("combobox", name="Language", exact=True).select_option("es")
    held.let_go()  # another language is another start of the page: nothing is lost by it
    expect(page.locator("html[lang=es]")).to_be_attached()
    expect(page.get_by_role("heading", name="Ajustes", level=1, exact=True)).to_be_visible()
    seat.check_accessible()

    settings = person(PAT).get("/settings")
    assert (settings["desk_phone"], settings["language"]) == (False, "es")
    assert settings["density"] == "compact"
    back = {"language": None, "theme": "system", "density": "comfortable"}
    person(PAT).send("PATCH", "/settings", back)
    expect(page.locator("html[lang=en]")).to_be_attached()
    expect(page.locator("html[data-theme]")).to_have_count(0)
    person(PAT).send("PATCH", "/settings", {"desk_phone": True})
    assert stack.portal in page.url


def test_call_1_and_2_without_a_phone_system_the_device_dials(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """CALL-01, ERR-09: Call beside a text, and no video; a video beside a chat, and its address."""
    number = desk.customer(9_000 + desk.index)
    stack.text_us(number, desk.number, "Call me")
    conversation = person(desk.alice).conversation_with(number)["id"]
    page = sit(desk.alice).open(f"/messages/{conversation}")

    link = page.get_by_role("link", name="Call", exact=True)
    expect(link).to_have_attribute("href", f"tel:{number}")
    expect(page.get_by_role("button", name="Start video", exact=True)).to_have_count(0)

    chat = person(desk.alice).chat_with(desk.dana)
    page.goto(f"/messages/{chat}")
    page.context.route("https://video.example.test/**", lambda route: route.fulfill(body="here"))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Start video", exact=True).click()
    opened.value.wait_for_url("https://video.example.test/*")
    said = page.get_by_role("article").filter(has_text="Video: https://video.example.test/").last
    expect(said.get_by_role("link", name=opened.value.url, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Call", exact=True)).to_have_count(0)
