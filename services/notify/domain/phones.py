"""Whether a text appears on somebody's desk phone as well, and what its end is; pure."""

import msgspec

from schemas.directory import ExtensionDefined, SettingsChosen
from schemas.notification import (
    ConsiderNotification,
    NotificationDecided,
    NotificationDelivered,
    NotificationFailed,
    PhoneText,
    Reason,
    RecordPhoneText,
)
from services.notify.domain.telling import decided, next_wait


class DeskPhone(msgspec.Struct, frozen=True, kw_only=True):
    """What is dialled to reach it, and its owner's switch. Part `phone/<extension>`."""

    dial: str = ""
    #: "Text Messages to Desk Phone", on unless its owner says otherwise.
    on: bool = True


def evolve(phone: DeskPhone, event: ExtensionDefined | SettingsChosen) -> DeskPhone:
    """Remember what is dialled, and the switch."""
    if isinstance(event, ExtensionDefined):
        return msgspec.structs.replace(phone, dial=event.dial)
    return msgspec.structs.replace(phone, on=event.settings.desk_phone)


def consider(question: ConsiderNotification, phone: DeskPhone) -> NotificationDecided | None:
    """Decide once whether a text goes to the phone; of anything else a phone hears nothing."""
    if not question.texted or not phone.dial:
        return None
    reason: Reason = "switched-on" if phone.on else "switched-off"
    if question.muted:
        reason = "muted"
    return decided(question, "desk-phone", reason, sent=reason == "switched-on")


def text(question: ConsiderNotification, phone: DeskPhone) -> PhoneText:
    """Write what the phone is to show."""
    return PhoneText(
        recipient=question.recipient,
        cause_id=question.cause_id,
        dial=phone.dial,
        title=question.title,
        body=question.body,
    )


def record(report: RecordPhoneText) -> NotificationDelivered | NotificationFailed | None:
    """Turn what the phone system said into the event that ends it; none while it goes on."""
    sent, endpoint = report.text, f"sip:{report.text.dial}"
    if report.outcome == "delivered":
        return NotificationDelivered(
            recipient=sent.recipient, cause_id=sent.cause_id, endpoint=endpoint
        )
    if next_wait(report) is not None:
        return None
    return NotificationFailed(
        recipient=sent.recipient,
        cause_id=sent.cause_id,
        endpoint=endpoint,
        code=report.code or report.outcome,
    )
