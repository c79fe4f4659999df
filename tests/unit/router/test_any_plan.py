"""What holds of scheduled messages in every story: never early, once, never after a cancel."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from schemas.conversation import (
    MessageScheduled,
    MessageSubmitted,
    ScheduledCancelled,
    ScheduledRefused,
    ScheduledReleased,
)
from schemas.envelope import Envelope
from tests.support.guard_words import guarded
from tests.support.router_words import ANA, BERT, SAM, extension, office, texts
from tests.support.scenario import START, Scenario, Told
from tests.support.schedule_words import cancels, fires, plans, scheduled_id

_MINUTES = some.integers(-5, 90)
_STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("plan"), some.sampled_from([ANA, BERT]), _MINUTES),
        some.tuples(some.just("fire"), some.integers(0, 9), _MINUTES),
        some.tuples(some.just("cancel"), some.sampled_from([ANA, BERT, SAM]), some.integers(0, 9)),
        some.tuples(some.just("hear"), some.sampled_from(["Hi", "STOP", "START"]), some.just(0)),
        some.tuples(some.just("follow"), some.just(""), some.integers(0, 9)),
    ),
    max_size=30,
)
_ENDS = ScheduledCancelled | ScheduledRefused | ScheduledReleased


class _Story:
    """Plays steps; what the router asks of itself comes when a step lets it, or comes again."""

    def __init__(self, *, guard: bool) -> None:
        admin = extension(SAM, roles=("admin",))
        self.scenario: Scenario = (
            guarded(daily_segments=3) if guard else office().given(admin, texts())
        )
        self._planned: list[Told] = []
        self._open: list[Envelope[Any]] = []

    def step(self, kind: str, what: Any, number: int) -> None:  # noqa: ANN401 - by kind
        at = START + timedelta(minutes=number)
        if kind == "plan":
            told = self.scenario.when(plans(what, at))
            self._planned.extend([told] if told.timers else [])
        elif kind == "hear":
            self.scenario.when(texts(what))
        elif kind == "follow" and self._open:
            self._open.extend(self.scenario.when(self._open[number % len(self._open)]).commands)
        elif kind == "fire" and self._planned:
            planned = self._planned[what % len(self._planned)]
            self._open.extend(fires(self.scenario, planned, at).commands)
        elif kind == "cancel" and self._planned:
            planned = self._planned[number % len(self._planned)]
            self.scenario.when(cancels(what, scheduled_id(planned)))


@settings(max_examples=150, deadline=None)
@given(_STEPS, some.sampled_from(["guarded", "open"]))
def test_what_is_planned_ends_once_and_is_said_never_early_and_never_after_a_cancel(
    steps: list[tuple[str, Any, int]], house: str
) -> None:
    story = _Story(guard=house == "guarded")
    for step in steps:
        story.step(*step)

    due, ended, said = {}, {}, set()
    for event in story.scenario.log:
        match event.data:
            case MessageScheduled() as plan:
                due[plan.scheduled_id] = plan.send_at
            case data if isinstance(data, _ENDS):
                assert data.scheduled_id not in ended
                ended[data.scheduled_id] = data
                if not isinstance(data, ScheduledCancelled):
                    assert event.time >= due[data.scheduled_id]
            case MessageSubmitted(author=str()) as message:
                assert message.message_id not in said
                said.add(message.message_id)
    released = {e.message_id for e in ended.values() if isinstance(e, ScheduledReleased)}
    assert said == released
    assert story.scenario.refolded() == story.scenario.parts()
