"""What people set for themselves, for the stories of the gateway's tests."""

from schemas.device import DeviceForgotten, DeviceRegistered
from schemas.directory import PersonalSettings, SettingsChosen
from tests.support.gateway_words import Story


def chosen(story: Story, name: str = "alice") -> Story:
    """Let a person keep texts off their desk phone."""
    who = story.person(name)
    event = SettingsChosen(extension_id=who, settings=PersonalSettings(desk_phone=False))
    story.tell(f"extension/{who}", f"extension/{who}", event)
    return story


def equipped(story: Story, name: str = "alice") -> Story:
    """Let a person register a phone, and another one that is gone soon."""
    who = story.person(name)
    stream = f"devices/{who}"
    for device_id in (f"{who}-1", f"{who}-2"):
        event = DeviceRegistered(
            recipient=who,
            device_id=device_id,
            platform="apns",
            token="a1b2",
            app="com.example.texts",
            name="My phone",
            signed_in="session/s-1",
        )
        story.tell(stream, stream, event)
    gone = DeviceForgotten(recipient=who, device_id=f"{who}-2", reason="gone")
    story.tell(stream, stream, gone)
    return story
