"""Attachments: portal.md §8.6."""

import base64
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.e2e.portal.harness import Json, Person, Seat, Sit, customer_of, text_them
from tests.support import town
from tests.support.desks import Desk
from tests.support.pictures import encoded, photo
from tests.support.system import Running
from tests.support.waiting import wait_until

MB = 1_000_000
#: Bytes a second: slow enough to watch.
SLOW = 500_000
PIECES = "**/api/v1/uploads/*"
SMALL = encoded(photo(200, 120), "PNG")

People = Callable[[str], Person]


@pytest.fixture
def thread(stack: Running, sit: Sit, person: People, desk: Desk) -> tuple[Seat, str]:
    """Alice at an open conversation with a customer; and the customer's number."""
    [customer] = text_them(stack, desk, 1)
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    seat.open(f"/messages/{conversation}")
    expect(seat.composer).to_be_focused()
    return seat, customer


def a_file(name: str, content: bytes, kind: str = "application/octet-stream") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def pdf(size: int, name: str = "plan.pdf") -> FilePayload:
    return a_file(name, b"%PDF-1.7\n".ljust(size, b"\0"), "application/pdf")


def choose(seat: Seat, *files: FilePayload) -> None:
    with seat.page.expect_file_chooser() as chooser:
        seat.page.get_by_role("button", name="Attach files", exact=True).click()
    chooser.value.set_files(list(files))


def bring(seat: Seat, how: str, file: FilePayload) -> None:
    """Drop or paste a file: what a browser makes of a person's hand."""
    target = "main" if how == "drop" else "textarea"
    seat.page.locator(target).last.evaluate(
        """(target, [how, name, type, text]) => {
            const data = new DataTransfer();
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            data.items.add(new File([bytes], name, { type }));
            const options = { bubbles: true, cancelable: true };
            const event = how === 'drop'
                ? new DragEvent('drop', { ...options, dataTransfer: data })
                : new ClipboardEvent('paste', { ...options, clipboardData: data });
            if (how === 'drop')
                target.dispatchEvent(
                    new DragEvent('dragenter', { ...options, dataTransfer: data }));
            target.dispatchEvent(event);
        }""",
        [how, file["name"], file["mimeType"], base64.b64encode(file["buffer"]).decode()],
    )


def tiles(seat: Seat) -> Locator:
    return seat.page.get_by_role("list", name="Attachments", exact=True).get_by_role("listitem")


def send_button(seat: Seat) -> Locator:
    return seat.page.get_by_role("button", name="Send message", exact=True)


def alert(seat: Seat, text: str) -> Locator:
    return seat.page.get_by_role("alert").filter(has_text=text)


def at_the_carrier(stack: Running, customer: str) -> Json:
    """Wait for the one text of ours with files that reached this customer."""

    def found() -> list[Json]:
        sent = [one for one in stack.history(kind="text") if one.get("recipients") == [customer]]
        return [one for one in sent if one["files"]]

    [text] = wait_until(found, 30, every=0.2) or []
    return text


