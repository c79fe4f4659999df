"""Every body of Tandem's API, as its document has it; drawn by tools.clients."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Abilities(TypedDict):
    """What this person's roles and the directory allow; the portal hides the rest."""

    administer: bool
    chat: bool
    operate: bool
    queues: bool
    sms: bool


class AccessFrame(TypedDict):
    """What the viewer may do, or how their page behaves, has changed: bootstrap again."""

    sequence: int
    type: Literal["access"]


class Actor(TypedDict):
    """Who did it: an extension; without a name where the directory does not know it."""

    id: str
    name: str | None


class AdminExtension(TypedDict):
    chat: bool
    desk_phone: bool
    dial: str
    id: str
    name: str
    numbers: list[Phone]
    online: bool
    queues: list[QueueName]
    roles: list[Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]]
    sign_in: SignInState | None
    texting: bool


class AdminExtensions(TypedDict):
    items: list[AdminExtension]


class AdminNumber(TypedDict):
    """One of the organization's numbers; `callers` are the extensions that may send from it."""

    accounts: list[str]
    callers: list[str]
    display: str
    label: str | None
    number: str
    route: NumberRoute
    texting: bool
    toll_free: bool


class AdminNumbers(TypedDict):
    items: list[AdminNumber]


class AdminQueue(TypedDict):
    agents: list[str]
    held_count: int
    id: str
    name: str
    numbers: list[Phone]
    options: QueueOptions
    supervisors: list[str]
    waiting_count: int


class AdminQueues(TypedDict):
    items: list[AdminQueue]


class Agent(TypedDict):
    dial: str
    id: str
    logged_in: bool
    name: str
    online: bool


class AgentFigures(TypedDict):
    agent: Person
    answer_median: int | None
    answer_p90: int | None
    answered: int
    claimed: int
    closed: int
    holds: int
    lapsed: int
    logged_in: bool
    overflowed: int
    passed: int
    queued: int
    received: int
    released: int
    replies: int
    transferred: int
    wait_median: int | None
    wait_p90: int | None


class AlertTone(TypedDict):
    """`url` leads to the sound."""

    name: str
    url: str


class AnyQueue(TypedDict):
    id: str
    name: str
    tenant: str


class AnyQueues(TypedDict):
    items: list[AnyQueue]


class ApiKey(TypedDict):
    """One of my keys; `prefix` is how its secret begins, to tell one from another."""

    id: str
    last_used_at: str | None
    made_at: str
    name: str
    prefix: str
    scopes: list[Literal["read", "write", "admin"]]


class ApiKeys(TypedDict):
    """Newest first."""

    items: list[ApiKey]


class AuditEntry(TypedDict):
    """Who changed what, and when; nobody: an operator's file."""

    at: str
    by: Person | None
    changes: list[FieldChange]
    first: bool
    id: str
    kind: str
    name: str | None
    subject: str


class AuditPage(TypedDict):
    """Newest first; `next` leads to those before."""

    items: list[AuditEntry]
    next: str | None


class AutomaticTexts(TypedDict):
    """What the queue says by itself; None says nothing."""

    closed_hours: str | None
    goodbye: str | None
    greeting: str | None
    nobody_available: str | None


class Because(TypedDict):
    """The fact that directly caused another."""

    position: int
    type: str


class BlockedText(TypedDict):
    """A text that the guard refused; `code` and `reason` are what its author was told."""

    at: str
    author: Person
    code: str
    conversation_id: str
    id: str
    number: Phone
    reason: str
    recipients: list[Phone]
    rule: Literal["country", "user-pace", "prefix-pace", "daily-cap"]
    segments: int


class BlockedTexts(TypedDict):
    """Newest first."""

    items: list[BlockedText]


class Bootstrap(TypedDict):
    """Everything a client starts with, atomic with its place in the feed."""

    abilities: Abilities
    calling: Calling
    conversations: list[Conversation]
    feed: FeedPlace
    limits: Limits
    me: Me
    messaging: Messaging
    next: str | None
    numbers: list[OwnNumber]
    people: list[Person]
    push_key: str | None
    queues: list[Queue]
    settings: Settings
    tone: str | None
    unread: Unread
    waiting: list[Waiting]


class Building(TypedDict):
    """How far the building of a set is, or how it ended; `lost` with its process."""

    done: int
    error: str | None
    facts_per_second: int | None
    seconds_left: int | None
    started_at: str
    state: Literal["running", "done", "failed", "cancelled", "lost"]
    total: int


class BusinessHours(TypedDict):
    """When a queue is open, by the clocks of a place; a day may have several spans."""

    holidays: list[Holiday]
    time_zone: str
    week: list[OpenSpan]


class CallState(TypedDict):
    id: str
    reason: str | None
    state: Literal["ringing-you", "ringing-them", "connected", "ended", "failed"]
    to: Phone


class Calling(TypedDict):
    """`ring`: POST /calls rings the user's own phone; `tel`: open a `tel:` address instead."""

    video: bool
    voice: Literal["ring", "tel"]


class CannedReplies(TypedDict):
    """`company` is what `{company}` stands for."""

    company: str
    items: list[CannedReply]


class CannedReply(TypedDict):
    id: str
    name: str
    shared: bool
    text: str


class CannedReplyBody(TypedDict):
    name: str
    shared: NotRequired[bool]
    text: str


