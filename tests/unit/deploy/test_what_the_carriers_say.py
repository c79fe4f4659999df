"""The simulator speaks as we read: each carrier's texts, groups, reports, answers and refusals."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from starlette.routing import compile_path

from deploy.local.simulator.accounts import DEFAULT_SECRET, account
from deploy.local.simulator.asking import listing_of
from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.credentials import basic
from deploy.local.simulator.words import (
    Call,
    File,
    Inbound,
    Outbound,
    Receipt,
    Refusal,
    State,
    Webhook,
)
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers.contract import (
    Account,
    Found,
    HttpRequest,
    HttpResponse,
    NeedsChallenge,
    Request,
    Sought,
    look_up_of,
)
from services.carriers.registry import CARRIERS
from tests.support.webhooks import MESSAGE, NOW, PUBLIC

EVERY = sorted(SPEAKERS)
OURS, CARL, DORA = "+12025550100", "+12025550143", "+12025550144"
AT = "2026-11-21T12:00:00.000Z"
PHOTO = File(
    name="a.jpg", media_type="image/jpeg", content=b"", url="https://media.example.com/a.jpg"
)
#: Who names the other members of a group message.
GROUPS = frozenset({"bandwidth", "generic", "infobip", "sinch", "telnyx", "twilio"})

#: Whose files are never reported about once they are sent.
ENDS_AT_SENT = frozenset({"signalwire"})
LISTS_NO_FILES = frozenset({"sinch"})


def ours(carrier: str) -> Account:
    """Give the account as carriers.toml has it for the demo."""
    given = account(carrier, DEFAULT_SECRET)
    return Account(
        name=given.name,
        carrier=carrier,
        public_base_url=PUBLIC,
        api_base_url="https://api.example.com",
        values={name: (value,) for name, value in given.credentials.items()},
    )


def heard(carrier: str, webhook: Webhook | None) -> list[CarrierEvent]:
    """Verify and read a webhook, after the challenge where the carrier waits for one."""
    assert webhook is not None
    sealed = webhook.seal(webhook, NOW) if webhook.seal else webhook
    headers = tuple((name.lower(), value) for name, value in sealed.headers.items())
    request = Request(
        method=sealed.method, query=urlsplit(sealed.url).query, headers=headers, body=sealed.body
    )
    try:
        CARRIERS[carrier].verify(request, ours(carrier), NOW)
    except NeedsChallenge:
        assert sealed.challenge is not None
        proof = ("authorization", basic(*sealed.challenge))
        CARRIERS[carrier].verify(replace(request, headers=(*headers, proof)), ours(carrier), NOW)
    return CARRIERS[carrier].parse(request, ours(carrier))


def text(carrier: str, *, others: tuple[str, ...] = (), files: tuple[File, ...] = ()) -> Inbound:
    fresh = "6f9619ff-8b86-5d01-b42d-00cf4fc964ff"
    identity = SPEAKERS[carrier].new_id(fresh, media=bool(files))
    return Inbound(
        id=identity, sender=CARL, number=OURS, text="Hello", files=files, others=others, at=AT
    )


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("has_files", [False, True])
def test_a_customers_text_is_proven_and_says_what_they_wrote(
    carrier: str, *, has_files: bool
) -> None:
    if has_files and not CARRIERS[carrier].MAX_FILES:
        return
    wrote = text(carrier, files=(PHOTO,) if has_files else ())

    [said] = heard(
        carrier, SPEAKERS[carrier].message_webhook(account(carrier, DEFAULT_SECRET), PUBLIC, wrote)
    )

    assert isinstance(said, MessageArrived)
    assert (said.number, said.counterpart, said.text) == (OURS, CARL, "Hello")
    assert said.provider_message_id == wrote.id
    assert [file.url for file in said.files] == [file.url for file in wrote.files]


@pytest.mark.parametrize("carrier", EVERY)
def test_a_group_is_named_by_those_carriers_that_have_groups(carrier: str) -> None:
    wrote = text(carrier, others=(DORA,))

    [said] = heard(
        carrier, SPEAKERS[carrier].message_webhook(account(carrier, DEFAULT_SECRET), PUBLIC, wrote)
    )

    assert isinstance(said, MessageArrived)
    assert said.others == ((DORA,) if carrier in GROUPS else ())


def taken(carrier: str, call: HttpRequest) -> Outbound:
    """Let the carrier's API take a call."""
    path = urlsplit(call.url).path
    matches = [compile_path(one)[0].match(path) for one in SPEAKERS[carrier].PATHS]
    named = next(match.groupdict() for match in matches if match)
    spelled = Call(path=path, named=named, headers=call.headers, body=call.body)
    speaker = SPEAKERS[carrier]
    identity = speaker.new_id("6f9619ff-8b86-5d01-b42d-00cf4fc964ff", media=False)
    return speaker.accept(account(carrier, DEFAULT_SECRET), spelled, identity, AT)


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("has_files", [False, True])
def test_our_text_is_taken_and_its_answer_has_its_id(carrier: str, *, has_files: bool) -> None:
    files = MESSAGE.media_urls[: CARRIERS[carrier].MAX_FILES] if has_files else ()
    message = replace(MESSAGE, number=OURS, recipient=CARL, media_urls=files)
    took = taken(carrier, CARRIERS[carrier].build_send(message, ours(carrier)))

    body = SPEAKERS[carrier].answer(account(carrier, DEFAULT_SECRET), took)
    answer = CARRIERS[carrier].read_answer(_response(SPEAKERS[carrier].STATUS, body))

    assert (answer.kind, answer.provider_message_id) == ("accepted", took.id)
    assert (took.text, _bare(took.number)) == (message.text, _bare(OURS))
    assert took.media == files
    assert [_bare(one) for one in took.recipients] == [_bare(CARL)]


