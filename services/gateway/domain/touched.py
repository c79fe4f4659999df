"""What a batch of rows changed, so that exactly that is derived again and told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.gateway.domain.rows import Row

#: Tables whose rows change how a conversation looks to everybody who sees it.
_SHAPE = {
    "conversation",
    "audience",
    "tail",
    "queue_place",
    "queue_wait",
    "queue_escalation",
    "queue_offer",
    "mention",
    "tagging",
}
#: Tables whose rows change how it looks to one person.
_OWN = {
    "read_mark",
    "said_mark",
    "unread_mark",
    "shut_mark",
    "mute_mark",
    "cleared_mark",
    "hidden_line",
}
_MESSAGE = {"message", "retry", "delivery", "media_file"}
#: Tables whose rows say what somebody may do, or how their page behaves.
_ENTITLES_ONE, _ENTITLES_ALL = {"person", "personal"}, {"tenant", "number", "queue"}
_PLAN = {"scheduled_text", "scheduled_end"}
_QUEUE = {"queue", "queue_agent"}
#: Tables whose rows change how many wait in a queue, and since when.
_CROWD = {"queue_place", "queue_wait"}


@dataclass
class Touched:
    """Ids by what they name; filled row by row."""

    conversations: set[str] = field(default_factory=set)
    #: (conversation, viewer)
    own: set[tuple[str, str]] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    #: Messages whose words came, or went.
    said: set[str] = field(default_factory=set)
    #: (conversation, message, who has lost it; None is everybody)
    gone: set[tuple[str, str, str | None]] = field(default_factory=set)
    #: (conversation, viewer) → up to where it is gone for them
    cleared: dict[tuple[str, str], int] = field(default_factory=dict)
    #: (conversation, who has read on)
    read: set[tuple[str, str]] = field(default_factory=set)
    pills: set[str] = field(default_factory=set)
    #: What somebody has planned to say.
    plans: set[str] = field(default_factory=set)
    #: Queues whose people or values changed, and those in which others wait now.
    queues: set[str] = field(default_factory=set)
    crowds: set[str] = field(default_factory=set)
    #: (queue, conversation)
    places: set[tuple[str, str]] = field(default_factory=set)
    #: Conversations that wait, maybe since now.
    waiting: set[str] = field(default_factory=set)
    #: Extension by id → its tenant.
    people: dict[str, str] = field(default_factory=dict)
    #: Extensions whose rights or settings may have changed, and tenants of whom all may have.
    entitled: set[str] = field(default_factory=set)
    tenants: set[str] = field(default_factory=set)
    #: (number, counterpart)
    consents: set[tuple[str, str]] = field(default_factory=set)
    #: (tenant, counterpart)
    everywhere: set[tuple[str, str]] = field(default_factory=set)
    #: Conversations whose outside people may be others now.
    parties: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    #: (tenant, number)
    callers: set[tuple[str, str]] = field(default_factory=set)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._conversation(row)
            self._deletion(row)
            self._other(row)
            self._access(row)
            self._naming(row)

    def _conversation(self, row: Row) -> None:
        if row.table in _SHAPE:
            self.conversations.add(str(row.values["conversation_id"]))
        elif row.table in _OWN:
            pair = (str(row.values["conversation_id"]), str(row.values["extension_id"]))
            self.own.add(pair)
        elif row.table in _PLAN:
            self.plans.add(str(row.values["scheduled_id"]))
        elif row.table in _MESSAGE:
            self.messages.add(str(row.values["message_id"]))
        if row.table == "message":
            self.said.add(str(row.values["message_id"]))

    def _deletion(self, row: Row) -> None:
        values = row.values
        name = str(values.get("conversation_id"))
        if row.table == "message" and values["gone"]:
            self.gone.add((name, str(values["message_id"]), None))
            self.conversations.add(name)  # what anybody counts and previews may have changed
        elif row.table == "hidden_line":
            self.gone.add((name, str(values["message_id"]), str(values["extension_id"])))
        elif row.table == "cleared_mark":
            self.cleared[name, str(values["extension_id"])] = int(str(values["up_to"]))
        elif row.table == "read_mark":
            self.read.add((name, str(values["extension_id"])))

    def _access(self, row: Row) -> None:
        if row.table in _ENTITLES_ONE:
            self.entitled.add(str(row.values["extension_id"]))
        elif row.table in _ENTITLES_ALL:
            self.tenants.add(row.tenant)

    def _other(self, row: Row) -> None:
        values = row.values
        if row.table in _QUEUE:
            self.queues.add(str(values["queue_id"]))
        elif row.table in _CROWD:
            self.crowds.add(str(values["queue_id"]))
        if row.table == "queue_place":
            self._place(values)
        elif row.table == "pill":
            self.pills.add(str(values["pill_id"]))
        elif row.table == "person":
            self.people[str(values["extension_id"])] = row.tenant
        elif row.table == "consent":
            self.consents.add((str(values["number"]), str(values["counterpart"])))
        elif row.table == "consent_everywhere":
            self.everywhere.add((row.tenant, str(values["counterpart"])))

    def _place(self, values: Mapping[str, object]) -> None:
        name = str(values["conversation_id"])
        self.places.add((str(values["queue_id"]), name))
        if values["state"] == "waiting":
            self.waiting.add(name)

    def _naming(self, row: Row) -> None:
        if row.table == "conversation":
            self.parties.add(str(row.values["conversation_id"]))
        elif row.table == "contact":
            self.contacts.add(str(row.values["contact_id"]))
        elif row.table == "caller_name":
            self.callers.add((row.tenant, str(row.values["number"])))

    @property
    def every_conversation(self) -> set[str]:
        """Name every conversation whose lists have to be derived again."""
        return self.conversations | {conversation_id for conversation_id, _ in self.own}