class CauseNode(TypedDict):
    """A fact within its tree, in the order in which one reads it."""

    actor: Actor | None
    at: str
    held_back: str | None
    parent: int | None
    position: int
    recipient: Actor | None
    subject: str
    type: str


class CauseTree(TypedDict):
    """Everything that began with the same request, and what it led to in a queue."""

    nodes: list[CauseNode]
    partial: bool


class ChangedContact(TypedDict):
    company: NotRequired[str]
    emails: NotRequired[list[NewMail]]
    extension_id: NotRequired[str | None]
    name: NotRequired[str]
    note: NotRequired[str]
    numbers: NotRequired[list[NewPhone]]
    own: NotRequired[bool]
    revision: int


class Changes(TypedDict):
    """What happened after a place in the feed; ask again while there is `more`."""

    frames: list[
        ConversationFrame
        | ConversationRemovedFrame
        | ItemFrame
        | ItemRemovedFrame
        | ItemsRemovedFrame
        | ReadFrame
        | QueueFrame
        | QueueWaitingFrame
        | WaitingFrame
        | WaitingRemovedFrame
        | ScheduledFrame
        | PersonFrame
        | AccessFrame
    ]
    more: bool


class CommandStatus(TypedDict):
    code: str | None
    command_id: str
    state: dict[str, Any] | None
    status: Literal["pending", "accepted", "refused"]
    text: str | None


class ComparedSets(TypedDict):
    equal: bool
    schema: str
    tables: list[ComparedTable]


class ComparedTable(TypedDict):
    """One projection, in what serves and in the other set; hashes over all rows by key."""

    equal: bool
    hash: str
    name: str
    rows: int
    serving_hash: str
    serving_rows: int


class Comparison(TypedDict):
    """What differs between two positions, the earlier first."""

    after: LogPosition
    before: LogPosition
    conversations: list[PastDifference]
    more: bool
    queues: list[PastDifference]


class ConsentChange(TypedDict):
    """Who withdrew or renewed consent, when, and by what."""

    at: str
    by: Person | None
    counterpart: Phone
    everywhere: bool
    number: Phone
    opted_out: bool
    source: Literal["text", "carrier", "operator"]
    word: str


class ConsentHistory(TypedDict):
    """Newest first; `standings` is how it is now."""

    items: list[ConsentChange]
    standings: list[ConsentStanding]


class ConsentStanding(TypedDict):
    counterpart: Phone
    number: Phone | None
    opted_out: bool


class Contact(TypedDict):
    """Somebody of the phonebook, or one of the viewer's own contacts."""

    company: str
    created_by: str
    emails: list[ContactMail]
    extension_id: str | None
    id: str
    name: str
    note: str
    numbers: list[ContactPhone]
    own: bool
    revision: int


class ContactMail(TypedDict):
    address: str
    label: str


class ContactPage(TypedDict):
    """By name; `next` leads on. A search has one page."""

    items: list[Contact]
    next: str | None


class ContactPhone(TypedDict):
    display: str
    label: str
    number: str


class Conversation(TypedDict):
    """A conversation as this viewer sees it."""

    closed: bool
    counterparts: list[Counterpart]
    deleted: bool
    id: str
    kind: Literal["direct", "group", "sms"]
    last_at: str | None
    last_position: int
    marked_unread: bool
    members: list[Person]
    muted: bool
    name: str
    number: Phone | None
    preview: Preview | None
    queue: ConversationQueue | None
    read_position: int
    sending: Sending
    tag: Literal["CHAT", "GROUP", "SMS"]
    tags: list[str]
    unread: int


class ConversationFrame(TypedDict):
    """This conversation is in the viewer's list, and looks like this."""

    conversation: Conversation
    sequence: int
    type: Literal["conversation"]


class ConversationPage(TypedDict):
    items: list[Conversation]
    next: str | None


class ConversationQueue(TypedDict):
    closes_at: str | None
    epoch: int
    holder: Person | None
    id: str
    lapses_at: str | None
    mine: bool
    name: str
    offer_ends_at: str | None
    offered_to: Person | None
    queued_at: str | None
    state: Literal["waiting", "claimed", "closed"]


class ConversationRemovedFrame(TypedDict):
    """This conversation is no longer in the viewer's list."""

    conversation_id: str
    sequence: int
    type: Literal["conversation-removed"]


class Counterpart(TypedDict):
    """An outside number, and whose it is: by a contact, or by the caller's name alone."""

    contact_id: str | None
    display: str
    label: str | None
    name: str | None
    number: str


class DayFigures(TypedDict):
    answer_median: int | None
    answer_p90: int | None
    answered: int
    claimed: int
    closed: int
    day: str
    lapsed: int
    overflowed: int
    passed: int
    queued: int
    received: int
    released: int
    replies: int
    transferred: int
    wait_median: int | None
    wait_p90: int | None


class DayUsage(TypedDict):
    day: str
    failed: int
    mms: int
    received: int
    segments_received: int
    segments_sent: int
    sent: int


class DeadLetter(TypedDict):
    """A record that a service set aside; numbers are masked."""

    died_at: str
    ended_at: str | None
    error: str
    id: str
    key: str
    offset: int
    partition: int
    reason: str
    retryable: bool
    service: str | None
    state: str
    topic: str