@pytest.mark.parametrize("carrier", [name for name in EVERY if look_up_of(CARRIERS[name])])
@pytest.mark.parametrize("has_files", [False, True])
def test_what_was_taken_is_on_the_list_that_we_ask_for(carrier: str, *, has_files: bool) -> None:
    files = MESSAGE.media_urls[: CARRIERS[carrier].MAX_FILES] if has_files else ()
    message = replace(MESSAGE, number=OURS, recipient=CARL, media_urls=files)
    took = taken(carrier, CARRIERS[carrier].build_send(message, ours(carrier)))
    at = datetime.fromisoformat(AT)
    sought = Sought(
        number=OURS,
        recipient=CARL,
        text=message.text,
        message_id=message.message_id,
        idempotency_key=message.idempotency_key,
        has_files=bool(files),
        since=at,
        until=at,
    )
    look_up, listing = look_up_of(CARRIERS[carrier]), listing_of(SPEAKERS[carrier])
    assert look_up is not None
    assert listing is not None
    question = look_up.build(sought, ours(carrier))
    if question is None:
        assert carrier in LISTS_NO_FILES
        return
    asked = urlsplit(question.url)
    matches = [compile_path(one)[0].match(asked.path) for one in listing.paths]
    call = Call(
        path=asked.path,
        named=next(match.groupdict() for match in matches if match),
        headers=question.headers,
        body=b"",
        query=dict(parse_qsl(asked.query)),
    )
    answer = listing.listed(account(carrier, DEFAULT_SECRET), call, [took])

    told = look_up.read(_response(200, answer), sought)

    assert isinstance(told, Found)
    assert told.provider_message_id == took.id


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("status", [429, 500])
def test_a_not_now_is_one_in_the_carriers_own_words(carrier: str, status: int) -> None:
    refusal = SPEAKERS[carrier].refusal(status, None, "no")

    answer = CARRIERS[carrier].read_answer(_response(refusal.status, refusal.body))

    assert answer.kind == "retry"


@pytest.mark.parametrize("carrier", [name for name in EVERY if CARRIERS[name].MAX_FILES])
def test_files_without_a_word_are_taken(carrier: str) -> None:
    files = MESSAGE.media_urls[:1]
    message = replace(MESSAGE, number=OURS, recipient=CARL, text="", media_urls=files)

    took = taken(carrier, CARRIERS[carrier].build_send(message, ours(carrier)))

    assert (took.text, took.media) == ("", files)


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("has_files", [False, True])
def test_a_call_with_anothers_credentials_is_refused(carrier: str, *, has_files: bool) -> None:
    files = MESSAGE.media_urls[: CARRIERS[carrier].MAX_FILES] if has_files else ()
    message = replace(MESSAGE, number=OURS, recipient=CARL, media_urls=files)
    strangers = replace(
        ours(carrier),
        values={name: (f"{value[0][:-1]}0",) for name, value in ours(carrier).values.items()},
    )

    with pytest.raises((Refusal, StopIteration)):
        taken(carrier, CARRIERS[carrier].build_send(message, strangers))


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("state", ["sent", "delivered", "undelivered", "failed"])
@pytest.mark.parametrize("has_files", [False, True])
def test_a_report_is_proven_and_names_our_message(
    carrier: str, state: State, *, has_files: bool
) -> None:
    if has_files and not CARRIERS[carrier].MAX_FILES:
        return
    files = MESSAGE.media_urls[:1] if has_files else ()
    message = replace(MESSAGE, number=OURS, recipient=CARL, media_urls=files)
    took = taken(carrier, CARRIERS[carrier].build_send(message, ours(carrier)))
    receipt = Receipt(message=took, recipient=CARL, state=state, at=AT)
    report = SPEAKERS[carrier].receipt_webhook(account(carrier, DEFAULT_SECRET), PUBLIC, receipt)

    if carrier in ENDS_AT_SENT and has_files and state in {"delivered", "undelivered"}:
        assert report is None
        return
    [said] = heard(carrier, report)

    assert isinstance(said, ReceiptArrived)
    assert (said.provider_message_id, said.message_id) == (took.id, MESSAGE.message_id)
    assert (said.number, said.counterpart) == (OURS, CARL)
    ended_badly = {"undelivered", "failed"}
    assert said.status == state or {said.status, state} <= ended_badly
    assert said.reported_at is None or said.reported_at <= datetime.fromisoformat(AT)


def _response(status: int, body: object) -> HttpResponse:
    return HttpResponse(status=status, body=msgspec.json.encode(body))


def _bare(number: str) -> str:
    return number.removeprefix("+")
