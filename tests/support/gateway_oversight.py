"""What the router says of consent and of the guard, for the stories of the gateway's tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from schemas import consent, conversation, guard
from schemas.base import ConversationId, ExtensionId, MessageId, Number
from schemas.partition_key import for_sms

if TYPE_CHECKING:
    from tests.support.gateway_words import Story

#: Subject, key, event.
Told = tuple[str, str, msgspec.Struct]
REASON = "At most 1 texts in 60 seconds may be sent by one person. Try again later."


@dataclass(frozen=True, kw_only=True)
class Overseen:
    """Whose number and customer it is about, and who looks after it."""

    tenant: str
    number: Number
    counterpart: str
    conversation_id: ConversationId
    #: A text of the customer that may mean STOP.
    message_id: MessageId
    author: ExtensionId
    keeper: ExtensionId

    @property
    def key(self) -> str:
        return for_sms(self.number, (self.counterpart,))

    @property
    def held_id(self) -> str:
        return f"held-{self.tenant}"

    def told(self) -> Iterator[Told]:
        """Tell all of it: a suspicion and its review, a STOP everywhere, texts held and blocked."""
        yield self.conversation_id, self.key, self.suspected()
        yield self.conversation_id, self.key, self.reviewed()
        everywhere = f"consent/{self.tenant}/everywhere/{self.counterpart}"
        yield everywhere, everywhere, self.out(everywhere=True)
        for event in (self.holds(self.held_id), self.approves(), self.blocks()):
            yield f"guard/{self.tenant}", f"guard/{self.tenant}", event

    def suspected(self) -> consent.RevocationSuspected:
        return consent.RevocationSuspected(
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            number=self.number,
            counterpart=self.counterpart,
            phrase="stop texting",
        )

    def reviewed(self) -> consent.RevocationReviewed:
        return consent.RevocationReviewed(
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            number=self.number,
            counterpart=self.counterpart,
            verdict="confirmed",
            by=self.keeper,
        )

    def out(self, *, everywhere: bool = False) -> conversation.CounterpartOptedOut:
        return conversation.CounterpartOptedOut(
            number=self.number,
            counterpart=self.counterpart,
            source="operator",
            word="told us on the phone",
            by=self.keeper,
            everywhere=everywhere,
        )

    def holds(self, wish_id: str) -> guard.TextHeld:
        text = guard.GuardedText(
            wish_id=wish_id,
            conversation_id=self.conversation_id,
            partition_key=self.key,
            by=self.author,
            number=self.number,
            recipients=(self.counterpart,),
            text="Hello again",
            segments=1,
        )
        return guard.TextHeld(rule="user-pace", reason=REASON, held=text)

    def approves(self) -> guard.HeldTextApproved:
        return guard.HeldTextApproved(wish_id=self.held_id, by=self.keeper)

    def blocks(self) -> guard.TextBlocked:
        return guard.TextBlocked(
            wish_id=f"blocked-{self.tenant}",
            conversation_id=self.conversation_id,
            by=self.author,
            number=self.number,
            recipients=("+18765550123",),
            segments=2,
            rule="country",
            code="country-not-allowed",
            reason="Your organization does not send texts to +18765550123. Ask your admin.",
        )


def overseen(
    story: "Story", counterpart: str, author: str = "alice", keeper: str = "bert"
) -> Overseen:
    """Give what is said of consent and of the guard about a customer of the story."""
    return Overseen(
        tenant=story.tenant,
        number=story.number,
        counterpart=counterpart,
        conversation_id=story.conversation_id(counterpart),
        message_id=story.message_id(3, counterpart),
        author=story.person(author),
        keeper=story.person(keeper),
    )