class DeadLetterDetail(TypedDict):
    """What was set aside, where its handler broke, and what operators did."""

    deeds: list[LetterDeed]
    died_at: str
    ended_at: str | None
    error: str
    id: str
    key: str
    masked: bool
    may_show: bool
    offset: int
    partition: int
    raw: str | None
    reason: str
    retryable: bool
    service: str | None
    size: int
    stack: str
    state: str
    topic: str


class DeadLetters(TypedDict):
    """The latest first; `open_count` counts all that wait."""

    items: list[DeadLetter]
    open_count: int


class Decided(TypedDict):
    """What was decided, in the decider's words."""

    command_id: str
    state: dict[str, Any]


class Decision(TypedDict):
    """What was decided, in the decider's words, and the conversation as this viewer sees it now."""

    command_id: str
    conversation: Conversation | None
    state: dict[str, Any]


class DeliveryPage(TypedDict):
    """Newest first; `next` leads to those before."""

    items: list[DeliveryReport]
    next: str | None


class DeliveryReport(TypedDict):
    """What we did, or what a carrier said, and what that means."""

    account: str | None
    advice: str | None
    at: str
    attempt: int
    carrier: str | None
    code: str | None
    conversation_id: str
    id: str
    kind: Literal["plan", "gate", "answer", "receipt"]
    message_id: str
    provider_message_id: str | None
    recipient: Phone
    reported_at: str | None
    retry_at: str | None
    said: str | None
    state: str | None
    text: str
    tries: int | None


class Device(TypedDict):
    """A phone; `this` is whether the one who asks registered it."""

    app: str
    id: str
    name: str
    platform: Literal["apns", "fcm"]
    registered_at: str
    this: bool


class Devices(TypedDict):
    items: list[Device]


class ExtensionChange(TypedDict):
    chat: NotRequired[bool | None]
    dial: NotRequired[str | None]
    name: NotRequired[str | None]
    roles: NotRequired[
        list[Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]] | None
    ]
    texting: NotRequired[bool | None]


class FactDetail(TypedDict):
    """A fact with what its record says; personal fields say "hidden" unless they were asked for."""

    actor: Actor | None
    at: str
    causation: str | None
    cause: Because | None
    command: bool
    correlation: str
    erased: bool
    id: str
    kept: bool
    offset: int
    partition: int
    personal: bool
    position: int
    read: dict[str, Any] | None
    stored: dict[str, Any] | None
    subject: str
    tenant: str | None
    topic: str
    type: str


class FactPage(TypedDict):
    """Newest first."""

    items: list[LogFact]
    matching: int | None
    more: bool
    newest: int


class FactTypes(TypedDict):
    items: list[str]


class Failure(TypedDict):
    code: str
    text: str


class FeedPlace(TypedDict):
    """Where a client is in its feed; a feed with another `id` is another feed."""

    id: str
    sequence: int


class FieldChange(TypedDict):
    """`before` is null where it was not there."""

    after: Any
    before: Any
    field: str


class Figures(TypedDict):
    """What happened; spans in seconds, null where nothing was measured."""

    answer_median: int | None
    answer_p90: int | None
    answered: int
    claimed: int
    closed: int
    lapsed: int
    overflowed: int
    passed: int
    queued: int
    received: int
    released: int
    replies: int
    transferred: int
    wait_median: int | None
    wait_p90: int | None


class FileLimits(TypedDict):
    """What may go along with one message, as it is sent; less than the system takes, or as much."""

    file_bytes: int
    files: int
    message_bytes: int


class FoundMessage(TypedDict):
    message: Message
    snippet: list[Piece]


class FoundMessages(TypedDict):
    """Newest first; `next` leads on, and is there even where a page is short of matches."""

    conversations: list[Conversation]
    items: list[FoundMessage]
    next: str | None
    partial: bool


class GroupName(TypedDict):
    name: str


class GuardOptions(TypedDict):
    """A tenant's limits; off until an admin turns it on. None is no limit of that kind."""

    countries: list[str]
    daily_segments: int | None
    enabled: bool
    hold: list[Literal["country", "user-pace", "prefix-pace", "daily-cap"]]
    per_prefix: int | None
    per_prefix_seconds: int
    per_user: int | None
    per_user_seconds: int


class HeldText(TypedDict):
    """A text that the guard holds until an admin decides."""

    approved: bool | None
    at: str
    author: Person
    by: Person | None
    conversation_id: str
    decided_at: str | None
    id: str
    number: Phone
    reason: str
    recipients: list[Phone]
    rule: Literal["country", "user-pace", "prefix-pace", "daily-cap"]
    segments: int
    text: str


class HeldTexts(TypedDict):
    """Those that wait, oldest first."""

    items: list[HeldText]


class HistoryPage(TypedDict):
    """Newest first; `next` leads on, and is there even where a page is short of matches."""

    items: list[Conversation]
    next: str | None


class Holiday(TypedDict):
    """A date, "YYYY-MM-DD", with hours of its own; without any it is closed all day."""

    closes: str | None
    date: str
    name: str
    opens: str | None


class ImportReport(TypedDict):
    """How many are taken, and which are not."""

    refused: list[RefusedRow]
    refused_count: int
    taken: int


