"""What a screen reader is told of twelve screens: landmarks and headings (portal.md §9.1)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.portal.harness import Person, Sit
from tests.support.desks import ADMIN, DESKS, SUE

LIST = """
- navigation "Main"
- navigation "Conversations":
  - heading "Messages" [level=1]
  - searchbox "Search conversations"
  - tablist "Filter"
"""
ADMINS = """
- navigation "Main"
- main:
  - heading "Admin" [level=1]
  - navigation "Admin"
  - region "{0}"
"""
#: By address; what is not said here may be there as well.
SCREENS = {
    "messages": LIST + "- main",
    "messages/new": LIST
    + """
- main "New message":
  - form "New message"
""",
    "people": """
- navigation "Main"
- main:
  - heading "People" [level=1]
  - tablist "People"
  - tabpanel:
    - table "Teammates"
""",
    "history": """
- navigation "Main"
- main:
  - heading "Chat and SMS" [level=1]
  - searchbox "Search messages"
""",
    "usage": """
- navigation "Main"
- main:
  - heading "Usage" [level=1]
  - region "SMS usage"
  - region "By number":
    - table "By number"
  - region "By extension":
    - table "By extension"
  - region "By day":
    - table "By day"
""",
    "settings": """
- navigation "Main"
- main:
  - heading "Settings" [level=1]
  - region "Notifications"
  - region "Appearance"
  - region "Keyboard"
  - region "Password"
  - region "API keys":
    - form "New API key"
""",
    "admin/numbers": ADMINS.format("Numbers"),
    "admin/extensions": ADMINS.format("Extensions"),
    "admin/queues": ADMINS.format("Queues"),
    "admin/system": ADMINS.format("System"),
}
QUEUES = """
- navigation "Main"
- main:
  - heading "Queues" [level=1]
  - navigation
"""
CHAT = (
    LIST
    + """
- main /Conversation with .+/:
  - feed "Messages"
  - form "Message composer"
"""
)


@pytest.mark.parametrize("address", SCREENS)
def test_a_screen_has_its_landmarks_and_one_title(sit: Sit, address: str) -> None:
    seat = sit(ADMIN)
    page = seat.open(f"/{address}")
    expect(page.locator("body")).to_match_aria_snapshot(SCREENS[address])
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_queues_and_a_chat_have_theirs(sit: Sit, person: Callable[[str], Person]) -> None:
    page = sit(SUE).open("/queues")
    expect(page.locator("body")).to_match_aria_snapshot(QUEUES)
    alice = person(DESKS[0].alice)
    chat = alice.chat_with(DESKS[0].dana)
    alice.say(chat, "Hello")
    page = sit(alice.login).open(f"/messages/{chat}")
    expect(page.locator("body")).to_match_aria_snapshot(CHAT)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