def test_att_1_files_come_by_picker_drop_and_paste(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    choose(seat, pdf(2_000, "chosen.pdf"))
    bring(seat, "drop", pdf(2_000, "dropped.pdf"))
    bring(seat, "paste", a_file("pasted.png", SMALL, "image/png"))
    expect(tiles(seat)).to_have_count(3)
    for name in ("chosen.pdf", "dropped.pdf", "pasted.png"):
        expect(tiles(seat).filter(has_text=name)).to_have_attribute("data-upload", "done")
    expect(seat.composer).to_be_focused()


def test_att_2_and_7_sending_waits_for_every_upload(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    network = seat.context.new_cdp_session(seat.page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    network.send("Network.emulateNetworkConditions", slow)
    choose(seat, pdf(MB, "one.pdf"), pdf(MB, "two.pdf"))
    bars = [
        seat.page.get_by_role("progressbar", name=f"Uploading {name}", exact=True)
        for name in ("one.pdf", "two.pdf")
    ]
    for bar in bars:
        expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    expect(send_button(seat)).to_be_disabled()
    expect(send_button(seat)).to_have_accessible_description("Uploading 1 of 2")

    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    expect(send_button(seat)).to_be_enabled()
    expect(seat.composer).to_have_value("")

    seat.page.route(PIECES, _cut)
    choose(seat, pdf(1_000, "broken.pdf"))
    retry = seat.page.get_by_role("button", name="Retry broken.pdf", exact=True)
    expect(retry).to_be_visible()
    expect(send_button(seat)).to_be_disabled()
    seat.page.unroute(PIECES)
    retry.click()
    expect(tiles(seat).last).to_have_attribute("data-upload", "done")
    seat.page.get_by_role("button", name="Remove broken.pdf", exact=True).click()
    expect(tiles(seat)).to_have_count(2)
    expect(send_button(seat)).to_be_enabled()


def test_att_3_to_6_what_may_not_come_is_refused_in_words(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    picker = seat.page.locator("input[type=file]")
    expect(picker).to_have_attribute("accept", re.compile(r"\.jpg,.*\.pdf,.*\.mp4"))

    choose(seat, a_file("setup.exe", b"MZ" * 50))
    expect(alert(seat, "setup.exe: this file type can't be sent.")).to_be_visible()
    choose(seat, pdf(2 * MB + 1, "big.pdf"))
    expect(alert(seat, "big.pdf is too big. Each file can be at most 2 MB.")).to_be_visible()
    choose(seat, pdf(2 * MB, "full.pdf"), pdf(MB * 3 // 2, "rest.pdf"))
    expect(tiles(seat)).to_have_count(2)
    choose(seat, a_file("more.csv", b"a"))
    expect(alert(seat, "These files are more than 3.5 MB together.")).to_be_visible()
    expect(tiles(seat)).to_have_count(2)

    for name in ("full.pdf", "rest.pdf"):
        seat.page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    expect(tiles(seat)).to_have_count(0)
    choose(seat, *(a_file(f"{n}.csv", b"a,b\n") for n in range(11)))
    expect(alert(seat, "You can attach up to 10 files.")).to_be_visible()
    expect(tiles(seat)).to_have_count(10)


def test_att_8_and_9_a_large_photo_leaves_small_and_a_small_picture_as_it_is(
    stack: Running, thread: tuple[Seat, str]
) -> None:
    seat, customer = thread
    large = encoded(photo(2600, 1800), "JPEG", quality=97)
    assert len(large) > 2 * MB
    choose(seat, a_file("photo.jpg", large, "image/jpeg"), a_file("small.png", SMALL, "image/png"))
    expect(tiles(seat).first).to_contain_text("Resized from")
    expect(send_button(seat)).to_be_enabled()
    seat.write(f"The chair, {customer}")
    bubble = seat.article(f"The chair, {customer}")
    expect(bubble.get_by_role("button", name="Open photo.jpg", exact=True)).to_be_visible()
    expect(tiles(seat)).to_have_count(0)
    expect(bubble).to_have_attribute("data-state", "delivered")

    text = at_the_carrier(stack, customer)
    assert text["text"] == f"The chair, {customer}"
    first, second = (stack.client.get(file["url"]).content for file in text["files"])
    assert 450_000 <= len(first) <= 650_000
    with Image.open(BytesIO(first)) as picture:
        assert picture.width / picture.height == pytest.approx(2600 / 1800, rel=0.01)
        assert not picture.getexif()
    assert second == SMALL


def test_att_10_pictures_that_come_keep_their_place(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    customer = customer_of(desk)
    stack.text_us(customer, desk.number, "Two pictures", files=[_given("a"), _given("b")])
    conversation = person(desk.alice).conversation_with(customer)["id"]
    seat = sit(desk.alice)
    seat.open(f"/messages/{conversation}")
    pictures = seat.article("Two pictures").locator("[data-file=stored] img")
    expect(pictures).to_have_count(2)
    for name in ("a.png", "b.png"):
        expect(seat.page.get_by_role("button", name=f"Open {name}", exact=True)).to_be_visible()

    held = seat.hold("**/files/*?size=small", "GET")
    seat.page.reload()
    row = seat.article("Two pictures")
    expect(pictures).to_have_count(2)
    before = row.evaluate("row => row.getBoundingClientRect().height")
    held.let_go()
    pictures.last.evaluate("image => image.decode()")
    assert row.evaluate("row => row.getBoundingClientRect().height") == before


def test_att_11_a_toll_free_number_sends_no_files(sit: Sit, person: People, desk: Desk) -> None:
    alice = person(town.ALICE)
    body = {"kind": "sms", "to": [customer_of(desk)], "from": town.TOLL_FREE}
    conversation = alice.send("POST", "/conversations", body)["id"]
    seat = sit(town.ALICE)
    seat.open(f"/messages/{conversation}")
    words = "Toll-free numbers can't send attachments"
    button = seat.page.get_by_role("button", name="Attach files", exact=True)
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(words)
    for how in ("drop", "paste"):
        bring(seat, how, pdf(100))
        expect(alert(seat, words)).to_be_visible()
        seat.page.get_by_role("button", name="Close", exact=True).last.click()
    expect(tiles(seat)).to_have_count(0)


def test_att_12_an_upload_survives_a_reload(stack: Running, thread: tuple[Seat, str]) -> None:
    seat, customer = thread
    held = seat.hold(PIECES, "PATCH")
    choose(seat, pdf(490_000))
    on_its_way = seat.page.locator("[data-upload=uploading]")
    expect(on_its_way).to_have_count(1)
    expect(seat.page.locator("[data-upload=preparing]")).to_have_count(0)
    seat.page.reload()
    expect(on_its_way).to_have_count(1)
    held.let_go()
    expect(tiles(seat)).to_have_attribute("data-upload", "done")
    send_button(seat).click()
    [file] = at_the_carrier(stack, customer)["files"]
    assert len(stack.client.get(file["url"]).content) == 490_000


def test_a_tray_is_accessible(thread: tuple[Seat, str]) -> None:
    seat, _ = thread
    choose(seat, pdf(1_000), a_file("small.png", SMALL, "image/png"))
    expect(send_button(seat)).to_be_enabled()
    seat.page.route(PIECES, _cut)
    choose(seat, pdf(1_000, "broken.pdf"))
    expect(seat.page.get_by_role("button", name="Retry broken.pdf")).to_be_visible()
    seat.check_accessible()


def _cut(route: Route) -> None:
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()


def _given(name: str) -> dict[str, str]:
    content = base64.b64encode(encoded(photo(300, 200), "PNG")).decode()
    return {"name": f"{name}.png", "media_type": "image/png", "content_base64": content}