class ItemFrame(TypedDict):
    """A message or a pill that is new, or that changed."""

    conversation_id: str
    item: Message | Pill
    sequence: int
    type: Literal["item"]


class ItemPage(TypedDict):
    has_newer: bool
    has_older: bool
    items: list[Message | Pill]
    readers: list[Reader]


class ItemRemovedFrame(TypedDict):
    """A message was deleted, for everybody or by this viewer; it may be one never seen."""

    conversation_id: str
    item_id: str
    sequence: int
    type: Literal["item-removed"]


class ItemsRemovedFrame(TypedDict):
    """This viewer has deleted the conversation up to and including a position."""

    conversation_id: str
    sequence: int
    type: Literal["items-removed"]
    up_to: int


class LetterDeed(TypedDict):
    """What an operator did to a letter, and why."""

    action: str
    at: str
    by: Person | None
    note: str | None


class Limits(TypedDict):
    """Numbers that a client must not hardcode; bytes with MB = 1,000,000."""

    chunk_bytes: int
    file_bytes: int
    file_types: list[str]
    files: int
    image_bytes: int
    message_bytes: int
    open_conversations: int
    page_items: int
    picture_bytes: int
    text_characters: int
    typing_again_seconds: int
    typing_idle_seconds: int
    typing_shown_seconds: int


class LogFact(TypedDict):
    """One record of the log: its place, what it is and what it follows from, not what it says."""

    actor: Actor | None
    at: str
    cause: Because | None
    command: bool
    correlation: str
    id: str
    position: int
    subject: str
    tenant: str | None
    type: str


class LogOutOfQueue(TypedDict):
    held: NotRequired[Literal["release", "keep"]]


class LogPosition(TypedDict):
    """A place in the log, and when that was; 0 is before it began."""

    at: str | None
    position: int


class Me(TypedDict):
    """Who is signed in; `id` is their extension."""

    dial: str
    id: str
    login: str
    name: str
    new_password_required: bool
    roles: list[Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]]
    tenant: str


class Message(TypedDict):
    at: str
    attempt: int
    author: Person | None
    client_id: str | None
    conversation_id: str
    counterpart: Phone | None
    direction: Literal["in", "out"]
    failure: Failure | None
    files: list[MessageFile]
    id: str
    position: int
    state: Literal["received", "queued", "sent", "delivered", "undelivered", "failed", "unknown"]
    text: str
    type: Literal["message"]
    via: Literal["chat", "sms"]


class MessageDeliveries(TypedDict):
    """Oldest first."""

    items: list[DeliveryReport]


class MessageFile(TypedDict):
    """A file of a message; `url` and `thumb_url` are paths of this API that lead to the file."""

    code: str | None
    height: int | None
    index: int
    media_type: str | None
    name: str | None
    size: int | None
    state: Literal["pending", "stored", "refused"]
    thumb_url: str | None
    url: str | None
    width: int | None


class Messaging(TypedDict):
    sms: SmsState


class NamedConversations(TypedDict):
    """Newest first."""

    items: list[Conversation]


class NewAlertTone(TypedDict):
    """A complete upload of a sound."""

    name: str
    upload: str


class NewAutomaticTexts(TypedDict):
    """What the queue says by itself; None says nothing."""

    closed_hours: NotRequired[str | None]
    goodbye: NotRequired[str | None]
    greeting: NotRequired[str | None]
    nobody_available: NotRequired[str | None]


class NewBusinessHours(TypedDict):
    """When a queue is open, by the clocks of a place; a day may have several spans."""

    holidays: NotRequired[list[NewHoliday]]
    time_zone: str
    week: NotRequired[list[NewOpenSpan]]


class NewCallTo(TypedDict):
    """Whom to call: a phone number, or a colleague."""

    caller_id: NotRequired[str | None]
    number: NotRequired[str | None]
    person: NotRequired[str | None]


class NewContact(TypedDict):
    company: NotRequired[str]
    emails: NotRequired[list[NewMail]]
    extension_id: NotRequired[str | None]
    name: NotRequired[str]
    note: NotRequired[str]
    numbers: NotRequired[list[NewPhone]]
    own: NotRequired[bool]


NewConversation = TypedDict(
    "NewConversation",
    {
        "from": "NotRequired[str | None]",
        "kind": "Literal['direct', 'group', 'sms']",
        "name": "NotRequired[str | None]",
        "to": "list[str]",
    },
)


class NewDevice(TypedDict):
    """What the app was given by its phone's push service."""

    app: str
    name: NotRequired[str]
    platform: Literal["apns", "fcm"]
    token: str


class NewExtension(TypedDict):
    chat: NotRequired[bool | None]
    dial: str
    name: str
    roles: NotRequired[
        list[Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]] | None
    ]
    texting: NotRequired[bool | None]


class NewFileLimits(TypedDict):
    """What may go along with one message, as it is sent; less than the system takes, or as much."""

    file_bytes: NotRequired[int]
    files: NotRequired[int]
    message_bytes: NotRequired[int]


class NewGuardOptions(TypedDict):
    """A tenant's limits; off until an admin turns it on. None is no limit of that kind."""

    countries: NotRequired[list[str]]
    daily_segments: NotRequired[int | None]
    enabled: NotRequired[bool]
    hold: NotRequired[list[Literal["country", "user-pace", "prefix-pace", "daily-cap"]]]
    per_prefix: NotRequired[int | None]
    per_prefix_seconds: NotRequired[int]
    per_user: NotRequired[int | None]
    per_user_seconds: NotRequired[int]


