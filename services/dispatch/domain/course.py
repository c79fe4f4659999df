"""The course of one decision: rules in turn, each over what the one before decided.

One text per person and conversation is in flight; the next goes when it is known to have gone, or
never to go. So the order holds through retries too (DESIGN.md §8: order kept per counterpart).
"""

from collections.abc import Iterable
from datetime import datetime

from schemas.base import Counterpart
from schemas.conversation import MessageRetried, MessageSubmitted
from schemas.delivery import (
    DeliveryEvent,
    RecordAnswer,
    RecordLookUp,
    RecordReceipt,
    RetrySend,
    SendPlanned,
)
from services.dispatch.domain import sending
from services.dispatch.domain.accounts import Accounts
from services.dispatch.domain.evolve import happened
from services.dispatch.domain.lattice import has_failed, is_end, join
from services.dispatch.domain.sending import Leg
from services.dispatch.domain.state import Memory, Message, Waiter


class Course:
    """Collects the events of one decision, and the legs whose call is to be made now."""

    def __init__(self, memory: Memory, accounts: Accounts, at: datetime) -> None:
        self.memory = memory
        self.events: list[DeliveryEvent] = []
        self.calls: list[Leg] = []
        self._accounts = accounts
        self._at = at

    def submitted(self, event: MessageSubmitted | MessageRetried) -> None:
        """Plan the way to every recipient; what has reached somebody is not sent to them again."""
        message = self.memory.message(event.message_id)
        if message is None:
            return
        for recipient in message.recipients:
            leg = Leg(
                message_id=event.message_id,
                message=message,
                attempt=message.attempt,
                recipient=recipient,
            )
            before = self.memory.begun(leg.message_id, leg.attempt - 1, recipient)
            if before is not None and not has_failed(before.report.status):
                self._happen(sending.carry_over(leg, before.report))
            else:
                self._plan(leg)

    def answered(self, command: RecordAnswer) -> None:
        """Take the answer to a call, for everybody whom it was for."""
        for recipient in command.group or (command.recipient,):
            leg = self._leg(command, recipient)
            if leg is not None:
                events = sending.answer(command, leg, self.memory, self._accounts, self._at)
                self._in_line(leg, events)

    def reported(self, command: RecordReceipt) -> None:
        """Take a receipt."""
        leg = self._leg(command, command.recipient)
        if leg is not None:
            self._in_line(leg, sending.receipt(command, leg, self.memory, self._accounts))
            self._carry_on(leg)

    def looked_up(self, command: RecordLookUp) -> None:
        """Take what was found at the carrier."""
        leg = self._leg(command, command.recipient)
        if leg is not None:
            self._in_line(leg, sending.looked_up(command, leg, self.memory, self._accounts))
            self._carry_on(leg)

    def retried(self, command: RetrySend) -> None:
        """Make the next call, if it is due and nothing was heard in between."""
        for recipient in command.group or (command.recipient,):
            leg = self._leg(command, recipient)
            if leg is not None:
                self._retry(command, leg)

    def _retry(self, command: RetrySend, leg: Leg) -> None:
        known = self.memory.sending(leg.message_id, leg.attempt, leg.recipient)
        due = known.retry_at is not None and self._at >= known.retry_at
        if due and known.planned + 1 == command.tries and known.report.status == "pending":
            self._plan(leg)

    def _carry_on(self, leg: Leg) -> None:
        """Show the attempt that left this person out what the earlier one has come to."""
        current = leg.message.attempt
        later = self.memory.begun(leg.message_id, current, leg.recipient)
        if current == leg.attempt or later is None or later.planned:
            return
        report = self.memory.sending(leg.message_id, leg.attempt, leg.recipient).report
        joined = join(later.report, report)
        if joined != later.report:
            now = self._leg_of(Waiter(leg.message_id, current), leg.message, leg.recipient)
            self._happen(sending.carry_over(now, joined))

    def _leg(
        self,
        command: RecordAnswer | RecordReceipt | RecordLookUp | RetrySend,
        recipient: Counterpart,
    ) -> Leg | None:
        message = self.memory.message(command.message_id)
        if message is None or recipient not in message.recipients:
            return None
        return self._leg_of(Waiter(command.message_id, command.attempt), message, recipient)

    def _leg_of(self, waiter: Waiter, message: Message, recipient: Counterpart) -> Leg:
        return Leg(
            message_id=waiter.message_id,
            message=message,
            attempt=waiter.attempt,
            recipient=recipient,
        )

    def _plan(self, leg: Leg) -> None:
        planned = sending.plan(leg, self.memory, self._accounts)
        again = self._head(leg) == Waiter(leg.message_id, leg.attempt)
        self._in_line(leg, planned)
        if again and isinstance(planned[0], SendPlanned):
            self.calls.append(leg)

    def _in_line(self, leg: Leg, events: Iterable[DeliveryEvent]) -> None:
        """Let these happen, and if another comes to the head of the line, it is their turn."""
        before = self._head(leg)
        self._happen(events)
        waiting = self.memory.line(leg.message.conversation_id, leg.recipient).waiters
        if waiting[:1] == (before,):
            return
        for waiter in waiting:
            message = self.memory.message(waiter.message_id)
            if message is None:
                continue
            following = self._leg_of(waiter, message, leg.recipient)
            held = sending.gate(following, self.memory)
            if held is None:
                self.calls.append(following)
                return
            self._happen(sending.hold_back(following, held))

    def _head(self, leg: Leg) -> Waiter | None:
        return self.memory.line(leg.message.conversation_id, leg.recipient).head

    def _happen(self, events: Iterable[DeliveryEvent]) -> None:
        for event in events:
            self.events.append(event)
            parts = {**self.memory.parts, **happened(event, self.memory)}
            self.memory = Memory(parts)

    def ended(self, leg_of: DeliveryEvent) -> bool | None:
        """Tell whether the message has failed (True) or reached everybody (False); None: neither.

        One who was not reached makes it a failure, so that a person may try again for them.
        """
        message = self.memory.message(leg_of.message_id)
        if message is None or message.attempt != leg_of.attempt:
            return None
        statuses = [
            self.memory.sending(leg_of.message_id, leg_of.attempt, recipient).report.status
            for recipient in message.recipients
        ]
        if any(has_failed(status) for status in statuses):
            return True
        return False if all(is_end(status) for status in statuses) else None
