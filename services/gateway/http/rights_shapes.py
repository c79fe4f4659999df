"""What a person may do and has set for themselves, as a bootstrap says it."""

from typing import Literal

from services.gateway.http.bases import Shown


class SmsState(Shown):
    """Whether this person can text at all, and the first reason why not."""

    usable: bool
    reason: Literal["system-off", "user-off", "no-number"] | None


class Messaging(Shown):
    sms: SmsState


class Settings(Shown):
    """What this person set for themselves; `/settings` changes it."""

    desk_phone: bool
    alerts: bool
    tone: bool
    title_flash: bool
    shortcuts: bool
    theme: Literal["system", "light", "dark"]
    density: Literal["comfortable", "compact"]
    language: Literal["en", "es"] | None


class Calling(Shown):
    """`ring`: POST /calls rings the user's own phone; `tel`: open a `tel:` address instead."""

    voice: Literal["ring", "tel"]
    video: bool