class NewHoliday(TypedDict):
    """A date, "YYYY-MM-DD", with hours of its own; without any it is closed all day."""

    closes: NotRequired[str | None]
    date: str
    name: NotRequired[str]
    opens: NotRequired[str | None]


class NewMail(TypedDict):
    address: str
    label: NotRequired[str]


class NewMessage(TypedDict):
    epoch: NotRequired[int | None]
    files: NotRequired[list[str] | None]
    send_at: NotRequired[str | None]
    text: str
    urgency: NotRequired[Literal["reply", "bulk"] | None]


class NewNumber(TypedDict):
    accounts: list[str]
    callers: NotRequired[list[str] | None]
    label: NotRequired[str | None]
    number: str
    route: NewRoute
    texting: NotRequired[bool | None]
    toll_free: NotRequired[bool | None]


class NewOpenSpan(TypedDict):
    """Open each week from a local time up to another one, "HH:MM"; "24:00" is midnight."""

    closes: str
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    opens: str


class NewOptOut(TypedDict):
    note: str
    number: str


NewParticipants = TypedDict(
    "NewParticipants",
    {
        "from": "NotRequired[str | None]",
        "to": "list[str]",
    },
)


class NewPassword(TypedDict):
    now: str
    then: str


class NewPersonalSettings(TypedDict):
    """What a person chose for themselves; the first five are judged by services, the rest shown."""

    alerts: NotRequired[bool]
    density: NotRequired[Literal["comfortable", "compact"]]
    desk_phone: NotRequired[bool]
    language: NotRequired[Literal["en", "es"] | None]
    shortcuts: NotRequired[bool]
    theme: NotRequired[Literal["system", "light", "dark"]]
    title_flash: NotRequired[bool]
    tone: NotRequired[bool]


class NewPhone(TypedDict):
    label: NotRequired[str]
    number: str


class NewQueue(TypedDict):
    agents: list[str]
    name: str
    options: NotRequired[NewQueueOptions | None]
    supervisors: NotRequired[list[str] | None]


class NewQueueOptions(TypedDict):
    """A queue's values (DESIGN.md §7). Seconds, 1 s to 30 days; None is off."""

    away_logout_seconds: NotRequired[int | None]
    capacity_per_agent: NotRequired[int]
    claim_idle_seconds: NotRequired[int | None]
    distribution: NotRequired[Literal["manual", "offer"]]
    hours: NotRequired[NewBusinessHours | None]
    inactive_close_seconds: NotRequired[int | None]
    last_agent_for_seconds: NotRequired[int | None]
    offer_for_seconds: NotRequired[int]
    overflow_after_seconds: NotRequired[int | None]
    overflow_queue_id: NotRequired[str | None]
    texts: NotRequired[NewAutomaticTexts]
    waiting_alert_seconds: NotRequired[int | None]


class NewReview(TypedDict):
    verdict: Literal["confirmed", "dismissed"]


class NewRoute(TypedDict):
    extensions: NotRequired[list[str]]
    kind: Literal["extensions", "queue"]
    queue_id: NotRequired[str | None]


class NewSignIn(TypedDict):
    login: str


class NewToken(TypedDict):
    """Made by a session, or by login and password where a program has no browser."""

    login: NotRequired[str | None]
    name: str
    password: NotRequired[str | None]
    scopes: NotRequired[list[Literal["read", "write", "admin"]]]


class NewUpload(TypedDict):
    media_type: NotRequired[str | None]
    name: str
    size: int


class NoteBody(TypedDict):
    """Words among colleagues; who is mentioned is told, and may read the conversation."""

    mentions: NotRequired[list[str]]
    text: str


class NumberChange(TypedDict):
    accounts: NotRequired[list[str] | None]
    callers: NotRequired[list[str] | None]
    label: NotRequired[str | None]
    route: NotRequired[NewRoute | None]
    texting: NotRequired[bool | None]
    toll_free: NotRequired[bool | None]


class NumberRoute(TypedDict):
    """Where a number's texts go: extensions that share the conversation, or a queue."""

    extensions: list[str]
    kind: Literal["extensions", "queue"]
    queue_id: str | None


class NumberUsage(TypedDict):
    failed: int
    label: str | None
    mms: int
    number: Phone
    received: int
    segments_received: int
    segments_sent: int
    sent: int


class OneTimeSignIn(TypedDict):
    """Tell it to them: it is good once, shown once, and over by `expires_at`."""

    expires_at: str
    login: str
    password: str


class OpenConversations(TypedDict):
    count: int
    oldest: Conversation | None


class OpenSpan(TypedDict):
    """Open each week from a local time up to another one, "HH:MM"; "24:00" is midnight."""

    closes: str
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    opens: str


class Organization(TypedDict):
    alert_tone: AlertTone | None
    consent: Literal["number", "tenant"]
    files: FileLimits
    files_at_most: FileLimits
    guard: GuardOptions
    id: str
    name: str
    texting: bool
    time_zone: str | None


