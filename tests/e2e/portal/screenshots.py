"""Pictures of the portal: `make screenshots`.

Starts Tandem with its demo tenant (or takes the running one whose home TEST_TANDEM names), plays
an afternoon at Support, and writes docs/pictures/portal-{light,dark,mobile}.png for the README, and
every page and its main states into test-artifacts/screenshots/, to be looked at.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.portal.harness import CHROMIUM, ROOT, SECONDS, Json, Person, Seat
from tests.support.system import Running, running_system
from tests.support.waiting import wait_until

PICTURES = ROOT / "docs/pictures"
#: Not kept: whoever changed a page looks at them.
EVERYTHING = ROOT / "test-artifacts/screenshots"
#: Wait for what moves in, not for what turns for ever.
_SETTLED = """() => Promise.all(document.getAnimations()
  .filter(one => one.effect.getTiming().iterations !== Infinity)
  .map(one => one.finished.catch(() => 0)))"""
#: What is longer in an address is an id.
LONGEST_NAME = 20
SUPPORT, ALICES = "+12025550100", "+12025550101"
CUSTOMER, QUESTION = "+12025550167", "The chair came with a broken leg, see the picture."
LOOKS: dict[str, Json] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "mobile": {"mobile": True, "device_scale_factor": 2},
}


def main() -> None:
    """Take them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _stack() as stack, sync_playwright() as playwright:
        alice, dana = (Person.sign_in(stack, who, "127.0.6.1") for who in ("alice", "dana"))
        conversation = _afternoon(stack, alice, dana)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        sam = Person.sign_in(stack, "sam", "127.0.6.2")
        for name, look in LOOKS.items():
            seat = Seat.take(chromium, alice, **look)
            _readmes(seat, conversation, PICTURES / f"portal-{name}.png")
            folder = EVERYTHING / name
            folder.mkdir(parents=True, exist_ok=True)
            _pages(seat, ["/messages", "/history", f"/history/{conversation}"], folder)
            _states(seat, conversation, folder)
            seat.leave()
            seat = Seat.take(chromium, sam, **look)
            _pages(seat, _every_page(seat), folder)
            seat.leave()
        chromium.close()


def _readmes(seat: Seat, conversation: str, path: Path) -> None:
    seat.open(f"/messages/{conversation}")
    expect(seat.article("I'll call ahead")).to_contain_text("Delivered")
    expect(seat.page.locator("[data-file] img").first).to_be_visible()
    seat.page.locator("[data-file] img").first.evaluate("image => image.decode()")
    seat.page.screenshot(path=path)


def _pages(seat: Seat, paths: list[str], folder: Path) -> None:
    for path in paths:
        page = seat.open(path)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        name = "-".join(part for part in path.split("/") if part and len(part) < LONGEST_NAME)
        _picture(page, folder, name)


def _every_page(seat: Seat) -> list[str]:
    """Give what the rail and the admin's own menu lead to, and what nothing leads to."""
    found = ["/settings", "/messages/new", "/nowhere"]
    for path in ("/messages", "/admin"):
        seat.open(path)
        expect(seat.page.locator("[aria-busy=true]")).to_have_count(0)
        found += seat.page.locator("nav a[href^='/']").evaluate_all(
            "links => links.map(a => a.getAttribute('href')).filter(h => !h.includes('-'))"
        )
    return sorted(set(found))


def _states(seat: Seat, conversation: str, folder: Path) -> None:
    """Open what a press opens: menus, dialogs, the list of keys."""
    page = seat.open(f"/messages/{conversation}")
    expect(page.locator("body[data-keys]")).to_be_attached()
    for name in ("Transfer", "More actions", "Message actions", "Conversation details"):
        button = page.get_by_role("button", name=name, exact=True)
        if button.count():
            button.last.click()
            _picture(page, folder, f"open-{name.lower().replace(' ', '-')}")
            page.keyboard.press("Escape")
    page.locator("body").press("Control+k")
    _picture(page, folder, "open-switcher")
    page.keyboard.press("Escape")
    page.locator("main h1, main h2, main header").first.click()
    page.keyboard.press("?")
    _picture(page, folder, "open-keys")
    page.keyboard.press("Escape")


def _picture(page: Page, folder: Path, name: str) -> None:
    page.evaluate(_SETTLED)
    page.screenshot(path=folder / f"{name}.png")


def _afternoon(stack: Running, alice: Person, dana: Person) -> str:
    """Claim the broken chair, answer it, and leave the list as a desk looks at three."""
    alice.work("support")
    dana.work("support")
    waiting = alice.waiting("support", CUSTOMER)
    conversation = str(waiting["conversation_id"])
    held = alice.send("POST", f"/queues/support/conversations/{conversation}/claim")
    epoch = held["state"]["epoch"]
    alice.say(conversation, "Oh no, I'm sorry! A new leg goes out today.", epoch)
    _is_delivered(alice, conversation)
    stack.text_us(CUSTOMER, SUPPORT, "That was quick 😊 Will it be here by Friday?", wait=True)
    alice.is_told(conversation, 3)
    alice.say(conversation, "Yes, with the morning van.", epoch)
    alice.say(conversation, "I'll call ahead.", epoch)
    chat = dana.chat_with("alice")
    dana.say(chat, "Lunch at one?")
    group = {"kind": "group", "to": ["dana", "sam"], "name": "Front desk"}
    team = str(alice.send("POST", "/conversations", group)["id"])
    dana.say(team, "The van is back.")
    alice.say(team, "Great, thank you!")
    stack.text_us("+12025550188", ALICES, "See you at three then.", wait=True)
    return conversation


def _is_delivered(alice: Person, conversation: str) -> None:
    """A customer answers what they have read."""
    path = f"/conversations/{conversation}/messages"
    wait_until(lambda: alice.get(path)["items"][-1].get("state") == "delivered", SECONDS, every=0.2)


@contextlib.contextmanager
def _stack() -> Iterator[Running]:
    home = os.environ.get("TEST_TANDEM")
    if home is None:
        with running_system() as running:
            yield running
        return
    running = Running("", httpx.Client(), Path(home))
    address = running.state["addresses"]["phone"]
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield Running(address, client, Path(home))


if __name__ == "__main__":
    main()
