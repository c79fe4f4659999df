"""Time: an operator goes back and forth in the log, and sees what was, and what somebody saw."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.portal.harness import SECONDS, Json, Person, Sit, customer_of, shown
from tests.support.desks import OPERATOR, Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

People = Callable[[str], Person]
#: Facts of one turn of a conversation and its queue.
TURN_FACTS = 12


class Afternoon:
    """A customer who waits, is claimed and answered, and how long the log was at each turn."""

    def __init__(self, stack: Running, alice: Person, olga: Person, desk: Desk) -> None:
        self.alice, self.olga, self.desk = alice, olga, desk
        self.number = customer_of(desk)
        alice.work(desk.support)
        stack.text_us(self.number, desk.support_number, "Anybody there?")
        self.id = str(alice.waiting(desk.support, self.number)["conversation_id"])
        self.waited = self._when(lambda past: _place(past).get("state") == "waiting")
        place = f"/queues/{desk.support}/conversations/{self.id}"
        alice.send("POST", f"{place}/claim")
        self.claimed = self._when(lambda past: _place(past).get("holder"))
        alice.send("PUT", f"/conversations/{self.id}/read", {"up_to": 1})
        stack.text_us(self.number, desk.support_number, "Hello??")
        self.hurried = self._when(lambda past: _texts(past)[-1:] == ["Hello??"])
        alice.say(self.id, "Yes, I am here", epoch=1)
        self.answered = self._when(lambda past: _states(past)[-1:] == ["delivered"])

    @property
    def address(self) -> str:
        return f"/operator/time?queue={self.desk.support}&conversation={self.id}"

    def past(self, **at: int) -> Json:
        return self.olga.get("/operator/past", queue=self.desk.support, conversation=self.id, **at)

    def _when(self, is_so: Callable[[Json], Any]) -> int:
        """Wait until it is so, and give the position at which it became so."""

        def holds(past: Json) -> bool:
            return past["conversation"] is not None and bool(is_so(past))

        def so() -> int:
            past = self.past()
            return int(past["position"]) if holds(past) else 0

        last = int(wait_until(so, SECONDS, every=0.3))
        recent = [one["position"] for one in self.past(position=last)["facts"][:TURN_FACTS]]
        became = (at for at in recent if not holds(self.past(position=at - 1)))
        return max(became, default=last)


def _place(past: Json) -> Json:
    return past["conversation"]["place"] or {}


def _texts(past: Json) -> list[str]:
    return [one["text"] for one in past["conversation"]["items"] if one["type"] == "message"]


def _states(past: Json) -> list[str]:
    return [one["state"] for one in past["conversation"]["items"] if one["type"] == "message"]


def _pane(page: Page, which: str) -> Locator:
    return page.locator(f"[data-pane={which}]")


def _stands_at(page: Page, position: int) -> None:
    expect(page.locator("header [data-position]")).to_have_attribute("data-position", str(position))


def _shows(page: Page, past: Json) -> None:
    """The panes say what the log says, line by line."""
    _stands_at(page, past["position"])
    lines = _pane(page, "conversation").locator("[data-msg-id]")
    expect(lines).to_have_count(len(_texts(past)))
    states = [one.get_attribute("data-state") for one in lines.all()]
    assert states == _states(past)
    for line, text in zip(lines.all(), _texts(past), strict=True):
        expect(line).to_contain_text(text)
    for place in ("waiting", "claimed"):
        which = "held" if place == "claimed" else place
        places = _pane(page, "queue").locator(f"[data-place={place}]")
        expect(places).to_have_count(len(past["queue"][which]))


def test_ops_4_and_5_the_past_is_walked_through_and_nothing_can_be_done_there(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """By slider, steps, fields and player; the address brings one back to the same moment."""
    told = Afternoon(stack, person(desk.alice), person(OPERATOR), desk)
    seat = sit(OPERATOR)
    page = seat.open(told.address)
    expect(_pane(page, "conversation")).to_contain_text("Yes, I am here")
    expect(page.get_by_role("alert")).to_have_count(0)

    _goes_to(page, told.waited)
    _shows(page, told.past(position=told.waited))
    expect(_pane(page, "queue")).to_contain_text(shown(told.number))
    _offers_nothing(page)
    _steps(page, told)

    expect(page).to_have_url(re.compile(rf"position={told.claimed}\b"))
    page.reload()
    _shows(page, told.past(position=told.claimed))
    clock = told.past(position=told.hurried)["at"]
    page.get_by_role("textbox", name="Go to time").fill(clock)
    page.get_by_role("button", name="Go: Go to time").click()
    expect(_pane(page, "conversation")).to_contain_text("Hello??")
    page.get_by_role("combobox", name="Speed").select_option("100")
    page.get_by_role("button", name="Play").click()
    expect(_pane(page, "conversation").locator("[data-state=delivered]")).to_have_count(1)
    page.get_by_role("button", name="Return to now").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("position="))


def _goes_to(page: Page, position: int) -> None:
    field = page.get_by_role("textbox", name="Go to position")
    field.fill(str(position))
    field.press("Enter")
    _stands_at(page, position)


def _offers_nothing(page: Page) -> None:
    """There is a warning, and no way to say or change anything."""
    expect(page.get_by_role("alert")).to_contain_text("Viewing the past.")
    expect(page.get_by_role("alert")).to_contain_text("Nothing here can be sent.")
    expect(page.get_by_role("textbox", name="Type your message")).to_have_count(0)
    acts = page.get_by_role("button", name=re.compile("Claim|Send|Close|Release"))
    expect(acts).to_have_count(0)
    expect(page.get_by_role("switch")).to_have_count(0)


def _steps(page: Page, told: Afternoon) -> None:
    """By the slider's keys and by the buttons; from where somebody waits to where they are held."""
    slider = page.get_by_role("slider", name="Position")
    slider.press("ArrowRight")
    _shows(page, told.past(position=told.waited + 1))
    slider.press("PageDown")
    _stands_at(page, max(0, told.waited + 1 - 100))
    slider.press("PageUp")
    _stands_at(page, max(told.waited + 1, 100))
    _goes_to(page, told.claimed)
    _shows(page, told.past(position=told.claimed))
    expect(_pane(page, "queue")).to_contain_text("Alice holds")
    page.get_by_role("button", name="Previous fact").click()
    _shows(page, told.past(position=told.claimed - 1))
    page.get_by_role("button", name="Next fact").click()
    _stands_at(page, told.claimed)


