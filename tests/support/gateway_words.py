"""What the services say about a small office: events with dense sequences, as deciders would."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from schemas import conversation, delivery, directory, media, queue
from schemas.answer import CommandAccepted, CommandRefused
from schemas.base import ConversationId, ExtensionId, MessageId, Number, QueueId, RemoteFile
from schemas.catalog import topic_of, wire_name
from schemas.envelope import Envelope
from schemas.partition_key import for_sms
from schemas.queue_options import QueueOptions
from services.kernel import ids
from tests.support.gateway_chats import a_busy_chat
from tests.support.gateway_desk import labelled, offered
from tests.support.gateway_oversight import overseen

NUMBER, CUSTOMER = Number("+14155550100"), "+14155550199"


@dataclass
class Story:
    """One tenant's history; ids are made from its name, so that stories never meet."""

    tenant: str
    at: datetime = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    told: list[Envelope[Any]] = field(default_factory=list)
    _sequences: Counter[tuple[str, str]] = field(default_factory=Counter)

    def person(self, name: str) -> ExtensionId:
        return ExtensionId(f"{self.tenant}-{name}")

    @property
    def queue_id(self) -> QueueId:
        return QueueId(f"{self.tenant}-support")

    @property
    def number(self) -> Number:
        return Number(f"+1415555{int(ids.derive(self.tenant)[:4], 16) % 10_000:04}")

    def conversation_id(self, counterpart: str = CUSTOMER) -> ConversationId:
        return ConversationId(ids.derive("conversation", self.tenant, self.number, counterpart))

    def tell(self, subject: str, key: str, data: msgspec.Struct) -> Envelope[Any]:
        """Let one thing happen, a second after the last."""
        self.at += timedelta(seconds=1)
        topic = topic_of(data)
        self._sequences[topic, subject] += 1
        sequence = self._sequences[topic, subject]
        event_id = ids.derive(self.tenant, topic, subject, str(sequence))
        envelope = Envelope(
            id=event_id,
            type=wire_name(data),
            source="test",
            subject=subject,
            time=self.at,
            partitionkey=key,
            tenant=self.tenant,
            sequence=sequence,
            correlation=event_id,
            data=data,
        )
        self.told.append(envelope)
        return envelope

    def defines(self, *names: str) -> None:
        """Define the tenant, its people (the last one supervises), its number and its queue."""
        people = tuple(self.person(name) for name in names)
        self._define(
            f"tenant/{self.tenant}",
            directory.TenantDefined(
                tenant_id=self.tenant,  # type: ignore[arg-type]  # ids are text on the wire
                name=self.tenant.title(),
                texting=True,
            ),
        )
        for place, name in enumerate(names, 101):
            self._define(
                f"extension/{self.person(name)}",
                directory.ExtensionDefined(
                    extension_id=self.person(name),
                    dial=str(place),
                    name=name.title(),
                    roles=("user", "agent"),
                    texting=True,
                ),
            )
        self._defines_number_and_queue(people)

    def _defines_number_and_queue(self, people: tuple[ExtensionId, ...]) -> None:
        self._define(
            f"number/{self.number}",
            directory.NumberDefined(
                number=self.number,
                texting=True,
                toll_free=False,
                accounts=("sim",),
                route=directory.Route(kind="queue", queue_id=self.queue_id),
                callers=people[:1],
                label="Main",
            ),
        )
        self.queues(
            queue.QueueConfigured(
                queue_id=self.queue_id,
                name="Support",
                agents=people[:-1],
                supervisors=people[-1:],
                options=QueueOptions(),
            )
        )

    def _define(self, entity: str, data: msgspec.Struct) -> None:
        self.tell(entity, entity, data)

    def queues(self, data: msgspec.Struct) -> Envelope[Any]:
        return self.tell(self.queue_id, self.queue_id, data)

    def converses(self, data: Any, counterpart: str = CUSTOMER) -> Envelope[Any]:  # noqa: ANN401 - any event with a conversation
        return self.tell(data.conversation_id, for_sms(self.number, (counterpart,)), data)

    def starts_sms(
        self, counterpart: str = CUSTOMER, members: tuple[ExtensionId, ...] = ()
    ) -> ConversationId:
        name = self.conversation_id(counterpart)
        self.converses(
            conversation.ConversationStarted(
                conversation_id=name,
                kind="sms",
                members=members,
                number=self.number,
                counterparts=(counterpart,),
                queue_id=None if members else self.queue_id,
            ),
            counterpart,
        )
        return name

    def receives(
        self,
        position: int,
        text: str = "Hello?",
        counterpart: str = CUSTOMER,
        files: tuple[RemoteFile, ...] = (),
    ) -> MessageId:
        message_id = self.message_id(position, counterpart)
        self.converses(
            conversation.MessageReceived(
                conversation_id=self.conversation_id(counterpart),
                message_id=message_id,
                position=position,
                number=self.number,
                counterpart=counterpart,
                text=text,
                files=files,
                carrier="sim",
                account="sim",
                members=(),
                queue_id=self.queue_id,
            ),
            counterpart,
        )
        return message_id

    def replies(
        self, position: int, author: str, text: str = "On its way", counterpart: str = CUSTOMER
    ) -> MessageId:
        message_id = self.message_id(position, counterpart)
        self.converses(
            conversation.MessageSubmitted(
                conversation_id=self.conversation_id(counterpart),
                message_id=message_id,
                position=position,
                client_id=f"client-{position}",
                author=self.person(author),
                via="sms",
                number=self.number,
                recipients=(counterpart,),
                accounts=("sim",),
                text=text,
                members=(),
                queue_id=self.queue_id,
            ),
            counterpart,
        )
        return message_id

    def message_id(self, position: int, counterpart: str = CUSTOMER) -> MessageId:
        return MessageId(ids.derive(self.conversation_id(counterpart), str(position)))

    def sends(
        self, position: int, attempt: int = 1, counterpart: str = CUSTOMER, segments: int = 2
    ) -> None:
        self.converses(
            delivery.SendPlanned(
                conversation_id=self.conversation_id(counterpart),
                message_id=self.message_id(position, counterpart),
                attempt=attempt,
                recipient=counterpart,
                number=self.number,
                account="sim",
                encoding="gsm7",
                segments=segments,
            ),
            counterpart,
        )

    def delivered(
        self,
        position: int,
        status: delivery.ShownStatus = "delivered",
        counterpart: str = CUSTOMER,
        **failure: str,
    ) -> None:
        self.converses(
            delivery.DeliveryChanged(
                conversation_id=self.conversation_id(counterpart),
                message_id=self.message_id(position, counterpart),
                attempt=1,
                recipient=counterpart,
                status=status,
                **failure,
            ),
            counterpart,
        )

    def stores_file(self, position: int) -> None:
        self.converses(
            media.FileStored(
                conversation_id=self.conversation_id(),
                message_id=self.message_id(position),
                index=0,
                name="chair.png",
                original=media.StoredObject(
                    key=f"{self.tenant}/aa", media_type="image/png", size=9, width=3, height=2
                ),
                thumbnail=media.StoredObject(
                    key=f"{self.tenant}/bb", media_type="image/jpeg", size=5, width=3, height=2
                ),
            )
        )

    def waits(self, counterpart: str = CUSTOMER, epoch: int = 0) -> None:
        self.queues(
            queue.ConversationQueued(
                queue_id=self.queue_id,
                conversation_id=self.conversation_id(counterpart),
                partition_key=for_sms(self.number, (counterpart,)),
                counterpart=counterpart,
                epoch=epoch,
                queued_at=self.at + timedelta(seconds=1),
                agents=(),
            )
        )

    def claimed(self, by: str, counterpart: str = CUSTOMER, epoch: int = 1) -> None:
        self.queues(
            queue.ConversationClaimed(
                queue_id=self.queue_id,
                conversation_id=self.conversation_id(counterpart),
                agent_id=self.person(by),
                epoch=epoch,
                queued_at=self.at,
                lapses_at=self.at + timedelta(minutes=15),
            )
        )

    def released(self, by: str, counterpart: str = CUSTOMER, epoch: int = 1) -> None:
        self.queues(
            queue.ClaimReleased(
                queue_id=self.queue_id,
                conversation_id=self.conversation_id(counterpart),
                agent_id=self.person(by),
                epoch=epoch,
                queued_at=self.at,
                by=self.person(by),
            )
        )

    def answers(self, command_id: str, data: CommandAccepted | CommandRefused) -> Envelope[Any]:
        """Answer a command, as its decider does."""
        return Envelope(
            id=ids.derive(command_id, "answer"),
            type=wire_name(data),
            source="test",
            subject=command_id,
            time=self.at,
            partitionkey=command_id,
            tenant=self.tenant,
            correlation=command_id,
            data=data,
        )


