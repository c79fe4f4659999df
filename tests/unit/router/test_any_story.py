"""What holds in every story, whatever is said in whatever order (Hypothesis)."""

from collections import defaultdict
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from schemas.base import MessageId
from schemas.conversation import (
    CounterpartOptedIn,
    CounterpartOptedOut,
    MessageReceived,
    MessageRetried,
    MessageSubmitted,
)
from schemas.envelope import Envelope
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    QUEUE_LINE,
    closes,
    conversation_with,
    ended,
    marks_unread,
    number,
    office,
    opted_out_there,
    reads,
    reopens,
    replies,
    retry,
    says,
    starts_sms,
    texts,
    to_support,
)
from tests.support.scenario import Scenario, Told

_people = some.sampled_from([ANA, BERT, CARO])
_ours = some.sampled_from([DIRECT_LINE, QUEUE_LINE])
_theirs = some.sampled_from([CUSTOMER, FRIEND])
_said = some.sampled_from(["Hi", "STOP", "start", "Help", "yes", "arrêt", ""])
_chats = some.sampled_from([CHAT, conversation_with(FRIEND), conversation_with(CUSTOMER, FRIEND)])

#: One step of a story; what needs the story so far is given it when its turn comes.
_steps = some.one_of(
    some.builds(
        lambda text, ours, theirs, handled: lambda _: texts(
            text, number=ours, counterpart=theirs, handled=handled
        ),
        _said,
        _ours,
        _theirs,
        some.sampled_from([None, None, None, "stop", "start"]),
    ),
    some.builds(lambda text: lambda _: texts(text, others=[FRIEND]), _said),
    some.builds(lambda by, text, chat: lambda _: says(by, text, chat), _people, _said, _chats),
    some.builds(lambda by: lambda story: replies(story, by), _people),
    some.builds(lambda by, chat: lambda story: retry(by, _last(story), chat), _people, _chats),
    some.builds(
        lambda failed, chat: lambda story: ended(
            _last(story), failed=failed, conversation_id=chat
        ),
        some.booleans(),
        _chats,
    ),
    some.builds(lambda by, theirs: lambda _: starts_sms(by, theirs), _people, _theirs),
    some.builds(lambda by, up_to: lambda _: reads(by, up_to), _people, some.integers(0, 9)),
    some.builds(lambda make, by: lambda _: make(by), some.sampled_from(
        [marks_unread, closes, reopens]
    ), _people),
    some.builds(
        lambda ours, theirs: lambda story: opted_out_there(story, ours, theirs), _ours, _theirs
    ),
    some.sampled_from([number(), number(route=to_support()), number(callers=(BERT,))]).map(
        lambda command: lambda _: command
    ),
)  # fmt: skip


def _last(story: Scenario) -> MessageId:
    said = [e.data.message_id for e in story.log if isinstance(e.data, MessageSubmitted)]
    return said[-1] if said else MessageId("none")


def _told(steps: list[Any]) -> tuple[Scenario, list[Told]]:
    story = office()
    return story, [story.when(step(story)) for step in steps]


def _conversation_log(story: Scenario) -> list[Envelope[Any]]:
    return [event for event in story.log if event.type.startswith("conversation.")]


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_positions_are_dense_in_every_conversation(steps: list[Any]) -> None:
    story, _ = _told(steps)

    positions = defaultdict(list)
    for event in _conversation_log(story):
        if isinstance(event.data, MessageReceived | MessageSubmitted):
            positions[event.data.conversation_id].append(event.data.position)
    for found in positions.values():
        assert found == list(range(1, len(found) + 1))


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_nobody_is_texted_after_stop_without_start(steps: list[Any]) -> None:
    story, _ = _told(steps)

    out: set[tuple[str, str]] = set()
    confirmed: set[tuple[str, str]] = set()
    for event in _conversation_log(story):
        match event.data:
            case CounterpartOptedOut(number=ours, counterpart=theirs):
                assert (ours, theirs) not in out
                out.add((ours, theirs))
                confirmed.discard((ours, theirs))
            case CounterpartOptedIn(number=ours, counterpart=theirs):
                out.remove((ours, theirs))
            case MessageSubmitted(purpose="opt-out-confirmation", number=ours) as last:
                (theirs,) = last.recipients
                assert (ours, theirs) in out
                assert (ours, theirs) not in confirmed
                confirmed.add((str(ours), theirs))
            case MessageSubmitted(number=ours) | MessageRetried(number=ours) as said:
                assert not any((ours, theirs) in out for theirs in said.recipients)


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_saying_it_twice_changes_nothing_more(steps: list[Any]) -> None:
    story = office()
    for step in steps:
        first = story.when(step(story))
        before = story.parts()
        again = story.when(first.envelope)

        assert again.is_quiet
        assert [a.data for a in again.answers] == [a.data for a in first.answers]
        assert story.parts() == before


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_a_mark_or_definition_wished_anew_is_quiet(steps: list[Any]) -> None:
    story = office()
    quiet = ("mark-read", "mark-unread", "close", "reopen", "define", "start", "note", "record")
    for step in steps:
        first = story.when(step(story))
        if not first.envelope.type.split(".")[1].startswith(quiet):
            continue
        again = story.when(msgspec.structs.replace(first.envelope, id=f"{first.envelope.id}-anew"))

        assert again.events == []


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_the_log_refolds_to_the_same_parts(steps: list[Any]) -> None:
    story, _ = _told(steps)

    assert story.refolded() == story.parts()


@settings(max_examples=60, deadline=None)
@given(some.lists(_steps, max_size=25))
def test_every_stream_stays_in_one_partition_and_counts_on(steps: list[Any]) -> None:
    story, _ = _told(steps)

    keys: dict[tuple[str, str], str] = {}
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for event in story.log:
        if event.source != "router":
            continue
        stream = (event.type.split(".")[0], event.subject)
        assert keys.setdefault(stream, event.partitionkey) == event.partitionkey
        counts[stream] += 1
        assert event.sequence == counts[stream]