class OrganizationChange(TypedDict):
    alert_tone: NotRequired[NewAlertTone | None]
    consent: NotRequired[Literal["number", "tenant"] | None]
    files: NotRequired[NewFileLimits | None]
    guard: NotRequired[NewGuardOptions | None]
    name: NotRequired[str | None]
    texting: NotRequired[bool | None]
    time_zone: NotRequired[str | None]


class OwnNumber(TypedDict):
    display: str
    label: str | None
    number: str
    toll_free: bool


class Ownership(TypedDict):
    """Whether any conversation ever had two owners, by a fold of the queues' events."""

    conversations: int
    done: bool
    facts: int
    folded: int
    found: list[TwoOwners]
    to_fold: int


class Past(TypedDict):
    """The panes at a position; one that was not there yet is null."""

    at: str | None
    conversation: PastConversation | None
    facts: list[PastFact]
    newest: LogPosition
    position: int
    queue: PastQueue | None


class PastAgent(TypedDict):
    id: str
    logged_in: bool
    name: str


class PastChange(TypedDict):
    after: PastStanding | None
    before: PastStanding | None
    id: str
    kind: Literal["added", "removed", "changed"]
    thing: Literal["queue", "place", "agent", "consent", "member", "tag", "message", "pill"]
    title: str


class PastConversation(TypedDict):
    """A conversation as it was."""

    counterparts: list[Phone]
    has_older: bool
    id: str
    items: list[PastMessage | Pill]
    kind: Literal["direct", "group", "sms"]
    members: list[PastName]
    name: str | None
    number: Phone | None
    opted_out: bool
    place: PastPlace | None
    tags: list[str]
    tenant: str


class PastDifference(TypedDict):
    changes: list[PastChange]
    id: str
    name: str


class PastFact(TypedDict):
    """What happened there; `queue_id` or `conversation_id` is what can be opened of it."""

    actor: str | None
    actor_name: str | None
    at: str | None
    conversation_id: str | None
    id: str
    position: int
    queue_id: str | None
    subject: str
    tenant: str | None
    topic: str
    type: str


class PastHeld(TypedDict):
    conversation_id: str
    counterparts: list[Phone]
    holder: PastName
    lapses_at: str | None
    since: str


class PastMessage(TypedDict):
    """A message as it stood; of an erased one only its place, its author and its time."""

    at: str
    attempt: int
    author: Person | None
    client_id: str | None
    conversation_id: str
    counterpart: Phone | None
    direction: Literal["in", "out"]
    erased: bool
    failure: Failure | None
    files: list[MessageFile]
    id: str
    position: int
    state: Literal["received", "queued", "sent", "delivered", "undelivered", "failed", "unknown"]
    text: str
    type: Literal["message"]
    via: Literal["chat", "sms"]


class PastName(TypedDict):
    id: str
    name: str


class PastPlace(TypedDict):
    """Where a conversation stood in its queue."""

    epoch: int
    escalated: bool
    holder: PastName | None
    queue_id: str
    queue_name: str
    queued_at: str | None
    state: Literal["waiting", "claimed", "closed"]


class PastQueue(TypedDict):
    """A queue as it was."""

    agents: list[PastAgent]
    held: list[PastHeld]
    id: str
    name: str
    oldest_at: str | None
    retired: bool
    tenant: str
    waiting: list[PastWaiting]
    waiting_count: int


class PastStanding(TypedDict):
    by: str | None
    state: str


class PastWaiting(TypedDict):
    conversation_id: str
    counterparts: list[Phone]
    escalated: bool
    offered_to: PastName | None
    queued_at: str


class Pending(TypedDict):
    """Not decided within 2 s: look at `status_url`; asking again with the same key is harmless."""

    command_id: str
    held: str | None
    status_url: str


class People(TypedDict):
    items: list[Person]


class Person(TypedDict):
    dial: str
    id: str
    name: str
    online: bool


class PersonFrame(TypedDict):
    person: Person
    sequence: int
    type: Literal["person"]


class PersonPresence(TypedDict):
    online: bool
    person_id: str


class PersonUsage(TypedDict):
    """None is what belongs to nobody alone: shared numbers, queues, automatic texts."""

    failed: int
    mms: int
    person: Person | None
    received: int
    segments_received: int
    segments_sent: int
    sent: int


class Phone(TypedDict):
    """A phone number as it is stored (E.164) and as it is shown."""

    display: str
    number: str


class Piece(TypedDict):
    """A stretch of a text; `found` is what was looked for."""

    found: bool
    text: str


class Pill(TypedDict):
    """What happened to a queue's conversation, in words; `note` is a transfer's internal note."""

    at: str
    conversation_id: str
    id: str
    kind: str
    note: str | None
    text: str
    type: Literal["pill"]


class PingFrame(TypedDict):
    """Answer with `{"type": "pong", "t": …}` within 5 s."""

    t: int
    type: Literal["ping"]


class PongFrame(TypedDict):
    """What a client sends; the server answers a client's own `ping` with it too."""

    t: int
    type: Literal["pong"]


class PresenceFrame(TypedDict):
    """Who came and who went since the last of these; nobody else's presence changed."""

    people: list[PersonPresence]
    type: Literal["presence"]


class Preview(TypedDict):
    by: str
    files: int
    text: str


class Problem(TypedDict):
    """RFC 9457; `code` is stable, `detail` a sentence for a person."""

    code: str
    detail: str
    holder: NotRequired[Person | None]
    status: int
    title: str
    type: str


