"""Files go by an account that takes them as they are, or not at all and with a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from schemas.conversation import MessageSubmitted
from schemas.delivery import DeliveryChanged, SendRefused
from schemas.media import SentFile, StoredObject
from services.carriers.mms import limits_of
from services.dispatch.adapters.media_links import LINK_SECONDS, MediaLinks
from services.dispatch.handlers import DispatchHandlers
from services.kernel import signing
from tests.support.dispatch_words import (
    ACCOUNTS,
    FIRST,
    MAIN,
    SPARE,
    answer,
    calls,
    submitted,
    tell,
    tried_again,
)
from tests.support.stage import Stage

#: One account of a carrier that takes little, then one of another that takes more.
NARROW, WIDE = MAIN, SPARE
WAYS = {
    NARROW: replace(ACCOUNTS[MAIN], mms=limits_of("telnyx"), max_files=2),
    WIDE: replace(ACCOUNTS[SPARE], mms=limits_of("bandwidth"), max_files=10),
}


def _outbox() -> Stage:
    return Stage("dispatch", DispatchHandlers(WAYS))


def _file(size: int = 1000, media_type: str = "image/jpeg") -> SentFile:
    return SentFile(
        name="a b.jpg", original=StoredObject(key="acme/abc", media_type=media_type, size=size)
    )


def _with(*files: SentFile, accounts: tuple[str, ...] = (NARROW, WIDE)) -> MessageSubmitted:
    return msgspec.structs.replace(submitted(text="", accounts=accounts), files=files)


def test_files_go_with_the_call() -> None:
    [call] = calls(tell(_outbox(), _with(_file())))

    assert (call.account, call.files, call.text) == (NARROW, (_file(),), "")


@pytest.mark.parametrize("files", [[_file(1_500_000)], [_file(), _file(), _file()]])
def test_what_the_first_account_does_not_take_goes_by_the_next(files: list[SentFile]) -> None:
    [call] = calls(tell(_outbox(), _with(*files)))

    assert (call.account, call.files) == (WIDE, tuple(files))


@pytest.mark.parametrize(
    ("files", "accounts", "code"),
    [
        ([_file(1_500_000)], (NARROW,), "files-too-big"),
        ([_file(), _file(), _file()], (NARROW,), "too-many-files"),
        ([_file(media_type="application/zip")], (NARROW, WIDE), "type-not-allowed"),
    ],
)
def test_what_no_account_takes_is_refused_before_sending(
    files: list[SentFile], accounts: tuple[str, ...], code: str
) -> None:
    told = tell(_outbox(), _with(*files, accounts=accounts))

    refused, changed = told.facts
    assert isinstance(refused, SendRefused)
    assert isinstance(changed, DeliveryChanged)
    assert (refused.code, changed.status, changed.failure_code) == (code, "failed", code)
    assert changed.failure_text
    assert told.effects == []


def test_a_carrier_without_mms_takes_no_files() -> None:
    stage = Stage("dispatch", DispatchHandlers({MAIN: replace(WAYS[NARROW], max_files=0)}))

    [refused, _] = tell(stage, _with(_file(), accounts=(MAIN,))).facts

    assert isinstance(refused, SendRefused)
    assert refused.code == "no-mms"
    assert calls(tell(stage, submitted()))


def test_a_message_that_is_tried_again_takes_its_files_along() -> None:
    stage = _outbox()
    tell(stage, _with(_file()), answer("permanent", account=NARROW, code="30007"))

    [call] = calls(tell(stage, tried_again()))

    assert (call.attempt, call.files) == (2, (_file(),))
    assert call.message_id == FIRST


def test_a_carrier_may_fetch_a_file_for_a_while_and_nothing_else() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    link = MediaLinks("https://media.example/", b"key").link(_file(), now)

    parts, at = urlsplit(link), now.timestamp()
    query = dict(parse_qsl(parts.query))
    assert (parts.netloc, parts.path) == ("media.example", "/files/acme/abc")
    assert (query["type"], query["name"]) == ("image/jpeg", "a b.jpg")
    assert signing.verify(b"key", parts.path, query, at + LINK_SECONDS - 1)
    assert not signing.verify(b"key", parts.path, query, at + LINK_SECONDS)
    assert not signing.verify(b"key", "/files/acme/other", query, at)
