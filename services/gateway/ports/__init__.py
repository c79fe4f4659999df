"""What the API needs from the world, in the gateway's words; adapters keep these promises."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.directory import Language
from schemas.media import SentFile
from services.gateway.domain.scope import Caller, Scope
from services.gateway.domain.statistics import Days

Json = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """A session or token that was just made; `secret` is shown once and kept only as a hash."""

    secret: str
    caller: Caller


class Accounts(Protocol):
    """Who may come in: passwords, sessions and tokens."""

    async def sign_in(self, login: str, password: str, address: str) -> Opened | None:
        """Open a session; None for a wrong pair, in the same time as a right one takes.

        Raises TooManyTries.
        """
        ...

    async def by_session(self, secret: str) -> Caller | None: ...

    async def by_token(self, secret: str) -> Caller | None: ...

    async def ended(self, proofs: Collection[str]) -> frozenset[str]:
        """Name those of these sessions and tokens (`Caller.proof_id`) that let nobody in now.

        That they were asked about counts as a use of the tokens.
        """
        ...

    async def end_session(self, caller: Caller) -> None: ...

    async def make_token(self, caller: Caller, name: str, scopes: Sequence[str]) -> Opened: ...


class TooManyTries(Exception):
    """This account or this address has tried too often; `seconds` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Way:
    """How a conversation is addressed, and where it stands: what a command about it needs."""

    conversation_id: ConversationId
    kind: str
    partition_key: str
    #: The queue that it is in now, if any.
    queue_id: QueueId | None
    epoch: int


@dataclass(frozen=True)
class Standing:
    """Where a message stands, and which colleague wrote it, if one did."""

    position: int
    author: ExtensionId | None


@dataclass(frozen=True)
class File:
    """A stored file of a message that the viewer may see."""

    key: str
    media_type: str
    name: str


@dataclass(frozen=True)
class Window:
    """Which items: around, before or after a position; the newest when all three are None."""

    limit: int
    before: int | None = None
    after: int | None = None
    around: int | None = None


class Views(Protocol):
    """The read models, as one viewer may see them; None is "does not exist, or not for you"."""

    async def bootstrap(self, scope: Scope) -> Json:
        """Give everything that the read models add to a Bootstrap, from one snapshot."""
        ...

    async def person(self, scope: Scope) -> Json | None:
        """Give the viewer's own name, dial and roles."""
        ...

    async def conversation(self, scope: Scope, conversation_id: str) -> Json | None: ...

    async def conversations(
        self, scope: Scope, which: str, before: str | None, limit: int
    ) -> Json: ...

    async def open_ones(self, scope: Scope) -> Json:
        """Count the viewer's open conversations, and show the one that rests longest."""
        ...

    async def items(self, scope: Scope, conversation_id: str, window: Window) -> Json | None: ...
    async def files(self, scope: Scope, conversation_id: str, window: Window) -> Json | None: ...

    async def said(self, scope: Scope, conversation_id: str, client_id: str) -> Json | None:
        """Give the message that a client's own id names."""
        ...

    async def message(self, scope: Scope, conversation_id: str, message_id: str) -> Json | None: ...

    async def standing(
        self, scope: Scope, conversation_id: str, message_id: str
    ) -> Standing | None:
        """Say where a message stands and who wrote it, deleted or not."""
        ...

    async def chatting(self, scope: Scope, conversation_id: str) -> tuple[str, ...]:
        """Name the members of a chat that this viewer is one of; of anything else, nobody."""
        ...

    async def way(self, scope: Scope, conversation_id: str) -> Way | None: ...

    async def queue(self, scope: Scope, queue_id: str) -> Json | None: ...

    async def queue_of(self, scope: Scope, queue_id: str, conversation_id: str) -> bool:
        """Tell whether this viewer works or watches this queue, and the conversation is in it."""
        ...

    async def people(self, scope: Scope) -> list[Json]: ...

    async def people_by_id(self, scope: Scope, people: Sequence[str]) -> list[Json]: ...

    async def numbers(self, scope: Scope) -> list[Json]: ...

    async def file(
        self, scope: Scope, conversation_id: str, message_id: str, index: int, *, small: bool
    ) -> File | None: ...

    async def changes(
        self, scope: Scope, feed_id: str, after: int, limit: int
    ) -> tuple[list[str], bool] | None:
        """Give frames as JSON and whether there are more; None where that place is not kept."""
        ...

    async def command(self, scope: Scope, command_id: str) -> Json | None: ...


#: Before a report of the delivery log: its time and id.
Place = tuple[datetime, str]


class DeliveryLog(Protocol):
    """Every report about the texts of one tenant."""

    async def of_message(
        self, scope: Scope, conversation_id: str, message_id: str, language: Language
    ) -> list[Json]:
        """Give the reports about one message, oldest first."""
        ...

    async def page(
        self, scope: Scope, before: Place | None, most: int, language: Language
    ) -> tuple[list[Json], str | None]:
        """Give the newest reports, or those before a place, and where to go on."""
        ...


class Plans(Protocol):
    """What people planned to say: one's own, or with `everybody` all of the tenant's."""

    async def partition_key(self, scope: Scope, conversation_id: str) -> str | None:
        """Give the partition key of any conversation of the tenant."""
        ...

    async def open(
        self, scope: Scope, conversation_id: str, most: int, *, everybody: bool
    ) -> list[Json]:
        """Give what waits, and what was refused when its time had come, by time."""
        ...

    async def one(
        self, scope: Scope, conversation_id: str, scheduled_id: str, *, everybody: bool
    ) -> Json | None: ...

    async def planned(self, scope: Scope, conversation_id: str, client_id: str) -> Json | None:
        """Give the plan that its author's own id names."""
        ...