class ProjectionSet(TypedDict):
    """All projections of one version, in tables of their own."""

    checkpoint: int
    equal: bool | None
    hash: str | None
    lag: int
    made_at: str
    name: str
    rebuild: Building | None
    state: Literal["building", "ready", "serving", "previous"]
    tables: list[ComparedTable]
    version: int


class ProjectionSets(TypedDict):
    """The newest first; one of them serves."""

    items: list[ProjectionSet]


class PushEndpoint(TypedDict):
    endpoint: str


class PushKey(TypedDict):
    key: str | None


class PushKeys(TypedDict):
    auth: str
    p256dh: str


class PushSubscription(TypedDict):
    """As the browser's PushManager gives it."""

    endpoint: str
    expirationTime: NotRequired[float | None]
    keys: PushKeys


class Queue(TypedDict):
    """A queue as this viewer sees it."""

    agents: list[Agent]
    id: str
    logged_in: bool
    name: str
    oldest_at: str | None
    role: Literal["agent", "supervisor"]
    supervises: bool
    waiting_alert_seconds: int | None
    waiting_count: int


class QueueBoard(TypedDict):
    """A queue's conversations, as one who watches over it sees them; the newest change first."""

    items: list[Conversation]
    next: str | None


class QueueChange(TypedDict):
    agents: NotRequired[list[str] | None]
    name: NotRequired[str | None]
    options: NotRequired[NewQueueOptions | None]
    supervisors: NotRequired[list[str] | None]


class QueueDecision(TypedDict):
    command_id: str
    queue: Queue | None
    state: dict[str, Any]


class QueueFrame(TypedDict):
    queue: Queue
    sequence: int
    type: Literal["queue"]


class QueueName(TypedDict):
    id: str
    name: str


class QueueNow(TypedDict):
    claimed: int
    logged_in: int
    oldest_at: str | None
    waiting: int


class QueueOptions(TypedDict):
    """A queue's values (DESIGN.md §7). Seconds, 1 s to 30 days; None is off."""

    away_logout_seconds: int | None
    capacity_per_agent: int
    claim_idle_seconds: int | None
    distribution: Literal["manual", "offer"]
    hours: BusinessHours | None
    inactive_close_seconds: int | None
    last_agent_for_seconds: int | None
    offer_for_seconds: int
    overflow_after_seconds: int | None
    overflow_queue_id: str | None
    texts: AutomaticTexts
    waiting_alert_seconds: int | None


class QueueStatistics(TypedDict):
    """By the days of a time zone, both ends included; a day on which nothing happened is absent."""

    agents: list[AgentFigures]
    days: list[DayFigures]
    first: str
    last: str
    name: str
    now: QueueNow
    queue_id: str
    total: Figures
    zone: str


class QueueWaitingFrame(TypedDict):
    """Others wait in the queue than before; all else of it is as it was."""

    oldest_at: str | None
    queue_id: str
    sequence: int
    type: Literal["queue-waiting"]
    waiting_count: int


class ReadFrame(TypedDict):
    """Another member of a chat has read on."""

    conversation_id: str
    reader: Reader
    sequence: int
    type: Literal["read"]


class ReadUpTo(TypedDict):
    up_to: int


class Reader(TypedDict):
    """How far a member of a chat has read; who wrote has read what stood above."""

    at: str
    name: str
    person_id: str
    position: int


class RebuildBegun(TypedDict):
    name: str


class Recipients(TypedDict):
    """Whom a text may mean, in three groups; and the number that it is, if it is a whole one."""

    phonebook: list[Counterpart]
    recent: list[Counterpart]
    teammates: list[Person]
    typed: Phone | None


class RefusedRow(TypedDict):
    """Which row, whose, and why not; rows count from 1, after a header."""

    code: str
    name: str
    row: int
    text: str


class Replay(TypedDict):
    """A range folded into projections of its own; `tables` compares them with what serves."""

    calls: int
    done: int
    error: str | None
    first: int
    id: str
    last: int
    pace: int
    pushes: int
    started_at: str
    state: Literal["running", "done", "failed", "cancelled", "lost"]
    tables: list[ComparedTable]
    texts: int
    total: int


class ReplayPlan(TypedDict):
    """What a replay would read, and how long it would take at least."""

    calls: int
    facts: int
    pushes: int
    seconds: int
    texts: int
    topics: list[TopicFacts]


class ReplayRange(TypedDict):
    """Which facts, by their positions in the index, and how many a second."""

    first: int
    last: int
    pace: NotRequired[int]


class Replays(TypedDict):
    """The newest first."""

    items: list[Replay]


class Revocation(TypedDict):
    """A text that may mean STOP without being a word of the list."""

    at: str
    by: Person | None
    conversation_id: str
    counterpart: Phone
    message_id: str
    number: Phone
    phrase: str
    reviewed_at: str | None
    text: str
    verdict: Literal["confirmed", "dismissed"] | None


class Revocations(TypedDict):
    """Those that nobody has reviewed, oldest first."""

    items: list[Revocation]


class Room(TypedDict):
    """Open it in a window of its own; whoever has the address may come in."""

    url: str


class ScheduledFrame(TypedDict):
    """What this viewer has planned to say, or how it ended; told to its author alone."""

    scheduled: ScheduledMessage
    sequence: int
    type: Literal["scheduled"]


