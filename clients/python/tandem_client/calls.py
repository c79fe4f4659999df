"""Every operation of Tandem's API by its name there; drawn by tools.clients."""

from typing import Literal

from tandem_client.shapes import (
    AdminExtension,
    AdminExtensions,
    AdminNumber,
    AdminNumbers,
    AdminQueue,
    AdminQueues,
    AnyQueues,
    ApiKeys,
    AuditPage,
    BlockedTexts,
    Bootstrap,
    CallState,
    CannedReplies,
    CannedReplyBody,
    CauseTree,
    ChangedContact,
    Changes,
    CommandStatus,
    ComparedSets,
    Comparison,
    ConsentHistory,
    Contact,
    ContactPage,
    Conversation,
    ConversationPage,
    DeadLetter,
    DeadLetterDetail,
    DeadLetters,
    Decided,
    Decision,
    DeliveryPage,
    Device,
    Devices,
    ExtensionChange,
    FactDetail,
    FactPage,
    FactTypes,
    FoundMessages,
    GroupName,
    HeldTexts,
    HistoryPage,
    ImportReport,
    ItemPage,
    LogOutOfQueue,
    LogPosition,
    Me,
    Message,
    MessageDeliveries,
    NamedConversations,
    NewCallTo,
    NewContact,
    NewConversation,
    NewDevice,
    NewExtension,
    NewMessage,
    NewNumber,
    NewOptOut,
    NewParticipants,
    NewPassword,
    NewPersonalSettings,
    NewQueue,
    NewReview,
    NewSignIn,
    NewToken,
    NewUpload,
    NoteBody,
    NumberChange,
    OneTimeSignIn,
    OpenConversations,
    Organization,
    OrganizationChange,
    Ownership,
    Past,
    Pending,
    People,
    ProjectionSets,
    PushEndpoint,
    PushKey,
    PushSubscription,
    QueueBoard,
    QueueChange,
    QueueDecision,
    QueueStatistics,
    ReadUpTo,
    RebuildBegun,
    Recipients,
    Replay,
    ReplayPlan,
    ReplayRange,
    Replays,
    Revocations,
    Room,
    ScheduledMessage,
    ScheduledMessages,
    Seen,
    SettingAside,
    Settings,
    SignIn,
    Switching,
    Tags,
    Token,
    Transfer,
    Upload,
    Usage,
)
from tandem_client.wire import Wire, segment


