"""Cursors, windows, buckets, numbers, links: rules of one function each."""

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import ExtensionId
from services.gateway.adapters.lists import read_cursor, write_cursor
from services.gateway.domain.addressing import BadAddress, Start, start
from services.gateway.domain.config import Config
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import display
from services.gateway.http.links import media_link
from services.gateway.ports import File
from services.kernel import signing
from services.kernel.buckets import Buckets, Rate
from services.kernel.clock import Clock
from tests.support.gateway_words import Story

ANA = Scope("acme", ExtensionId("ana"))


@given(st.datetimes(timezones=st.timezones()), st.text(min_size=1, max_size=40))
def test_a_cursor_reads_as_it_was_written(at: datetime, name: str) -> None:
    assert read_cursor(write_cursor(at, name)) == (at.isoformat(), name)


@pytest.mark.parametrize("cursor", [None, "", "%%%", "aGVsbG8", "////", "\u2603"])
def test_a_strange_cursor_is_the_beginning(cursor: str | None) -> None:
    assert read_cursor(cursor) == ("infinity", "")


def test_a_bucket_lets_its_burst_through_and_then_one_per_interval() -> None:
    buckets = Buckets(Rate(3, 10.0))
    for _ in range(3):
        assert buckets.wait("ana", 100.0) == 0
        buckets.take("ana", 100.0)

    assert buckets.wait("ana", 100.0) == 10
    assert buckets.wait("bert", 100.0) == 0
    assert buckets.wait("ana", 110.0) == 0


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+14155550199", "(415) 555-0199"), ("+4930123456", "+49 30 123456"), ("12345", "12345")],
)
def test_a_number_is_shown_as_people_write_it(number: str, shown: str) -> None:
    assert display(number) == shown


def test_a_text_conversation_has_the_id_that_the_router_gives_it() -> None:
    story = Story("acme")
    wish = Start("sms", ("(415) 555-0199",), story.number, None)

    made = start(wish, ANA, (story.number,), "command")

    assert made.conversation_id == story.conversation_id("+14155550199")
    assert made.partition_key == f"{story.number}|+14155550199"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Start("direct", ("a", "b"), None, None), "not-one-person"),
        (Start("sms", ("+14155550199",), None, None), "no-number"),
        (Start("sms", ("hello",), "+14155550100", None), "not-a-number"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_with_its_code(wish: Start, code: str) -> None:
    numbers = (wish.number,) if wish.number else ()
    with pytest.raises(BadAddress) as refused:
        start(wish, ANA, numbers, "command")

    assert refused.value.code == code


def test_a_media_link_is_what_the_media_service_verifies() -> None:
    config = Config(
        public_url="http://x",
        media_url="http://m:1/",
        media_inside="http://m:1",
        media_link_key=b"key",
        push_key=None,
    )

    parts = urlsplit(media_link(config, File("acme/aa", "image/png", "a b.png")))

    now = Clock().now().timestamp()
    assert (parts.netloc, parts.path) == ("m:1", "/files/acme/aa")
    assert signing.verify(b"key", parts.path, dict(parse_qsl(parts.query)), now)
    assert not signing.verify(b"key", parts.path, dict(parse_qsl(parts.query)), now + 121)