class Oversight(Protocol):
    """What keepers of consent and admins look after; of their own tenant alone."""

    async def owns(self, scope: Scope, number: str) -> bool:
        """Tell whether it is one of the tenant's numbers."""
        ...

    async def consent(self, scope: Scope, number: str, most: int) -> Json | None:
        """Give a number's history and standing, newest first; None where nothing was ever said."""
        ...

    async def revocations(self, scope: Scope, most: int) -> list[Json]:
        """Give what waits for a review, oldest first."""
        ...

    async def revocation(self, scope: Scope, message_id: str) -> Json | None: ...

    async def review_key(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        """Give the conversation of a flagged message, and its partition key."""
        ...

    async def held(self, scope: Scope, most: int) -> list[Json]:
        """Give the texts that wait for an admin, oldest first."""
        ...

    async def held_text(self, scope: Scope, wish_id: str) -> Json | None: ...

    async def blocked(self, scope: Scope, before: datetime | None, most: int) -> list[Json]:
        """Give the texts that the guard refused, newest first."""
        ...


class QueueDesk(Protocol):
    """What who watches over a queue looks at; None for everybody else."""

    async def board(
        self, scope: Scope, queue_id: str, states: Sequence[str], before: str | None, limit: int
    ) -> Json | None:
        """Give a page of the queue's conversations in these states, the newest change first."""
        ...

    async def statistics(self, scope: Scope, queue_id: str, days: Days) -> Json | None: ...


class Labels(Protocol):
    """Tags in use, and the canned replies that a person may insert."""

    async def replies(self, scope: Scope) -> Json: ...

    async def reply(self, scope: Scope, reply_id: str) -> Json | None: ...

    async def tags(self, scope: Scope) -> list[Json]: ...


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A command on its way to its one decider."""

    command_id: str
    scope: Scope
    subject: str
    partition_key: str
    data: msgspec.Struct


@dataclass(frozen=True)
class Accepted:
    state: Json


@dataclass(frozen=True)
class Refusal:
    code: str
    text: str
    detail: Json


class Undecided(Exception):
    """No answer in time: the command is on the log, its end is not known yet."""


class LogAway(Exception):
    """The log could not be reached, so nothing was asked."""


class Asking(Protocol):
    """Asks the deciders, and waits for what they say."""

    async def ask(self, ask: Ask) -> Accepted | Refusal:
        """Raises Undecided or LogAway."""
        ...

    async def remember(self, ask: Ask) -> None:
        """Remember whose command it is, so that its status can be asked for."""
        ...

    async def tell(self, ask: Ask) -> None:
        """Put a command on the log for which nobody waits; raises LogAway."""
        ...

    async def tell_all(self, asks: Sequence[Ask]) -> None:
        """Put many on the log at once; raises LogAway, and then any of them may be there."""
        ...

    async def settled(self, look: Callable[[], Awaitable[Json | None]]) -> Json | None:
        """Look again at every commit of the projector until there is something, for a moment."""
        ...


@dataclass(frozen=True)
class UploadTaken:
    """An upload as it stands; `file` is what can be sent, once it is complete."""

    id: str
    name: str
    size: int
    offset: int
    expires_at: str
    file: SentFile | None


class UploadRefused(Exception):
    """Media said no: a stable code, a sentence, and where to go on, if that is known."""

    def __init__(self, code: str, text: str, offset: int | None = None) -> None:
        super().__init__(code)
        self.code, self.text, self.offset = code, text, offset


class NoSuchUpload(LookupError):
    """It is over, or another's."""


class MediaAway(ConnectionError):
    """Media could not be asked."""


class Uploads(Protocol):
    """Hands files on to media, which checks and keeps them; raises the three above."""

    async def open(self, scope: Scope, upload_id: str, name: str, size: int) -> UploadTaken: ...

    async def add(
        self, scope: Scope, upload_id: str, offset: int, content: bytes
    ) -> UploadTaken: ...

    async def look(self, scope: Scope, upload_id: str) -> UploadTaken: ...

    async def finish(self, scope: Scope, upload_id: str) -> UploadTaken: ...

    async def cancel(self, scope: Scope, upload_id: str) -> None: ...


class Presence(Protocol):
    """Who has a screen open, on any replica."""

    def is_online(self, tenant: str, user: str) -> bool: ...


#: Close codes of the feed's sockets; 4408 is "connect again and catch up".
SIGNED_OUT, FORBIDDEN, RESYNC, FEED_GONE, TOO_MANY = 4401, 4403, 4408, 4410, 4429


class Line(Protocol):
    """What one open screen is told; bounded, and ended rather than outgrown."""

    #: Close code of the socket once the line has ended.
    ended: int | None

    async def next(self) -> Sequence[tuple[int | None, str]]:
        """Wait for frames: with their place in the feed, or without one; empty once ended."""
        ...

    def say(self, frame: str) -> None:
        """Tell this screen alone, outside its feed."""
        ...

    def end(self, code: int) -> None: ...


class Switchboard(Protocol):
    """Every open screen of this replica."""

    def join(self, scope: Scope, address: str, feed_id: str) -> Line | None:
        """Begin to tell a screen of this feed; None where its user or address has too many."""
        ...

    def leave(self, line: Line) -> None: ...