class ScheduledMessage(TypedDict):
    """What its author planned to say; nobody else sees it but an admin, who may cancel it."""

    at: str
    author: Person
    by: Person | None
    client_id: str
    conversation_id: str
    ended_at: str | None
    failure: Failure | None
    held: str | None
    hidden: bool
    id: str
    message_id: str | None
    send_at: str
    state: Literal["waiting", "sent", "cancelled", "refused"]
    text: str
    type: Literal["scheduled"]


class ScheduledMessages(TypedDict):
    """What waits, and what was refused when its time had come, by time."""

    items: list[ScheduledMessage]


class Seen(TypedDict):
    """What an author had before them when they wrote a message."""

    conversation_id: str
    conversations: list[SeenEntry]
    evidence: Literal["read", "claimed", "wrote", "nothing"]
    message_id: str
    seen: LogPosition
    sent: LogPosition
    thread: list[PastMessage | Pill]
    unseen: list[PastMessage | Pill]
    viewer: PastName


class SeenEntry(TypedDict):
    """A conversation as it stood in somebody's list."""

    closed: bool
    id: str
    last_at: str
    marked_unread: bool
    muted: bool
    name: str
    preview: Preview | None
    tag: Literal["CHAT", "GROUP", "SMS"]
    unread: int


class Sending(TypedDict):
    """Whether this viewer may write here, and if not, why: a stable code and a sentence."""

    allowed: bool
    code: str | None
    files: bool
    text: str | None


class SettingAside(TypedDict):
    note: str


class Settings(TypedDict):
    """What this person set for themselves; `/settings` changes it."""

    alerts: bool
    density: Literal["comfortable", "compact"]
    desk_phone: bool
    language: Literal["en", "es"] | None
    shortcuts: bool
    theme: Literal["system", "light", "dark"]
    title_flash: bool
    tone: bool


class SignIn(TypedDict):
    login: str
    password: str


class SignInState(TypedDict):
    """How an extension's user signs in; `one_time`: they have not chosen a password yet."""

    last_at: str | None
    login: str
    one_time: bool


class SmsState(TypedDict):
    """Whether this person can text at all, and the first reason why not."""

    reason: Literal["system-off", "user-off", "no-number"] | None
    usable: bool


class Switching(TypedDict):
    anyway: NotRequired[bool]
    confirm: str


class Tag(TypedDict):
    conversations: int
    tag: str


class Tags(TypedDict):
    items: list[Tag]


class Token(TypedDict):
    """A bearer token; it is shown once and kept only as a hash."""

    id: str
    name: str
    scopes: list[Literal["read", "write", "admin"]]
    token: str


class TopicFacts(TypedDict):
    facts: int
    topic: str


class Transfer(TypedDict):
    """Exactly one of `to_agent` and `to_queue`."""

    note: NotRequired[str | None]
    to_agent: NotRequired[str | None]
    to_queue: NotRequired[str | None]


class TwoOwners(TypedDict):
    """A claim while somebody else held the conversation."""

    conversation_id: str
    position: int
    queue_id: str


class TypingFrame(TypedDict):
    """A member of a chat types; forget it `typing_shown_seconds` after it was said last."""

    conversation_id: str
    person_id: str
    type: Literal["typing"]
    typing: bool


class Unread(TypedDict):
    missed: int
    missed_in: int
    total: int


class Upload(TypedDict):
    """A file on its way; complete, a message may carry it until `expires_at`."""

    chunk_bytes: int
    expires_at: str
    file: UploadedFile | None
    id: str
    name: str
    offset: int
    size: int
    state: Literal["open", "done"]


class UploadedFile(TypedDict):
    """What will be sent: a picture may have become smaller, and a HEIC a JPEG."""

    height: int | None
    id: str
    media_type: str
    name: str
    size: int
    width: int | None


class Usage(TypedDict):
    """By the days of a time zone, both ends included; every day of them is there."""

    days: list[DayUsage]
    enabled: bool
    first: str
    last: str
    numbers: list[NumberUsage]
    people: list[PersonUsage]
    total: UsageFigures
    zone: str


class UsageFigures(TypedDict):
    failed: int
    mms: int
    received: int
    segments_received: int
    segments_sent: int
    sent: int


class Waiting(TypedDict):
    conversation_id: str
    counterpart: Phone
    epoch: int
    escalated: bool
    name: str | None
    offer_ends_at: str | None
    offered_to: str | None
    preview: str | None
    queue_id: str
    queued_at: str


class WaitingFrame(TypedDict):
    sequence: int
    type: Literal["waiting"]
    waiting: Waiting


class WaitingRemovedFrame(TypedDict):
    conversation_id: str
    queue_id: str
    sequence: int
    type: Literal["waiting-removed"]


WsFrame = (
    ConversationFrame
    | ConversationRemovedFrame
    | ItemFrame
    | ItemRemovedFrame
    | ItemsRemovedFrame
    | ReadFrame
    | QueueFrame
    | QueueWaitingFrame
    | WaitingFrame
    | WaitingRemovedFrame
    | ScheduledFrame
    | PersonFrame
    | AccessFrame
    | PingFrame
    | PresenceFrame
    | TypingFrame
    | PongFrame
)
