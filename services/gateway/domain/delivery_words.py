"""Says of a delivery report in plain words what it means and what to do; carriers' codes included.

Codes are what carriers.md §2 tells of them. One that is in no table is shown as it is, with what
its state alone means: never guessed at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Words:
    """What it means, and what to do about it; nothing to do is empty."""

    text: str
    advice: str = ""


_OPTED_OUT = Words(
    "This person has opted out of texts from this number.",
    "Do not text them; they can text START to this number.",
)
_BAD_NUMBER = Words(
    "This number does not exist or is not written in full.", "Check the number and write it anew."
)
_LANDLINE = Words("This phone cannot receive texts.", "Call them, or ask for a mobile number.")
_UNREACHABLE = Words(
    "The phone is off, out of reach or not in service.", "Try again later, or call them."
)
_FILTERED = Words(
    "The carrier took it for spam and held it back.",
    "Write it differently, without short links; if it goes on, ask your carrier.",
)
_TOO_FAST = Words(
    "The carrier takes no more at this pace just now.", "Nothing to do: it is sent again by itself."
)
_NEXT_DAY = Words(
    "The day's limit of this number's registration is used up.",
    "It is sent again tomorrow by itself; ask your carrier for a higher limit.",
)
_UNREGISTERED = Words(
    "This number is not registered for business texts.",
    "An admin registers it with the carrier (10DLC brand and campaign, or toll-free).",
)
_OUR_ACCOUNT = Words(
    "The carrier did not accept our account or its settings.",
    "An admin checks the account's keys, its balance and whose number this is.",
)
_NO_COUNTRY = Words(
    "The account may not text to this country.", "An admin allows the country at the carrier."
)
_BARRED = Words(
    "The carrier does not let this number be texted.", "Call them, or ask the carrier why."
)
_TROUBLE = Words(
    "The carrier or the network had trouble.", "If it did not go in the end, try again."
)
_TOO_BIG = Words("The files were too big for the carrier.", "Send fewer or smaller files.")

#: Our own codes.
_OURS: Mapping[str, Words] = MappingProxyType(
    {
        "opted-out": _OPTED_OUT,
        "no-account": Words(
            "No carrier account may send from this number.",
            "An admin gives the number an account.",
        ),
        "too-long": Words("The text is longer than the carrier takes.", "Send it in parts."),
        "too-old": Words(
            "It could not be sent in time, so it was not sent at all.",
            "Send it again if it is still of use.",
        ),
        "no-mms": Words("No carrier of this number takes files.", "Send the text without files."),
        "too-many-files": Words("These are more files than the carrier takes.", "Send fewer."),
        "files-too-big": _TOO_BIG,
        "type-not-allowed": Words(
            "The carrier does not take files of this kind.", "Send a picture or a PDF instead."
        ),
        "too-many-waiting": Words(
            "Too many texts are already waiting to go to this number.", "Wait, then try again."
        ),
        "not-reached": Words(
            "The carrier could not be reached.", "Nothing to do: it is sent again by itself."
        ),
        "no-answer": Words(
            "The carrier took the text and did not answer; it may have gone.",
            "Ask them whether it arrived before you send it again.",
        ),
        "no-id": Words(
            "The carrier took the text and gave it no number of its own; it may have gone.",
            "Ask them whether it arrived before you send it again.",
        ),
    }
)
#: Carrier → meaning → its codes.
_TABLES: Mapping[str, tuple[tuple[Words, str], ...]] = MappingProxyType(
    {
        "twilio": (
            (_OPTED_OUT, "21610"),
            (_BAD_NUMBER, "21211 21217 21614 30005"),
            (_LANDLINE, "30006"),
            (_UNREACHABLE, "30003 30004"),
            (_FILTERED, "30007"),
            (_TOO_FAST, "20429 30001 30017 30022 63018"),
            (_NEXT_DAY, "30023 30027"),
            (_UNREGISTERED, "30032 30034"),
            (_NO_COUNTRY, "21408 21612"),
            (_OUR_ACCOUNT, "20003 21606"),
            (_TOO_BIG, "21617 21620 21623 30011"),
            (_TROUBLE, "30008"),
        ),
        "telnyx": (
            (_OPTED_OUT, "40300"),
            (_BAD_NUMBER, "40012"),
            (_LANDLINE, "40001"),
            (_UNREACHABLE, "40008"),
            (_FILTERED, "40002 40003 40015"),
            (_TOO_FAST, "40011 40014 10007"),
            (_UNREGISTERED, "40010"),
            (_OUR_ACCOUNT, "10001 10002 10003 10004 10005 10006 10009 40013"),
            (_TROUBLE, "40004 40006"),
        ),
        "bandwidth": (
            (_OPTED_OUT, "4775"),
            (_FILTERED, "4770 4771"),
            (_TOO_FAST, "4781 4785 max-message-queue-size-exceeded"),
            (_NEXT_DAY, "4780"),
            (_UNREGISTERED, "4773 4774 4795"),
            (_UNREACHABLE, "4702 5600 5610 5620 5650"),
            (_TROUBLE, "5100 5101 5111 5201 5211 5220 5500 9902"),
        ),
        "plivo": (
            (_OPTED_OUT, "200"),
            (_BAD_NUMBER, "10 50"),
            (_FILTERED, "30"),
            (_OUR_ACCOUNT, "40"),
            (_UNREACHABLE, "70 80 90"),
            (_NO_COUNTRY, "100 450"),
            (_TROUBLE, "20 60 300 1000"),
        ),
        "vonage_sms": (
            (_BAD_NUMBER, "9"),
            (_OPTED_OUT, "4"),
            (_UNREACHABLE, "2 3 12"),
            (_FILTERED, "6 14 50 51 52 53 54"),
            (_TROUBLE, "1 5 7 8 99"),
        ),
        "vonage_messages": (
            (_BAD_NUMBER, "1040"),
            (_BARRED, "1050"),
            (_TOO_FAST, "1000"),
            (_OUR_ACCOUNT, "1060 1070 1080 1120"),
            (_TROUBLE, "1030 1100"),
        ),
        "messagebird": (
            (_OPTED_OUT, "103"),
            (_BAD_NUMBER, "1"),
            (_UNREACHABLE, "27 31"),
            (_TOO_FAST, "107"),
            (_NEXT_DAY, "106"),
            (_OUR_ACCOUNT, "2 25"),
            (_TROUBLE, "34 99"),
        ),
        "infobip": (
            (_OPTED_OUT, "REJECTED_DESTINATION_BLOCKLISTED"),
            (_BAD_NUMBER, "EC_UNKNOWN_SUBSCRIBER EC_UNIDENTIFIED_SUBSCRIBER"),
            (_BAD_NUMBER, "REJECTED_DESTINATION REJECTED_PREFIX_MISSING"),
            (_LANDLINE, "EC_TELESERVICE_NOT_PROVISIONED EC_FACILITY_NOT_SUPPORTED"),
            (_UNREACHABLE, "EC_ABSENT_SUBSCRIBER EC_ABSENT_SUBSCRIBER_SM"),
            (_UNREACHABLE, "EC_SUBSCRIBER_BUSY_FOR_MT_SMS"),
            (_TOO_FAST, "REJECTED_FLOODING_FILTER TOO_MANY_REQUESTS"),
            (_NO_COUNTRY, "REJECTED_NETWORK REJECTED_ROUTE_NOT_AVAILABLE"),
            (_OUR_ACCOUNT, "REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED"),
            (_OUR_ACCOUNT, "REJECTED_SENDER REJECTED_SOURCE"),
            (_TROUBLE, "EC_SYSTEM_FAILURE REJECTED_SYSTEM_ERROR"),
        ),
        # letters: the MMS API's
        "sinch": (
            (_BAD_NUMBER, "402 E110"),
            (_BARRED, "E114"),
            (_LANDLINE, "E628"),
            (_TOO_FAST, "E106 E113"),
            (_OUR_ACCOUNT, "405 410 E103 E104 E105 E107 E111 E112 E627"),
            (_NO_COUNTRY, "412"),
            (_FILTERED, "408 E229"),
            (_TOO_BIG, "E225 E331 E332 E333 E335 E337"),
            (_TROUBLE, "403 404 406 E351 E352 E353 E355 E356 E357 E503 E618 E999"),
        ),
        "generic": ((_TOO_FAST, "try-later"), (_NEXT_DAY, "daily-limit")),
        "bird": (
            (_OPTED_OUT, "recipient_opted_out"),
            (_BAD_NUMBER, "invalid_destination"),
            (_LANDLINE, "landline_unreachable"),
            (_FILTERED, "content_rejected"),
            (_UNREGISTERED, "sender_unregistered"),
            (_UNREACHABLE, "unreachable"),
            (_TOO_FAST, "rate_limit_error"),
            (_OUR_ACCOUNT, "insufficient_balance"),
            (_TROUBLE, "provider_unavailable internal_error service_unavailable_error"),
        ),
        "signalwire": (
            (_OPTED_OUT, "21610"),
            (_TOO_FAST, "20429 30001 30022"),
            (_NEXT_DAY, "30027"),
            (_BAD_NUMBER, "21211 30005"),
            (_LANDLINE, "30006 21606"),
            (_UNREACHABLE, "30003 30004"),
            (_FILTERED, "30007"),
            (_OUR_ACCOUNT, "20003"),
            (_TROUBLE, "30008"),
        ),
    }
)
_CODES: Mapping[tuple[str, str], Words] = MappingProxyType(
    {
        (carrier, code): words
        for carrier, table in _TABLES.items()
        for words, codes in table
        for code in codes.split()
    }
)
#: HTTP answers without a code of the carrier's own.
_HTTP: Mapping[str, Words] = MappingProxyType(
    {"http-401": _OUR_ACCOUNT, "http-403": _OUR_ACCOUNT, "http-429": _TOO_FAST}
)
_STATES: Mapping[str, Words] = MappingProxyType(
    {
        "planned": Words("It waits for its turn at the number's pace."),
        "accepted": Words("The carrier has taken it."),
        "queued": Words("The carrier is about to hand it over."),
        "sent": Words("The carrier has handed it over to the phone's network."),
        "delivered": Words("It has arrived on the phone."),
        "retry": Words(
            "The carrier did not take it just now.", "Nothing to do: it is sent again by itself."
        ),
        "permanent": Words("The carrier did not accept it.", "Change it, then try again."),
        "held": Words("It was held back before it reached a carrier."),
        "unknown": _OURS["no-answer"],
        "undelivered": Words("The network could not deliver it.", "Try again later, or call them."),
        "failed": Words("The carrier could not send it.", "Try again later, or call them."),
    }
)
_OTHER = Words("The carrier reported something that we do not know; it changes nothing.")


def words(state: str | None, carrier: str, code: str | None) -> Words:
    """Say what a report means: by its code, else by its state."""
    code = code or ""
    known = _OURS.get(code) or _CODES.get((carrier, code)) or _HTTP.get(code)
    return known or _STATES.get(state or "", _OTHER)