def a_busy_morning(tenant: str) -> Story:
    """Touch every projection at least once."""
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    alice, bert = story.person("alice"), story.person("bert")
    name = story.starts_sms()
    story.queues(queue.AgentLoggedIn(queue_id=story.queue_id, agent_id=alice))
    story.queues(queue.AgentLoggedIn(queue_id=story.queue_id, agent_id=bert))
    story.receives(1, "Is my order ready? \x00", files=(RemoteFile(url="http://x/1"),))
    story.waits()
    story.queues(_escalated(story, name))
    offered(story, name, bert)
    story.claimed("alice")
    labelled(story, name, alice, bert)
    story.stores_file(1)
    story.replies(2, "alice")
    story.sends(2)
    story.queues(
        queue.ClaimRenewed(
            queue_id=story.queue_id,
            conversation_id=name,
            agent_id=alice,
            epoch=1,
            closes_at=story.at + timedelta(hours=24),
            queued_at=story.at - timedelta(seconds=40),
        )
    )
    story.delivered(2, "sent")
    story.delivered(2)
    story.receives(3, "Thank you")
    story.queues(
        queue.AgentWentAway(queue_id=story.queue_id, agent_id=bert, version=1, logs_out_at=None)
    )
    _ends(story, name, alice, bert)
    a_busy_chat(story)
    for subject, key, data in overseen(story, CUSTOMER).told():
        story.tell(subject, key, data)
    return story


