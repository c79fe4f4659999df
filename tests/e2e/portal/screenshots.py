"""Pictures of the portal for the README: `python -m tests.e2e.portal.screenshots`.

Starts Tandem with its demo tenant (or takes the running one whose home TEST_TANDEM names), plays
an afternoon at Support, and writes docs/pictures/portal-{light,dark,mobile}.png.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import expect, sync_playwright

from tests.e2e.portal.harness import CHROMIUM, ROOT, SECONDS, Json, Person, Seat
from tests.support.system import Running, running_system
from tests.support.waiting import wait_until

PICTURES = ROOT / "docs/pictures"
SUPPORT, ALICES = "+12025550100", "+12025550101"
CUSTOMER, QUESTION = "+12025550167", "The chair came with a broken leg, see the picture."
LOOKS: dict[str, Json] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "mobile": {"mobile": True, "device_scale_factor": 2},
}


def main() -> None:
    """Take the three."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _stack() as stack, sync_playwright() as playwright:
        alice, dana = (Person.sign_in(stack, who, "127.0.6.1") for who in ("alice", "dana"))
        conversation = _afternoon(stack, alice, dana)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, look in LOOKS.items():
            seat = Seat.take(chromium, alice, **look)
            seat.open(f"/messages/{conversation}")
            expect(seat.article("I'll call ahead")).to_contain_text("Delivered")
            expect(seat.page.locator("[data-file] img").first).to_be_visible()
            seat.page.locator("[data-file] img").first.evaluate("image => image.decode()")
            seat.page.screenshot(path=PICTURES / f"portal-{name}.png")
            seat.leave()
        chromium.close()


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
