"""A text is said to the phone system in SIP, until it answers, as whoever it wants us to be."""

from collections.abc import Iterator

import msgspec
import pytest

from schemas.base import ExtensionId
from schemas.notification import PhoneText, RecordPhoneText
from services.kernel.settings import Address
from services.notify.adapters.sip import SipPerformer
from services.notify.adapters.sip_words import MOST_BODY_BYTES
from services.notify.handlers import Phoning
from services.notify.ports import PhoneSystem as Known
from tests.support.phone_system import PhoneSystem, phone_system

pytestmark = pytest.mark.integration
TEXT = PhoneText(
    recipient=ExtensionId("ana"),
    cause_id="e-1",
    dial="101",
    title="+14155550150",
    body="Is my order ready? ☕",
)


@pytest.fixture
def system() -> Iterator[PhoneSystem]:
    with phone_system() as listening:
        yield listening


async def _tell(system: PhoneSystem, text: PhoneText = TEXT) -> RecordPhoneText:
    known = Known(
        address=Address("127.0.0.1", system.port),
        domain="pbx.example.com",
        user="tandem",
        password="secret",
    )
    payload = msgspec.json.encode(Phoning(text=text, tenant="acme", tries=1))
    (command,) = await SipPerformer(known).perform("0b8f6a1e", payload)
    assert isinstance(command.data, RecordPhoneText)
    return command.data


async def test_the_phone_shows_who_texts_and_what(system: PhoneSystem) -> None:
    """DESK-02: SIP MESSAGE (RFC 3428); answers to others and provisional ones end nothing."""
    report = await _tell(system)

    assert (report.outcome, report.code) == ("delivered", None)
    [heard] = system.heard
    assert heard.line == "MESSAGE sip:101@pbx.example.com SIP/2.0"
    assert heard.headers["From"].startswith("<sip:+14155550150@pbx.example.com>;tag=")
    assert heard.headers["To"] == "<sip:101@pbx.example.com>"
    assert heard.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert heard.headers["Content-Length"] == str(len(heard.text.encode()))
    assert heard.text == TEXT.body


async def test_a_lost_datagram_is_said_again_as_the_same_call(system: PhoneSystem) -> None:
    system.plan = [None]

    assert (await _tell(system)).outcome == "delivered"
    first, again = system.heard
    assert first == again


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="pbx", nonce="n-1"',
        'Digest realm="pbx", nonce="n-1", qop="auth", algorithm=SHA-256, opaque="o"',
    ],
)
async def test_it_proves_who_we_are_where_it_is_asked_to(
    system: PhoneSystem, challenge: str
) -> None:
    system.plan = [("407 Proxy Authentication Required", f"Proxy-Authenticate: {challenge}")]

    assert (await _tell(system)).outcome == "delivered"
    asked, proven = system.heard
    assert "Proxy-Authorization" not in asked.headers
    assert proven.headers["CSeq"] == "2 MESSAGE"
    assert 'username="tandem"' in proven.headers["Proxy-Authorization"]
    assert "secret" not in str(system.heard)


async def test_the_proof_is_what_the_standard_says(system: PhoneSystem) -> None:
    """RFC 2617 §3.2.2, reckoned by hand: md5(md5(user:realm:password):nonce:md5(method:uri))."""
    challenge = 'WWW-Authenticate: Digest realm="pbx", nonce="n-1"'
    system.plan = [("401 Unauthorized", challenge)]

    await _tell(system)
    proof = system.heard[1].headers["Authorization"]
    assert 'response="5b75186fa6fa99eaf089356aca82b4b7"' in proof


async def test_a_wrong_password_is_not_tried_for_ever(system: PhoneSystem) -> None:
    challenge = 'WWW-Authenticate: Digest realm="pbx", nonce="n-1"'
    system.plan = [("401 Unauthorized", challenge)] * 3

    report = await _tell(system)

    assert (report.outcome, report.code, len(system.heard)) == ("failed", "401", 2)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("404 Not Found", "failed"),
        ("480 Away", "retry"),
        ("503 Busy", "retry"),
        ("202 OK", "delivered"),
    ],
)
async def test_what_the_phone_system_says_decides_what_is_next(
    system: PhoneSystem, status: str, outcome: str
) -> None:
    system.plan = [(status, "")]

    assert (await _tell(system)).outcome == outcome


async def test_nothing_that_people_write_becomes_a_header(system: PhoneSystem) -> None:
    nasty = msgspec.structs.replace(
        TEXT, title="x>\r\nTo: <sip:9", body="\r\n\r\nBYE" + "é" * 2_000
    )

    await _tell(system, nasty)
    [heard] = system.heard
    assert heard.headers["From"].startswith("<sip:tandem@pbx.example.com>")
    assert MOST_BODY_BYTES - 1 <= len(heard.text.encode()) <= MOST_BODY_BYTES

    odd = await _tell(system, msgspec.structs.replace(TEXT, dial="101 SIP/2.0\r\nX: y"))
    assert (odd.outcome, len(system.heard)) == ("failed", 1)
