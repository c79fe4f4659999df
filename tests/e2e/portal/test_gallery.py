"""The media gallery: portal.md §8.7."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.portal.harness import Json, Person, Seat, Sit, customer_of
from tests.support.desks import Desk
from tests.support.pictures import encoded, photo
from tests.support.system import Running
from tests.support.waiting import wait_until

#: More than a page of 24, the last with two files.
MESSAGES = 30
PICTURE = encoded(photo(64, 48), "PNG")
People = Callable[[str], Person]


@pytest.fixture(scope="module")
def album() -> dict[str, str]:
    """The conversation with many files, made once."""
    return {}


@pytest.fixture
def gallery(
    stack: Running, sit: Sit, person: People, desk: Desk, album: dict[str, str]
) -> tuple[Seat, str, str]:
    """Alice at the conversation; its customer and its number."""
    if not album:
        album.update(_filled(stack, person(desk.alice), desk))
    seat = sit(album["alice"])
    seat.open(f"/messages/{album['conversation']}")
    return seat, album["customer"], album["number"]


def test_media_1_5_6_8_any_file_opens_with_its_details_and_can_be_kept(
    gallery: tuple[Seat, str, str], album: dict[str, str], tmp_path: Path
) -> None:
    seat, _, _ = gallery
    opener = seat.articles.last.get_by_role("button", name="Open 29-b.png", exact=True)
    opener.focus()
    opener.press("Enter")
    expect(_dialog(seat)).to_be_visible()
    expect(_dialog(seat).get_by_role("img", name="29-b.png", exact=True)).to_be_visible()
    names = _thumbnails(seat).evaluate_all("all => all.map(one => one.ariaLabel)")
    assert names == _names(seat.person, album["conversation"])[-len(names) :]
    assert names[-2:] == ["29-a.png", "29-b.png"]
    expect(_shown(seat)).to_have_accessible_name("29-b.png")

    _dialog(seat).get_by_role("button", name="Details", exact=True).click()
    details = _dialog(seat).get_by_role("region", name="File details", exact=True)
    for words in ("29-b.png", "image/png", "64 \u00d7 48", "KB"):
        expect(details).to_contain_text(words)
    seat.check_accessible()

    with seat.page.expect_download() as download:
        _dialog(seat).get_by_role("link", name="Download", exact=True).click()
    kept = tmp_path / "kept.png"
    download.value.save_as(kept)
    assert download.value.suggested_filename == "29-b.png"
    assert kept.read_bytes() == PICTURE

    seat.page.keyboard.press("Escape")
    expect(_dialog(seat)).to_have_count(0)
    expect(opener).to_be_focused()


def test_media_2_older_files_come_at_the_left_and_move_nothing(
    gallery: tuple[Seat, str, str],
) -> None:
    seat, _, _ = gallery
    seat.articles.last.get_by_role("button", name="Open 29-a.png", exact=True).click()
    expect(_shown(seat)).to_have_accessible_name("29-a.png")
    count = _thumbnails(seat).count()
    fourth = _thumbnails(seat).nth(3)
    name = str(fourth.get_attribute("aria-label"))
    fourth.click()
    expect(_shown(seat)).to_have_accessible_name(name)
    before = _shown(seat).bounding_box()
    expect(_thumbnails(seat)).not_to_have_count(count)
    after = _shown(seat).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) <= 1

    strip = seat.page.get_by_role("list", name="Thumbnails", exact=True)
    wait_until(lambda: _at_the_first(strip, _thumbnails(seat)), 20, every=0.2)
    asked: list[str] = []
    seat.page.on("request", lambda request: asked.append(request.url))
    strip.evaluate("strip => { strip.scrollLeft = 200; strip.scrollLeft = 0 }")
    expect(_dialog(seat).get_by_role("status")).to_contain_text("of 31")
    assert not [url for url in asked if "files?before" in url]


def test_media_4_and_7_keys_arrows_and_swipes(
    gallery: tuple[Seat, str, str], sit: Sit, album: dict[str, str]
) -> None:
    """RESP-02."""
    seat, _, _ = gallery
    seat.articles.last.get_by_role("button", name="Open 29-b.png", exact=True).click()
    status = _dialog(seat).get_by_role("status")
    expect(status).to_contain_text(re.compile(r"File \d+ of \d+"))
    last = int(re.findall(r"\d+", status.inner_text())[0])
    seat.page.keyboard.press("ArrowLeft")
    expect(status).to_contain_text(f"File {last - 1} of")
    _dialog(seat).get_by_role("button", name="Previous file", exact=True).click()
    expect(status).to_contain_text(f"File {last - 2} of")
    _dialog(seat).get_by_role("button", name="Next file", exact=True).click()
    seat.page.keyboard.press("ArrowRight")
    expect(status).to_contain_text(f"File {last} of")

    for key in ("f", "ArrowUp", "ArrowDown", "f"):
        toggle = _dialog(seat).locator("[aria-expanded]")
        was = toggle.get_attribute("aria-expanded")
        seat.page.keyboard.press(key)
        expect(toggle).to_have_attribute("aria-expanded", "false" if was == "true" else "true")
    expect(_dialog(seat).get_by_role("button", name="Hide thumbnails", exact=True)).to_be_visible()

    phone = sit(album["alice"], mobile=True)
    phone.open(f"/messages/{album['conversation']}")
    phone.articles.last.get_by_role("button", name="Open 29-b.png", exact=True).click()
    expect(_shown(phone)).to_have_accessible_name("29-b.png")
    _swipe(phone, 100, 220)
    expect(_shown(phone)).to_have_accessible_name("29-a.png")
    _swipe(phone, 220, 100)
    expect(_shown(phone)).to_have_accessible_name("29-b.png")
    phone.check_accessible()


# The last that looks at the album: it adds to it.
def test_media_3_files_that_come_meanwhile_appear_at_the_right(
    stack: Running, gallery: tuple[Seat, str, str], person: People, album: dict[str, str]
) -> None:
    seat, customer, number = gallery
    seat.articles.last.get_by_role("button").first.click()
    expect(_shown(seat)).to_have_count(1)
    count = _thumbnails(seat).count()
    stack.text_us(customer, number, "One more", files=[_given("30")], wait=True)
    _has_files(person(album["alice"]), album["conversation"], "30.png")
    _thumbnails(seat).last.click()
    expect(_thumbnails(seat)).to_have_count(count + 1)
    expect(_thumbnails(seat).last).to_have_accessible_name("30.png")


def _filled(stack: Running, alice: Person, desk: Desk) -> dict[str, str]:
    customer = customer_of(desk)
    for n in range(MESSAGES - 1):
        stack.text_us(customer, desk.number, f"Picture {n}", files=[_given(f"{n:02}")], wait=True)
    last = [_given("29-a"), _given("29-b")]
    conversation = str(alice.conversation_with(customer)["id"])
    alice.is_told(conversation, MESSAGES - 1)
    stack.text_us(customer, desk.number, "The last two", files=last, wait=True)
    _has_files(alice, conversation, "29-b.png", MESSAGES + 1)
    # Where much is unread, a thread opens where reading stopped (decision 0020).
    last_position = alice.get(f"/conversations/{conversation}")["last_position"]
    alice.send("PUT", f"/conversations/{conversation}/read", {"up_to": last_position})
    return {
        "alice": desk.alice,
        "conversation": conversation,
        "customer": customer,
        "number": desk.number,
    }


def _has_files(alice: Person, conversation: str, name: str, count: int = 1) -> None:
    def stored() -> bool:
        there = _names(alice, conversation)
        return name in there and len(there) >= count

    wait_until(stored, 120, every=0.5)


def _names(person: Person, conversation: str) -> list[str]:
    page = person.get(f"/conversations/{conversation}/files", limit=100)
    files = [file for item in page["items"] for file in item["files"]]
    return [file["name"] for file in files if file["state"] == "stored"]


def _given(name: str) -> Json:
    content = base64.b64encode(PICTURE).decode()
    return {"name": f"{name}.png", "media_type": "image/png", "content_base64": content}


def _dialog(seat: Seat) -> Locator:
    return seat.page.get_by_role("dialog", name="Media gallery", exact=True)


def _thumbnails(seat: Seat) -> Locator:
    return seat.page.get_by_role("list", name="Thumbnails", exact=True).get_by_role("button")


def _shown(seat: Seat) -> Locator:
    return seat.page.locator("[data-strip] [aria-current]")


def _at_the_first(strip: Locator, thumbnails: Locator) -> bool:
    strip.evaluate("strip => { strip.scrollLeft = 0 }")
    return thumbnails.count() > MESSAGES


def _swipe(seat: Seat, start: int, end: int) -> None:
    touch = seat.context.new_cdp_session(seat.page)
    for kind, x in (("touchStart", start), ("touchMove", (start + end) // 2), ("touchMove", end)):
        point = [{"x": x, "y": 300}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": point})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
