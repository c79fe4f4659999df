"""What people set for themselves, for the stories of the gateway's tests."""

from schemas.directory import PersonalSettings, SettingsChosen
from tests.support.gateway_words import Story


def chosen(story: Story, name: str = "alice") -> Story:
    """Let a person keep texts off their desk phone."""
    who = story.person(name)
    event = SettingsChosen(extension_id=who, settings=PersonalSettings(desk_phone=False))
    story.tell(f"extension/{who}", f"extension/{who}", event)
    return story
