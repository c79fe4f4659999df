"""A queue's values, hours and automatic texts (DESIGN.md §7); part of the stem `directory`."""

from typing import Literal

from schemas.base import QueueId, Value

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
#: `manual`: whoever is quick; `offer`: the agent who has been idle longest is asked first.
Distribution = Literal["manual", "offer"]


class OpenSpan(Value, frozen=True, kw_only=True):
    """Open each week from a local time up to another one, "HH:MM"; "24:00" is midnight."""

    day: Weekday
    opens: str
    closes: str


class Holiday(Value, frozen=True, kw_only=True):
    """A date, "YYYY-MM-DD", with hours of its own; without any it is closed all day."""

    date: str
    name: str = ""
    opens: str | None = None
    closes: str | None = None


class BusinessHours(Value, frozen=True, kw_only=True):
    """When a queue is open, by the clocks of a place; a day may have several spans."""

    #: A name of the IANA time zone database.
    time_zone: str
    week: tuple[OpenSpan, ...] = ()
    holidays: tuple[Holiday, ...] = ()


class AutomaticTexts(Value, frozen=True, kw_only=True):
    """What the queue says by itself; None says nothing.

    At most one of them per conversation in five minutes; `{queue}` stands for the queue's name.
    """

    #: A customer begins to wait, and somebody may take it.
    greeting: str | None = None
    #: A customer begins to wait, the queue is open, and no agent is available.
    nobody_available: str | None = None
    #: A customer begins to wait outside the business hours.
    closed_hours: str | None = None
    #: An agent or a supervisor closes the conversation.
    goodbye: str | None = None


class QueueOptions(Value, frozen=True, kw_only=True):
    """A queue's values (DESIGN.md §7). Seconds, 1 s to 30 days; None is off."""

    capacity_per_agent: int = 5
    claim_idle_seconds: int | None = 900
    waiting_alert_seconds: int | None = 300
    inactive_close_seconds: int | None = 86_400
    last_agent_for_seconds: int | None = None
    away_logout_seconds: int | None = 900
    distribution: Distribution = "manual"
    #: How long one agent is asked before the next one is.
    offer_for_seconds: int = 30
    #: After so much waiting (while open) it moves to `overflow_queue_id`, if one is set.
    overflow_after_seconds: int | None = None
    overflow_queue_id: QueueId | None = None
    #: None is open always.
    hours: BusinessHours | None = None
    texts: AutomaticTexts = AutomaticTexts()