class Tandem(Wire):
    """Calls a gateway as one person, or as a program that has a key of theirs."""

    async def add_extension(
        self, body: NewExtension, *, key: str | None = None
    ) -> AdminExtension | Pending:
        """Make an extension; its user signs in once they are given a sign-in."""
        answer: AdminExtension | Pending = await self.exchange(
            "POST", "/api/v1/admin/extensions", body=body, key=key
        )
        return answer

    async def add_number(self, body: NewNumber, *, key: str | None = None) -> AdminNumber | Pending:
        """Take a number into use; one that there is already is changed."""
        answer: AdminNumber | Pending = await self.exchange(
            "POST", "/api/v1/admin/numbers", body=body, key=key
        )
        return answer

    async def add_participants(
        self, conversation_id: str, body: NewParticipants, *, key: str | None = None
    ) -> Decision | Pending:
        """Bring in colleagues and outside people; the latter get the group's messages as texts."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/conversations/{segment(conversation_id)}/participants",
            body=body,
            key=key,
        )
        return answer

    async def add_queue(self, body: NewQueue, *, key: str | None = None) -> AdminQueue | Pending:
        """Make a queue; numbers are led to it by themselves."""
        answer: AdminQueue | Pending = await self.exchange(
            "POST", "/api/v1/admin/queues", body=body, key=key
        )
        return answer

    async def add_to_upload(self, upload_id: str, content: bytes, *, upload_offset: int) -> Upload:
        """Bring the next piece, of at most `chunk_bytes`; 409 `wrong-offset` says where to go on."""
        answer: Upload = await self.exchange(
            "PATCH",
            f"/api/v1/uploads/{segment(upload_id)}",
            content=content,
            headers={"Upload-Offset": upload_offset},
        )
        return answer

    async def admin_extensions(self) -> AdminExtensions:
        """Every extension of the organization, and how its user signs in."""
        answer: AdminExtensions = await self.exchange("GET", "/api/v1/admin/extensions")
        return answer

    async def admin_numbers(self) -> AdminNumbers:
        """Every number of the organization."""
        answer: AdminNumbers = await self.exchange("GET", "/api/v1/admin/numbers")
        return answer

    async def admin_queues(self) -> AdminQueues:
        """Every queue of the organization, with every value."""
        answer: AdminQueues = await self.exchange("GET", "/api/v1/admin/queues")
        return answer

    async def alert_tone(self) -> str:
        """Lead to the organization's own tone, by a link that lives two minutes; 404 without one."""
        answer: str = await self.exchange("GET", "/api/v1/alert-tone")
        return answer

    async def approve_held_text(self, held_id: str, *, key: str | None = None) -> Decided | Pending:
        """Let it go; neither a STOP nor the day's cap is outranked."""
        answer: Decided | Pending = await self.exchange(
            "POST", f"/api/v1/guard/held/{segment(held_id)}/approve", key=key
        )
        return answer

    async def audit(
        self, *, subject: str | None = None, before: str | None = None, limit: int | None = None
    ) -> AuditPage:
        """Every change of a definition, a key, a sign-in; consent, held texts, operators' deeds."""
        answer: AuditPage = await self.exchange(
            "GET",
            "/api/v1/admin/audit",
            query={"subject": subject, "before": before, "limit": limit},
        )
        return answer

    async def blocked_texts(
        self, *, before: str | None = None, limit: int | None = None
    ) -> BlockedTexts:
        """Texts that the guard refused, newest first; `before` is the time of the last one shown."""
        answer: BlockedTexts = await self.exchange(
            "GET", "/api/v1/guard/blocked", query={"before": before, "limit": limit}
        )
        return answer

    async def bootstrap(self) -> Bootstrap:
        """Everything a client starts with, in one snapshot, and its place in the feed."""
        answer: Bootstrap = await self.exchange("GET", "/api/v1/bootstrap")
        return answer

    async def call(self, body: NewCallTo, *, key: str | None = None) -> CallState:
        """Ring my phone, and when I answer, theirs; the same key again rings nobody again."""
        answer: CallState = await self.exchange("POST", "/api/v1/calls", body=body, key=key)
        return answer

    async def call_state(self, call_id: str) -> CallState:
        """How my call goes."""
        answer: CallState = await self.exchange("GET", f"/api/v1/calls/{segment(call_id)}")
        return answer

    async def cancel_rebuild(self, name: str, *, key: str | None = None) -> None:
        """Stop building a set; what there is of it is discarded."""
        await self.exchange("POST", f"/api/v1/operator/projections/{segment(name)}/cancel", key=key)

    async def cancel_replay(self, replay_id: str, *, key: str | None = None) -> Replay:
        """Stop it where it is; it can be resumed from there."""
        answer: Replay = await self.exchange(
            "POST", f"/api/v1/operator/replays/{segment(replay_id)}/cancel", key=key
        )
        return answer

    async def cancel_scheduled(
        self, conversation_id: str, scheduled_id: str, *, key: str | None = None
    ) -> ScheduledMessage | Pending:
        """Do not say it after all; its author may, or an admin; too late once it was sent."""
        answer: ScheduledMessage | Pending = await self.exchange(
            "DELETE",
            f"/api/v1/conversations/{segment(conversation_id)}/scheduled/{segment(scheduled_id)}",
            key=key,
        )
        return answer

    async def cancel_upload(self, upload_id: str) -> None:
        """Drop it; what is complete ends by itself."""
        await self.exchange("DELETE", f"/api/v1/uploads/{segment(upload_id)}")

    async def canned_replies(self) -> CannedReplies:
        """What this person may insert: everybody's and their own, by name."""
        answer: CannedReplies = await self.exchange("GET", "/api/v1/canned-replies")
        return answer

    async def change_contact(
        self, contact_id: str, body: ChangedContact, *, key: str | None = None
    ) -> Contact | Pending:
        """Change a contact; what one's own becomes when it is no longer `own` is shared."""
        answer: Contact | Pending = await self.exchange(
            "PUT", f"/api/v1/contacts/{segment(contact_id)}", body=body, key=key
        )
        return answer

    async def change_extension(
        self, extension_id: str, body: ExtensionChange, *, key: str | None = None
    ) -> AdminExtension | Pending:
        """Change its name, its roles, and whether its user may text and chat."""
        answer: AdminExtension | Pending = await self.exchange(
            "PATCH", f"/api/v1/admin/extensions/{segment(extension_id)}", body=body, key=key
        )
        return answer

    async def change_number(
        self, number: str, body: NumberChange, *, key: str | None = None
    ) -> AdminNumber | Pending:
        """Change what it may do, where its texts go, and who sends from it."""
        answer: AdminNumber | Pending = await self.exchange(
            "PATCH", f"/api/v1/admin/numbers/{segment(number)}", body=body, key=key
        )
        return answer

    async def change_organization(
        self, body: OrganizationChange, *, key: str | None = None
    ) -> Organization | Pending:
        """Turn texting on or off for everybody, set limits, choose the tone that everybody hears."""
        answer: Organization | Pending = await self.exchange(
            "PATCH", "/api/v1/admin/organization", body=body, key=key
        )
        return answer

    async def change_password(self, body: NewPassword) -> Me:
        """Choose a password of one's own; every other session of this account ends."""
        answer: Me = await self.exchange("PUT", "/api/v1/session/password", body=body)
        return answer

    async def change_queue(
        self, queue_id: str, body: QueueChange, *, key: str | None = None
    ) -> AdminQueue | Pending:
        """Change its name, its people and its values."""
        answer: AdminQueue | Pending = await self.exchange(
            "PATCH", f"/api/v1/admin/queues/{segment(queue_id)}", body=body, key=key
        )
        return answer

    async def change_settings(
        self, body: NewPersonalSettings, *, key: str | None = None
    ) -> Settings | Pending:
        """Change some of them; my other screens follow."""
        answer: Settings | Pending = await self.exchange(
            "PATCH", "/api/v1/settings", body=body, key=key
        )
        return answer

    async def changes(self, *, id: str, after: int, limit: int | None = None) -> Changes:
        """Frames after a place in the feed; 410 means bootstrap again."""
        answer: Changes = await self.exchange(
            "GET", "/api/v1/changes", query={"id": id, "after": after, "limit": limit}
        )
        return answer

    async def claim(
        self, queue_id: str, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """I take it: exactly one agent gets 200, the others learn from 409 who has it."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/claim",
            key=key,
        )
        return answer

    async def close_conversation(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Close it for me; the next message opens it again."""
        answer: Decision | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/close", key=key
        )
        return answer

    async def close_in_queue(
        self, queue_id: str, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Done; the customer's next message opens it again."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/close",
            key=key,
        )
        return answer

    async def command(self, command_id: str) -> CommandStatus:
        """What became of a command that was answered with 202; kept for a day."""
        answer: CommandStatus = await self.exchange(
            "GET", f"/api/v1/commands/{segment(command_id)}"
        )
        return answer

    async def compare_projections(self, name: str) -> ComparedSets:
        """Hash every table of it and of what serves, both at one place of the log."""
        answer: ComparedSets = await self.exchange(
            "POST", f"/api/v1/operator/projections/{segment(name)}/compare"
        )
        return answer

    async def comparison(
        self, *, before: int, after: int, queue: str | None = None, conversation: str | None = None
    ) -> Comparison:
        """What differs between two positions: of what is named, or of whatever was told of."""
        answer: Comparison = await self.exchange(
            "GET",
            "/api/v1/operator/comparison",
            query={"before": before, "after": after, "queue": queue, "conversation": conversation},
        )
        return answer

    async def complete_upload(self, upload_id: str, *, key: str | None = None) -> Upload:
        """Check it, make it small, keep it; again is harmless."""
        answer: Upload = await self.exchange(
            "POST", f"/api/v1/uploads/{segment(upload_id)}/complete", key=key
        )
        return answer

    async def consent_history(self, number: str) -> ConsentHistory:
        """Who withdrew or renewed consent, when and by what; of a counterpart or of our number."""
        answer: ConsentHistory = await self.exchange("GET", f"/api/v1/consents/{segment(number)}")
        return answer

    async def contact(self, contact_id: str) -> Contact:
        """One contact."""
        answer: Contact = await self.exchange("GET", f"/api/v1/contacts/{segment(contact_id)}")
        return answer

    async def contacts(
        self,
        *,
        book: Literal["phonebook", "own"] | None = None,
        q: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> ContactPage:
        """Contacts by name, or those that part of a name or number finds."""
        answer: ContactPage = await self.exchange(
            "GET", "/api/v1/contacts", query={"book": book, "q": q, "after": after, "limit": limit}
        )
        return answer

    async def conversation(self, conversation_id: str) -> Conversation:
        answer: Conversation = await self.exchange(
            "GET", f"/api/v1/conversations/{segment(conversation_id)}"
        )
        return answer

    async def conversations(
        self,
        *,
        filter: Literal["all", "unread", "groups", "closed"] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> ConversationPage:
        """A page of this viewer's list, newest activity first; `next` is the next page's cursor."""
        answer: ConversationPage = await self.exchange(
            "GET",
            "/api/v1/conversations",
            query={"filter": filter, "before": before, "limit": limit},
        )
        return answer

    async def create_contact(
        self, body: NewContact, *, key: str | None = None
    ) -> Contact | Pending:
        """Add somebody to the phonebook, or to one's own contacts."""
        answer: Contact | Pending = await self.exchange(
            "POST", "/api/v1/contacts", body=body, key=key
        )
        return answer

    async def dead_letter(
        self, letter_id: str, *, numbers: Literal["masked", "shown"] | None = None
    ) -> DeadLetterDetail:
        """One of them, with its record as it was written."""
        answer: DeadLetterDetail = await self.exchange(
            "GET", f"/api/v1/operator/dead-letters/{segment(letter_id)}", query={"numbers": numbers}
        )
        return answer

    async def dead_letters(
        self, *, state: Literal["open", "ended"] | None = None, limit: int | None = None
    ) -> DeadLetters:
        """Records that services have set aside, of all organizations, the latest first."""
        answer: DeadLetters = await self.exchange(
            "GET", "/api/v1/operator/dead-letters", query={"state": state, "limit": limit}
        )
        return answer

    async def decline_offer(
        self, queue_id: str, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Not me: the queue asks the next one."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/decline",
            key=key,
        )
        return answer

    async def define_canned_reply(
        self, reply_id: str, body: CannedReplyBody, *, key: str | None = None
    ) -> Decided | Pending:
        """Write one, or change it; everybody's only with the role for it."""
        answer: Decided | Pending = await self.exchange(
            "PUT", f"/api/v1/canned-replies/{segment(reply_id)}", body=body, key=key
        )
        return answer

    async def delete_chat(
        self, conversation_id: str, *, up_to: int | None = None, key: str | None = None
    ) -> Decision | Pending:
        """Delete it for me, for good, up to and including a position; without one, up to now."""
        answer: Decision | Pending = await self.exchange(
            "DELETE",
            f"/api/v1/conversations/{segment(conversation_id)}",
            query={"up_to": up_to},
            key=key,
        )
        return answer

    async def delete_contact(self, contact_id: str, *, key: str | None = None) -> Decided | Pending:
        """Delete a contact; its numbers are nobody's from then on."""
        answer: Decided | Pending = await self.exchange(
            "DELETE", f"/api/v1/contacts/{segment(contact_id)}", key=key
        )
        return answer

    async def delete_message(
        self, conversation_id: str, message_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Delete a message, for good: a text and my own chat line for everyone, others' for me."""
        answer: Decision | Pending = await self.exchange(
            "DELETE",
            f"/api/v1/conversations/{segment(conversation_id)}/messages/{segment(message_id)}",
            key=key,
        )
        return answer

    async def delete_queue(
        self, queue_id: str, *, to: str | None = None, key: str | None = None
    ) -> Decided | Pending:
        """Delete a queue for good; `queue-has-numbers` while texts are led to it."""
        answer: Decided | Pending = await self.exchange(
            "DELETE", f"/api/v1/admin/queues/{segment(queue_id)}", query={"to": to}, key=key
        )
        return answer

    async def deliveries(
        self,
        *,
        before: str | None = None,
        limit: int | None = None,
        language: Literal["en", "es"] | None = None,
    ) -> DeliveryPage:
        """Every report about the organization's texts."""
        answer: DeliveryPage = await self.exchange(
            "GET",
            "/api/v1/deliveries",
            query={"before": before, "limit": limit, "language": language},
        )
        return answer

    async def devices(self) -> Devices:
        """My phones, the one whose app was started last first."""
        answer: Devices = await self.exchange("GET", "/api/v1/devices")
        return answer

    async def discard_projections(self, name: str, *, key: str | None = None) -> None:
        """Drop a set that does not serve; the log can always build another."""
        await self.exchange("DELETE", f"/api/v1/operator/projections/{segment(name)}", key=key)

    async def end_sign_in(self, extension_id: str) -> None:
        """Let its user in no more: the sign-in, every session and every key end within seconds."""
        await self.exchange("DELETE", f"/api/v1/admin/extensions/{segment(extension_id)}/sign-in")

    async def every_queue(self) -> AnyQueues:
        """Every queue of every organization, retired ones too."""
        answer: AnyQueues = await self.exchange("GET", "/api/v1/operator/queues")
        return answer

    async def export_contacts(
        self,
        *,
        book: Literal["phonebook", "own"] | None = None,
        format: Literal["csv", "vcard"] | None = None,
    ) -> str:
        """Every contact of a book as a file; no cell of it is a formula."""
        answer: str = await self.exchange(
            "GET", "/api/v1/contacts/export", query={"book": book, "format": format}
        )
        return answer

    async def fact(self, position: str, *, personal: bool | None = None) -> FactDetail:
        """One fact with its record, as it was stored and as this version reads it."""
        answer: FactDetail = await self.exchange(
            "GET", f"/api/v1/operator/facts/{segment(position)}", query={"personal": personal}
        )
        return answer

    async def fact_types(self) -> FactTypes:
        """Every type that this version knows, by name."""
        answer: FactTypes = await self.exchange("GET", "/api/v1/operator/fact-types")
        return answer

    async def facts(
        self,
        *,
        type: str | None = None,
        subject: str | None = None,
        actor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int | None = None,
        count: bool | None = None,
    ) -> FactPage:
        """Every event and command of the log, newest first; `type` may be what types begin with."""
        answer: FactPage = await self.exchange(
            "GET",
            "/api/v1/operator/facts",
            query={
                "type": type,
                "subject": subject,
                "actor": actor,
                "from": from_,
                "to": to,
                "before": before,
                "after": after,
                "limit": limit,
                "count": count,
            },
        )
        return answer

    async def file(
        self,
        conversation_id: str,
        message_id: str,
        index: str,
        *,
        size: Literal["full", "small"] | None = None,
        download: bool | None = None,
    ) -> str:
        """Lead to a stored file at the media origin, by a link that lives two minutes."""
        answer: str = await self.exchange(
            "GET",
            f"/api/v1/conversations/{segment(conversation_id)}/messages/{segment(message_id)}/files/{segment(index)}",
            query={"size": size, "download": download},
        )
        return answer

    async def files(
        self,
        conversation_id: str,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int | None = None,
    ) -> ItemPage:
        """Messages that carry files, as a strip shows them: `limit` counts only these."""
        answer: ItemPage = await self.exchange(
            "GET",
            f"/api/v1/conversations/{segment(conversation_id)}/files",
            query={"before": before, "after": after, "around": around, "limit": limit},
        )
        return answer

    async def forget_canned_reply(
        self, reply_id: str, *, key: str | None = None
    ) -> Decided | Pending:
        """Offer it no longer."""
        answer: Decided | Pending = await self.exchange(
            "DELETE", f"/api/v1/canned-replies/{segment(reply_id)}", key=key
        )
        return answer

    async def give_sign_in(self, extension_id: str, body: NewSignIn) -> OneTimeSignIn:
        """Give its user a one-time password; whoever is in by an older one is out."""
        answer: OneTimeSignIn = await self.exchange(
            "POST", f"/api/v1/admin/extensions/{segment(extension_id)}/sign-in", body=body
        )
        return answer

    async def held_texts(self) -> HeldTexts:
        """Texts that wait for an admin."""
        answer: HeldTexts = await self.exchange("GET", "/api/v1/guard/held")
        return answer

    async def history(
        self,
        *,
        before: str | None = None,
        limit: int | None = None,
        kind: Literal["direct", "group", "sms"] | None = None,
        number: str | None = None,
        queue: str | None = None,
        person: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> HistoryPage:
        """Every conversation that one may read, closed ones too, by its last message."""
        answer: HistoryPage = await self.exchange(
            "GET",
            "/api/v1/history",
            query={
                "before": before,
                "limit": limit,
                "kind": kind,
                "number": number,
                "queue": queue,
                "person": person,
                "from": from_,
                "to": to,
                "zone": zone,
            },
        )
        return answer

    async def import_contacts(
        self,
        content: bytes,
        *,
        book: Literal["phonebook", "own"] | None = None,
        format: Literal["csv", "vcard"] | None = None,
        key: str | None = None,
    ) -> ImportReport:
        """Take the contacts of a file, which is the body; what is there already is not taken twice."""
        answer: ImportReport = await self.exchange(
            "POST",
            "/api/v1/contacts/import",
            content=content,
            query={"book": book, "format": format},
            key=key,
        )
        return answer

    async def leave_group(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Go; what is said from then on is not for me."""
        answer: Decision | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/leave", key=key
        )
        return answer

    async def log_in(self, queue_id: str, *, key: str | None = None) -> QueueDecision | Pending:
        """I work this queue from now on."""
        answer: QueueDecision | Pending = await self.exchange(
            "POST", f"/api/v1/queues/{segment(queue_id)}/login", key=key
        )
        return answer

    async def log_out(
        self, queue_id: str, body: LogOutOfQueue, *, key: str | None = None
    ) -> QueueDecision | Pending:
        """I no longer work it; what I hold goes back to the queue, or stays mine until it lapses."""
        answer: QueueDecision | Pending = await self.exchange(
            "POST", f"/api/v1/queues/{segment(queue_id)}/logout", body=body, key=key
        )
        return answer

    async def make_token(self, body: NewToken) -> Token:
        """By an open session, or by login and password; a key makes no other keys."""
        answer: Token = await self.exchange("POST", "/api/v1/tokens", body=body)
        return answer

    async def mark_read(
        self, conversation_id: str, body: ReadUpTo, *, key: str | None = None
    ) -> Decision | Pending:
        """I have read up to and including this position; it never goes back."""
        answer: Decision | Pending = await self.exchange(
            "PUT", f"/api/v1/conversations/{segment(conversation_id)}/read", body=body, key=key
        )
        return answer

    async def mark_unread(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Show it to me as unread until I open it next."""
        answer: Decision | Pending = await self.exchange(
            "PUT", f"/api/v1/conversations/{segment(conversation_id)}/unread", key=key
        )
        return answer

    async def message_deliveries(
        self, conversation_id: str, message_id: str, *, language: Literal["en", "es"] | None = None
    ) -> MessageDeliveries:
        """Every report about one of our texts."""
        answer: MessageDeliveries = await self.exchange(
            "GET",
            f"/api/v1/conversations/{segment(conversation_id)}/messages/{segment(message_id)}/deliveries",
            query={"language": language},
        )
        return answer

    async def messages(
        self,
        conversation_id: str,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int | None = None,
    ) -> ItemPage:
        """Items before, after or around a position; the newest without one."""
        answer: ItemPage = await self.exchange(
            "GET",
            f"/api/v1/conversations/{segment(conversation_id)}/messages",
            query={"before": before, "after": after, "around": around, "limit": limit},
        )
        return answer

    async def mute_conversation(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Turn off my notifications about it; it goes on counting as unread."""
        answer: Decision | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/mute", key=key
        )
        return answer

    async def open_conversations(self) -> OpenConversations:
        """How many are open in this viewer's list, against `open_conversations` of the limits."""
        answer: OpenConversations = await self.exchange("GET", "/api/v1/open-conversations")
        return answer

    async def open_upload(self, body: NewUpload, *, key: str | None = None) -> Upload:
        """Begin an upload, or find it by its key as it stands."""
        answer: Upload = await self.exchange("POST", "/api/v1/uploads", body=body, key=key)
        return answer

    async def opt_out_by_hand(
        self, number: str, body: NewOptOut, *, key: str | None = None
    ) -> Decided | Pending:
        """They told us otherwise than by text: send them nothing more from this number."""
        answer: Decided | Pending = await self.exchange(
            "POST", f"/api/v1/consents/{segment(number)}/opt-out", body=body, key=key
        )
        return answer

    async def organization(self) -> Organization:
        """The organization's switches and limits."""
        answer: Organization = await self.exchange("GET", "/api/v1/admin/organization")
        return answer

    async def ownership(self) -> Ownership:
        """Fold the queues' events for a moment and say what was found; ask again until it is done."""
        answer: Ownership = await self.exchange("GET", "/api/v1/operator/ownership")
        return answer

    async def past(
        self,
        *,
        position: int | None = None,
        queue: str | None = None,
        conversation: str | None = None,
    ) -> Past:
        """A queue and a conversation as they were; without a position, as they are."""
        answer: Past = await self.exchange(
            "GET",
            "/api/v1/operator/past",
            query={"position": position, "queue": queue, "conversation": conversation},
        )
        return answer

    async def people(self) -> People:
        answer: People = await self.exchange("GET", "/api/v1/people")
        return answer

    async def plan_replay(self, body: ReplayRange) -> ReplayPlan:
        """A dry run: what would be read and what would leave; nothing is started."""
        answer: ReplayPlan = await self.exchange("POST", "/api/v1/operator/replays/plan", body=body)
        return answer

    async def position_at(self, *, at: str) -> LogPosition:
        """How long the log was at a time."""
        answer: LogPosition = await self.exchange(
            "GET", "/api/v1/operator/positions", query={"at": at}
        )
        return answer

    async def projections(self) -> ProjectionSets:
        """Every set of projections: which serves, how far each is, and how its building goes."""
        answer: ProjectionSets = await self.exchange("GET", "/api/v1/operator/projections")
        return answer

    async def push_key(self) -> PushKey:
        """The VAPID public key; null where Web Push is not set up."""
        answer: PushKey = await self.exchange("GET", "/api/v1/push-key")
        return answer

    async def queue_board(
        self,
        queue_id: str,
        *,
        state: Literal["open", "waiting", "claimed", "closed"] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> QueueBoard:
        """Every conversation of the queue, for its supervisors; they read, and may steer each."""
        answer: QueueBoard = await self.exchange(
            "GET",
            f"/api/v1/queues/{segment(queue_id)}/conversations",
            query={"state": state, "before": before, "limit": limit},
        )
        return answer

    async def queue_statistics(
        self,
        queue_id: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> QueueStatistics:
        """The queue now, by day and by agent; without dates, the last seven days."""
        answer: QueueStatistics = await self.exchange(
            "GET",
            f"/api/v1/queues/{segment(queue_id)}/statistics",
            query={"from": from_, "to": to, "zone": zone},
        )
        return answer

    async def queue_statistics_csv(
        self,
        queue_id: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
        by: Literal["day", "agent"] | None = None,
    ) -> str:
        """The same as CSV, a line a day or an agent; safe to open in a spreadsheet."""
        answer: str = await self.exchange(
            "GET",
            f"/api/v1/queues/{segment(queue_id)}/statistics.csv",
            query={"from": from_, "to": to, "zone": zone, "by": by},
        )
        return answer

    async def rebuild_projections(self, *, key: str | None = None) -> RebuildBegun:
        """Build all projections again from the log beside those that serve; then compare them."""
        answer: RebuildBegun = await self.exchange("POST", "/api/v1/operator/projections", key=key)
        return answer

    async def recipients(self, *, q: str) -> Recipients:
        """Whom this text may mean: teammates, the phonebook, recent numbers and callers' names."""
        answer: Recipients = await self.exchange("GET", "/api/v1/recipients", query={"q": q})
        return answer

    async def register_device(self, body: NewDevice, *, key: str | None = None) -> Device | Pending:
        """Tell this phone of my news from now on; an app says so whenever it is started."""
        answer: Device | Pending = await self.exchange("PUT", "/api/v1/devices", body=body, key=key)
        return answer

    async def reject_held_text(self, held_id: str, *, key: str | None = None) -> Decided | Pending:
        """Never send it."""
        answer: Decided | Pending = await self.exchange(
            "POST", f"/api/v1/guard/held/{segment(held_id)}/reject", key=key
        )
        return answer

    async def release(
        self, queue_id: str, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Give it back: it waits again, since when it first waited."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/release",
            key=key,
        )
        return answer

    async def remove_device(self, device_id: str, *, key: str | None = None) -> Decided | Pending:
        """Tell this phone of mine no more; one that is not known is forgotten already."""
        answer: Decided | Pending = await self.exchange(
            "DELETE", f"/api/v1/devices/{segment(device_id)}", key=key
        )
        return answer

    async def remove_participant(
        self, conversation_id: str, participant: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Take out an extension, or an outside number in international form."""
        answer: Decision | Pending = await self.exchange(
            "DELETE",
            f"/api/v1/conversations/{segment(conversation_id)}/participants/{segment(participant)}",
            key=key,
        )
        return answer

    async def rename_group(
        self, conversation_id: str, body: GroupName, *, key: str | None = None
    ) -> Decision | Pending:
        """Give the group another name; every member sees it."""
        answer: Decision | Pending = await self.exchange(
            "PUT", f"/api/v1/conversations/{segment(conversation_id)}/name", body=body, key=key
        )
        return answer

    async def reopen_conversation(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Open it again for me."""
        answer: Decision | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/reopen", key=key
        )
        return answer

    async def replays(self) -> Replays:
        """Replays of every operator, and what came of them."""
        answer: Replays = await self.exchange("GET", "/api/v1/operator/replays")
        return answer

    async def resume_replay(self, replay_id: str, *, key: str | None = None) -> Replay:
        """Go on from where it was stopped."""
        answer: Replay = await self.exchange(
            "POST", f"/api/v1/operator/replays/{segment(replay_id)}/resume", key=key
        )
        return answer

    async def retry_dead_letter(self, letter_id: str, *, key: str | None = None) -> DeadLetter:
        """Let its service decide it again, and in their order those that wait behind it."""
        answer: DeadLetter = await self.exchange(
            "POST", f"/api/v1/operator/dead-letters/{segment(letter_id)}/retry", key=key
        )
        return answer

    async def retry_message(
        self, conversation_id: str, message_id: str, *, key: str | None = None
    ) -> Message | Pending:
        """Send a failed message again, as the same message."""
        answer: Message | Pending = await self.exchange(
            "POST",
            f"/api/v1/conversations/{segment(conversation_id)}/messages/{segment(message_id)}/retry",
            key=key,
        )
        return answer

    async def review_revocation(
        self, message_id: str, body: NewReview, *, key: str | None = None
    ) -> Decided | Pending:
        """I have read it: `confirmed` opts them out, `dismissed` changes nothing."""
        answer: Decided | Pending = await self.exchange(
            "POST", f"/api/v1/revocations/{segment(message_id)}/review", body=body, key=key
        )
        return answer

    async def revocations(self) -> Revocations:
        """Texts that may mean STOP and that nobody has reviewed."""
        answer: Revocations = await self.exchange("GET", "/api/v1/revocations")
        return answer

    async def revoke_token(self, key_id: str) -> None:
        """End a key; within seconds nothing is let in by it any more."""
        await self.exchange("DELETE", f"/api/v1/tokens/{segment(key_id)}")

    async def scheduled_messages(self, conversation_id: str) -> ScheduledMessages:
        """My messages that wait here, or were refused when their time had come; an admin sees all."""
        answer: ScheduledMessages = await self.exchange(
            "GET", f"/api/v1/conversations/{segment(conversation_id)}/scheduled"
        )
        return answer

    async def search_conversations(self, *, q: str) -> NamedConversations:
        """Conversations with whoever has this name, part of a name or of a number."""
        answer: NamedConversations = await self.exchange(
            "GET", "/api/v1/search/conversations", query={"q": q}
        )
        return answer

    async def search_messages(
        self,
        *,
        q: str,
        before: str | None = None,
        limit: int | None = None,
        kind: Literal["direct", "group", "sms"] | None = None,
        number: str | None = None,
        queue: str | None = None,
        person: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> FoundMessages:
        """Messages that have every word of `q`; the last one may be the beginning of a word."""
        answer: FoundMessages = await self.exchange(
            "GET",
            "/api/v1/search/messages",
            query={
                "q": q,
                "before": before,
                "limit": limit,
                "kind": kind,
                "number": number,
                "queue": queue,
                "person": person,
                "from": from_,
                "to": to,
                "zone": zone,
            },
        )
        return answer

    async def seen_by_author(self, message_id: str) -> Seen:
        """What the author of a message had before them when they wrote it."""
        answer: Seen = await self.exchange(
            "GET", f"/api/v1/operator/messages/{segment(message_id)}/seen"
        )
        return answer

    async def send_message(
        self, conversation_id: str, body: NewMessage, *, key: str | None = None
    ) -> Message | ScheduledMessage | Pending:
        """Say something, now or at `send_at`; the Idempotency-Key is its `client_id` for life."""
        answer: Message | ScheduledMessage | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/messages", body=body, key=key
        )
        return answer

    async def set_dead_letter_aside(
        self, letter_id: str, body: SettingAside, *, key: str | None = None
    ) -> DeadLetter:
        """Give it up for good, with a note why; what waited behind it goes on without it."""
        answer: DeadLetter = await self.exchange(
            "POST",
            f"/api/v1/operator/dead-letters/{segment(letter_id)}/set-aside",
            body=body,
            key=key,
        )
        return answer

    async def settings(self) -> Settings:
        """My settings."""
        answer: Settings = await self.exchange("GET", "/api/v1/settings")
        return answer

    async def sign_in(self, body: SignIn) -> Me:
        answer: Me = await self.exchange("POST", "/api/v1/session", body=body)
        return answer

    async def sign_out(self) -> None:
        """End what lets me in; the phones that came in by it are told no more."""
        await self.exchange("DELETE", "/api/v1/session")

    async def start_conversation(
        self, body: NewConversation, *, key: str | None = None
    ) -> Conversation | Pending:
        """Open the conversation of these participants, or find the one that is there already."""
        answer: Conversation | Pending = await self.exchange(
            "POST", "/api/v1/conversations", body=body, key=key
        )
        return answer

    async def start_replay(self, body: ReplayRange, *, key: str | None = None) -> Replay:
        """Fold these facts into a new set of projections, which nobody is served, and compare it."""
        answer: Replay = await self.exchange("POST", "/api/v1/operator/replays", body=body, key=key)
        return answer

    async def start_video(self, conversation_id: str, *, key: str | None = None) -> Room:
        """Give the room of a chat: the same one for all of its members, again and again."""
        answer: Room = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/video", key=key
        )
        return answer

    async def subscribe_push(
        self, body: PushSubscription, *, key: str | None = None
    ) -> Decision | Pending:
        """A browser of mine accepts Web Push."""
        answer: Decision | Pending = await self.exchange(
            "PUT", "/api/v1/push-subscriptions", body=body, key=key
        )
        return answer

    async def switch_projections(
        self, name: str, body: Switching, *, key: str | None = None
    ) -> None:
        """Let it serve, or serve again; everybody's pages load anew and nothing is lost."""
        await self.exchange(
            "POST", f"/api/v1/operator/projections/{segment(name)}/switch", body=body, key=key
        )

    async def tag_conversation(
        self, conversation_id: str, name: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Put a tag on it, for everybody who sees it."""
        answer: Decision | Pending = await self.exchange(
            "PUT", f"/api/v1/conversations/{segment(conversation_id)}/tags/{segment(name)}", key=key
        )
        return answer

    async def tags(self) -> Tags:
        """The tags in use, those of most conversations first."""
        answer: Tags = await self.exchange("GET", "/api/v1/tags")
        return answer

    async def tokens(self) -> ApiKeys:
        """My keys."""
        answer: ApiKeys = await self.exchange("GET", "/api/v1/tokens")
        return answer

    async def transfer(
        self, queue_id: str, conversation_id: str, body: Transfer, *, key: str | None = None
    ) -> Decision | Pending:
        """Hand it to an agent of this queue, or to another queue."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/transfer",
            body=body,
            key=key,
        )
        return answer

    async def unmute_conversation(
        self, conversation_id: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Turn my notifications about it on again."""
        answer: Decision | Pending = await self.exchange(
            "POST", f"/api/v1/conversations/{segment(conversation_id)}/unmute", key=key
        )
        return answer

    async def unsubscribe_push(
        self, body: PushEndpoint, *, key: str | None = None
    ) -> Decision | Pending:
        """That browser no longer does."""
        answer: Decision | Pending = await self.exchange(
            "DELETE", "/api/v1/push-subscriptions", body=body, key=key
        )
        return answer

    async def untag_conversation(
        self, conversation_id: str, name: str, *, key: str | None = None
    ) -> Decision | Pending:
        """Take a tag off it."""
        answer: Decision | Pending = await self.exchange(
            "DELETE",
            f"/api/v1/conversations/{segment(conversation_id)}/tags/{segment(name)}",
            key=key,
        )
        return answer

    async def upload(self, upload_id: str) -> Upload:
        """Say how far it has come."""
        answer: Upload = await self.exchange("GET", f"/api/v1/uploads/{segment(upload_id)}")
        return answer

    async def usage(
        self, *, from_: str | None = None, to: str | None = None, zone: str | None = None
    ) -> Usage:
        """Texts by the days of the organization's time zone; `zone` is used where it has none."""
        answer: Usage = await self.exchange(
            "GET", "/api/v1/usage", query={"from": from_, "to": to, "zone": zone}
        )
        return answer

    async def usage_csv(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
        by: Literal["day", "number", "person"] | None = None,
    ) -> str:
        """The same as CSV; safe to open in a spreadsheet."""
        answer: str = await self.exchange(
            "GET", "/api/v1/usage.csv", query={"from": from_, "to": to, "zone": zone, "by": by}
        )
        return answer

    async def why(self, position: str) -> CauseTree:
        """Everything that began with the same request; in a queue also the wait that a claim ended."""
        answer: CauseTree = await self.exchange(
            "GET", f"/api/v1/operator/facts/{segment(position)}/why"
        )
        return answer

    async def write_note(
        self, queue_id: str, conversation_id: str, body: NoteBody, *, key: str | None = None
    ) -> Decision | Pending:
        """Write something for colleagues, a pill `note` in the thread; the customer never sees it."""
        answer: Decision | Pending = await self.exchange(
            "POST",
            f"/api/v1/queues/{segment(queue_id)}/conversations/{segment(conversation_id)}/notes",
            body=body,
            key=key,
        )
        return answer