def test_ops_6_and_7_what_somebody_saw_and_what_changed_since(
    stack: Running, sit: Sit, person: People, desk: Desk
) -> None:
    """From a message of hers to her list and thread as of then; and two positions side by side."""
    told = Afternoon(stack, person(desk.alice), person(OPERATOR), desk)
    seat = sit(OPERATOR)
    page = seat.open(f"{told.address}&position={told.answered}")
    seat.check_accessible()
    page.get_by_role("button", name="What did Alice see?").click()
    seen = page.get_by_role("region", name="What Alice saw")
    thread = seen.get_by_role("list", name="Alice's thread")
    expect(thread.locator("[data-msg-id]")).to_have_text([re.compile("Anybody there")])
    expect(seen.get_by_role("list", name=re.compile("may not have been seen"))).to_contain_text(
        "Hello??"
    )
    entry = seen.get_by_role("region", name="Alice's list").locator(f"[data-conv-id='{told.id}']")
    expect(entry).to_contain_text("Anybody there?")
    seat.check_accessible()
    seen.get_by_role("button", name="Back").click()

    page.get_by_role("textbox", name="Compare with position").fill(str(told.waited))
    page.get_by_role("button", name="Compare", exact=True).click()
    compared = page.get_by_role("region", name="Comparison")
    place = compared.locator("[data-thing=place][data-kind=changed]").first
    expect(place).to_contain_text("waiting → claimed, Alice")
    added = compared.locator("[data-thing=message][data-kind=added]")
    expect(added).to_contain_text(["Hello??", "Yes, I am here"])
    seat.check_accessible()

    small = sit(OPERATOR, mobile=True)
    small.open(f"{told.address}&position={told.answered}")
    expect(_pane(small.page, "conversation")).to_contain_text("Yes, I am here")
    small.check_accessible()
    small.check_touchable()
    other = sit(desk.alice)
    other.open("/operator/time")
    expect(other.page.get_by_role("slider")).to_have_count(0)