def _escalated(story: Story, name: ConversationId) -> queue.WaitEscalated:
    return queue.WaitEscalated(
        queue_id=story.queue_id,
        conversation_id=name,
        epoch=0,
        queued_at=story.at,
        supervisors=(story.person("sam"),),
        waited_seconds=301,
    )


def _ends(story: Story, name: ConversationId, alice: ExtensionId, bert: ExtensionId) -> None:
    story.queues(
        queue.ConversationTransferred(
            queue_id=story.queue_id,
            conversation_id=name,
            by=alice,
            from_agent_id=alice,
            to_agent_id=bert,
            to_queue_id=None,
            epoch=1,
            queued_at=story.at,
            note="knows the customer",
        )
    )
    story.claimed("bert", epoch=2)
    story.queues(
        queue.ClaimLapsed(
            queue_id=story.queue_id,
            conversation_id=name,
            agent_id=bert,
            epoch=2,
            queued_at=story.at,
            idle_seconds=900,
        )
    )
    _closes(story, name, alice)


def _closes(story: Story, name: ConversationId, alice: ExtensionId) -> None:
    story.claimed("alice", epoch=3)
    story.queues(
        queue.ConversationClosed(
            queue_id=story.queue_id,
            conversation_id=name,
            epoch=3,
            agent_id=alice,
            by=alice,
            reason="agent",
        )
    )
    story.tell(
        f"consent/{story.number}/{CUSTOMER}",
        for_sms(story.number, (CUSTOMER,)),
        conversation.CounterpartOptedOut(
            number=story.number, counterpart=CUSTOMER, source="text", word="STOP"
        ),
    )
