"""Whatever is said, how fast and to whom: the paces hold, replies go first, nobody's order breaks.

Dispatch's handlers with the kernel's tables as the simulator has them, which the contract suite
holds to PostgreSQL's; the round of the pump is played by hand.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import ConversationId, MessageId, Number
from schemas.conversation import MessageSubmitted, Urgency
from schemas.partition_key import for_sms
from services.carriers import encoding
from services.dispatch.handlers import PRIORITY, DispatchHandlers
from services.dispatch.ports import SendNow
from services.kernel import ids
from services.kernel.deciding import EffectRow, Plan
from services.kernel.effects import AHEAD_SECONDS, MOST_AT_ONCE, TICK_SECONDS
from services.kernel.runtime import TopicPartition
from services.kernel.statement import Advance, build
from tests.simulation.store import Schema
from tests.support.dispatch_words import ACCOUNTS, MAIN, answer, submitted
from tests.support.scenario import START, Told
from tests.support.stage import Stage

NUMBERS = [Number(f"+1555010{index}") for index in range(3)]
PEOPLE = [f"+1555019{index}" for index in range(3)]
#: Ticks within which people write, and after which everything must have gone.
BUSY, MOST_TICKS = 40, 3_000
MORE = [f"+1555018{index}" for index in range(5)]
#: Characters by how many segments they fill.
LENGTHS = {1: 10, 2: 300, 3: 450, 4: 600}
OF_NUMBER, OF_ACCOUNT = 2.0, 4.0


@dataclass(frozen=True)
class Said:
    """One text: when, from which number, to whom, of how many segments, and how urgent."""

    tick: int
    number: Number
    person: str
    segments: int
    urgency: Urgency


@dataclass(frozen=True)
class Call:
    """A call that was begun."""

    at: datetime
    number: str
    message_id: str
    order_key: str
    cost: int
    priority: int


def story() -> st.SearchStrategy[list[Said]]:
    one = st.builds(
        Said,
        tick=st.integers(0, BUSY),
        number=st.sampled_from(NUMBERS),
        person=st.sampled_from(PEOPLE),
        segments=st.integers(1, 4),
        urgency=st.sampled_from(["reply", "bulk"]),
    )
    return st.lists(one, min_size=1, max_size=25).map(
        lambda texts: sorted(texts, key=lambda said: said.tick)
    )


@dataclass
class Round:
    """The pump's rounds over one story; a call is answered after `slow` of them."""

    texts: list[Said]
    slow: int
    now: datetime = START
    calls: list[Call] = field(default_factory=list)
    #: Replies that could have gone when a bulk text of the same number did.
    overtaken: list[str] = field(default_factory=list)
    _open: list[tuple[int, int, SendNow]] = field(default_factory=list)

    def __post_init__(self) -> None:
        paced = replace(
            ACCOUNTS[MAIN], pace=lambda _number: OF_NUMBER, account_segments_per_second=OF_ACCOUNT
        )
        self._stage = Stage("dispatch", DispatchHandlers({MAIN: paced}))
        self._table = Schema(lambda: self.now)

    def play(self) -> None:
        """Play until all has gone."""
        waiting = list(enumerate(self.texts))
        for tick in range(MOST_TICKS):
            self.now = START + tick * timedelta(seconds=TICK_SECONDS)
            self._answer(tick)
            while waiting and waiting[0][1].tick <= tick:
                said = event(*waiting.pop(0))
                key = for_sms(said.number or "", said.recipients)
                self._add(self._stage.tell(said, self.now, key=key))
            self._take(tick)
            if not waiting and not self._table.effects:
                return
        raise AssertionError("it never ends")

    def _add(self, told: Told) -> None:
        rows = [
            EffectRow(
                ids.derive(one.payload.message_id),  # type: ignore[attr-defined]  # a SendNow
                one,
                msgspec.json.encode(one.payload),
                "{}",
            )
            for one in told.effects
        ]
        advance = Advance("dispatch", TopicPartition("conversation-events", 0), 1, 0, 1)
        self._table._write_effects(build(advance, Plan(effects=rows), ())[1])

    def _take(self, tick: int) -> None:
        heads = [row for row in self._table.heads(["send"]) if row.due_at <= self.now]
        for number, *_ in self._table.take("slot-0", 1, 60, ["send"], MOST_AT_ONCE):
            row = self._table.effects[number]
            send = msgspec.json.decode(row.payload, type=SendNow)
            cost = encoding.measure(send.text).segments
            self.calls.append(
                Call(self.now, send.number, send.message_id, row.order_key, cost, row.priority)
            )
            self._open.append((tick + self.slow, number, send))
            self.overtaken += [
                other.id
                for other in heads
                if other.lane == row.lane and other.priority < row.priority
            ]

    def _answer(self, tick: int) -> None:
        for due, number, send in [one for one in self._open if one[0] <= tick]:
            self._open.remove((due, number, send))
            self._table.done[number] = self._table.effects.pop(number)
            told = answer("accepted", message_id=send.message_id, recipient=send.recipient)
            about = msgspec.structs.replace(told, conversation_id=send.conversation_id)
            self._add(self._stage.tell(about, self.now, key=send.partition_key))


def event(index: int, said: Said) -> MessageSubmitted:
    chat = ConversationId(f"{said.number}/{said.person}")
    return msgspec.structs.replace(
        submitted(MessageId(f"message-{index:02}"), "x" * LENGTHS[said.segments]),
        conversation_id=chat,
        number=said.number,
        recipients=(said.person,),
        urgency=said.urgency,
    )


stories = given(texts=story(), slow=st.integers(1, 8))
few = settings(max_examples=30, deadline=None)


def played(texts: list[Said], slow: int) -> Round:
    round_ = Round(texts, slow)
    round_.play()
    return round_


@few
@stories
def test_every_text_is_called_once_and_each_person_gets_them_in_the_order_they_were_said(
    texts: list[Said], slow: int
) -> None:
    calls = played(texts, slow).calls

    assert sorted(call.message_id for call in calls) == [
        f"message-{index:02}" for index in range(len(texts))
    ]
    for key in {call.order_key for call in calls}:
        mine = [call.message_id for call in calls if call.order_key == key]
        assert mine == sorted(mine)


@few
@stories
def test_a_number_never_goes_faster_than_its_pace_in_segments(texts: list[Said], slow: int) -> None:
    calls = played(texts, slow).calls

    for number in NUMBERS:
        for one, following in pairwise(call for call in calls if call.number == number):
            assert (following.at - one.at).total_seconds() >= one.cost / OF_NUMBER - 1e-6


@few
@stories
def test_an_account_never_goes_faster_than_its_own_over_all_its_numbers(
    texts: list[Said], slow: int
) -> None:
    calls = played(texts, slow).calls

    for first in range(len(calls)):
        spent = 0
        for call in calls[first:]:
            since = (call.at - calls[first].at).total_seconds()
            assert spent / OF_ACCOUNT <= since + AHEAD_SECONDS + 1e-6
            spent += call.cost


@few
@stories
def test_no_bulk_text_goes_while_a_reply_of_its_number_could(texts: list[Said], slow: int) -> None:
    assert played(texts, slow).overtaken == []


def test_a_campaign_that_waits_lets_an_answer_by_at_the_next_segment() -> None:
    campaign = [Said(0, NUMBERS[0], person, 4, "bulk") for person in (*PEOPLE, *MORE)]
    reply = Said(1, NUMBERS[0], "+15550198", 1, "reply")

    calls = played([*campaign, reply], slow=1).calls

    assert [call.priority for call in calls[:3]] == [PRIORITY["bulk"], PRIORITY["reply"], 1]
