"""The guard's turn: a text goes to the tenant's own partition, is weighed there, and comes back.

So a guarded text takes two more steps than others, and the conversation judges it twice: when it is
wished, and when it has passed.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from schemas.conversation import (
    MessageRetried,
    MessageSubmitted,
    RefuseScheduled,
    RetryMessage,
    SendAutomaticText,
    SendMessage,
)
from schemas.envelope import Envelope
from schemas.guard import (
    ApproveHeldText,
    GuardedText,
    GuardEvent,
    RejectHeldText,
    ReturnText,
    SubmitText,
    TextHeld,
    WeighText,
)
from services.carriers import encoding
from services.kernel.decider import Refused
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import guard, tally
from services.router.domain.automatic import spender
from services.router.domain.refusals import Rejected
from services.router.domain.state import World

GuardWish = WeighText | ReturnText | ApproveHeldText | RejectHeldText


def to_guard(
    envelope: Envelope[Any],
    said: MessageSubmitted | MessageRetried,
    world: World,
    *,
    from_queue: bool,
    scheduled_id: str | None = None,
) -> Outcome | None:
    """Send a text to the guard, which answers in our place; None where it need not ask."""
    conversation = world.conversation(said.conversation_id)
    if conversation is None or said.number is None or not guard.is_on(world):
        return None
    wish = envelope.data
    text = GuardedText(
        wish_id=envelope.id,
        send=wish if isinstance(wish, SendMessage) else None,
        retry=wish if isinstance(wish, RetryMessage) else None,
        automatic=wish if isinstance(wish, SendAutomaticText) else None,
        from_queue=from_queue,
        conversation_id=said.conversation_id,
        partition_key=conversation.partition_key,
        by=spender(wish.queue_id) if isinstance(wish, SendAutomaticText) else wish.by,
        number=said.number,
        recipients=said.recipients,
        text=said.text,
        segments=max(1, encoding.measure(_leaving(said)).segments) * len(said.recipients),
        scheduled_id=scheduled_id,
    )
    return Outcome(commands=(_about(WeighText(text=text), world.tenant),))


def _leaving(said: MessageSubmitted | MessageRetried) -> str:
    outside = said.outside_text if isinstance(said, MessageSubmitted) else None
    return outside or said.text


def on_guard(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge what is asked of the guard; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    match envelope.data:
        case WeighText(text=text):
            return _weighed(text, world, envelope)
        case ApproveHeldText() as command:
            text, approved, passed = guard.approve(command, world, envelope.time)
            submit = SubmitText(
                text=text, approved_by=command.by, passed_at=world.spend().now(envelope.time)
            )
            answer = {"wish_id": command.wish_id, "approved": True}
            return Outcome(
                events=(_about(approved, world.tenant), _about(passed, world.tenant)),
                commands=(_back(submit, world.tenant),),
                answer=answer,
            )
        case RejectHeldText() as command:
            return _rejected(command, world)
        case ReturnText() as command:
            return Outcome(events=(_about(guard.give_back(command), world.tenant),))
        case other:
            raise TypeError(type(other).__name__)


def _rejected(command: RejectHeldText, world: World) -> Outcome:
    held = world.held(command.wish_id)
    event = guard.reject(command, world)
    return Outcome(
        events=(_about(event, world.tenant),),
        commands=() if held is None else _not_said(held, Rejected(), world.tenant),
        answer={"wish_id": command.wish_id, "approved": False},
    )


def _weighed(text: GuardedText, world: World, envelope: Envelope[Any]) -> Outcome:
    event, refused = guard.weigh(text, world, envelope.time)
    events = (_about(event, world.tenant),)
    if refused is not None and not _is_awaited(text):
        return Outcome(events=events, commands=_not_said(text, refused, world.tenant))
    if refused is not None:
        return Outcome(events=events, refusal=refused)
    if isinstance(event, TextHeld):
        held = {"held": True, "wish_id": text.wish_id, "rule": event.rule, "text": event.reason}
        return Outcome(events=events, answer=held if _is_awaited(text) else None)
    submit = SubmitText(text=text, passed_at=world.spend().now(envelope.time))
    return Outcome(events=events, commands=(_back(submit, world.tenant),))


def _is_awaited(text: GuardedText) -> bool:
    """Tell whether somebody waits for an answer: not where a plan or a queue speaks."""
    return text.scheduled_id is None and text.automatic is None


def submitted(command: SubmitText, say: Callable[[SendMessage | RetryMessage], Outcome]) -> Outcome:
    """Say what has passed; a no answers whoever wished it, unless an admin let it go later."""
    wish = command.text.send or command.text.retry
    if wish is None:
        raise TypeError("a guarded text without its wish")
    try:
        said = say(wish)
    except Refused as refused:
        return Outcome() if command.approved_by else Outcome(refusal=refused)
    return Outcome(events=said.events, commands=said.commands) if command.approved_by else said


def or_returned(outcome: Outcome, command: SubmitText, tenant: str) -> Outcome:
    """Give back to the guard what had passed and is not said after all."""
    is_said = any(isinstance(one.data, MessageSubmitted | MessageRetried) for one in outcome.events)
    if is_said or command.passed_at is None:
        return outcome
    text = command.text
    back = ReturnText(
        wish_id=text.wish_id,
        conversation_id=text.conversation_id,
        by=text.by,
        number=text.number,
        recipients=text.recipients,
        segments=text.segments,
        passed_at=command.passed_at,
    )
    return replace(outcome, commands=(*outcome.commands, _about(back, tenant)))


def _about(data: GuardEvent | WeighText | ReturnText, tenant: str) -> Addressed:
    key = tally.guard_key(tenant)
    return Addressed(subject=key, partitionkey=key, tenant=tenant, data=data)


def _not_said(text: GuardedText, why: Refused, tenant: str) -> tuple[Addressed, ...]:
    """Let a scheduled text's own conversation write down the guard's no; nobody asked us."""
    if text.scheduled_id is None:
        return ()
    no = RefuseScheduled(
        conversation_id=text.conversation_id,
        scheduled_id=text.scheduled_id,
        code=why.code,
        reason=why.sentence,
    )
    return (_to_conversation(text, no, tenant),)


def _back(data: SubmitText, tenant: str) -> Addressed:
    return _to_conversation(data.text, data, tenant)


def _to_conversation(
    text: GuardedText, data: SubmitText | RefuseScheduled, tenant: str
) -> Addressed:
    return Addressed(
        subject=text.conversation_id, partitionkey=text.partition_key, tenant=tenant, data=data
    )
