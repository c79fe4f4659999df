"""Ids repeat where their cause repeats, and links cannot be changed."""

import uuid
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from services.kernel import ids, signing

KEY = b"k" * 32


def _query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text))


def test_the_same_parts_make_the_same_id_and_other_parts_another() -> None:
    assert ids.derive("a", "event", "0") == ids.derive("a", "event", "0")
    assert len({ids.derive("a", "bc"), ids.derive("ab", "c"), ids.derive("abc")}) == 3


def test_a_derived_id_is_a_name_based_uuid() -> None:
    assert ids.derive("a", "b") == str(uuid.uuid5(ids._ROOT, "a\x1fb"))


def test_an_id_is_spelled_as_the_database_spells_it() -> None:
    id_ = ids.new()
    assert ids.canonical(id_.upper()) == id_
    assert uuid.UUID(ids.canonical("no uuid at all"))


def test_a_signed_link_opens_until_it_ends() -> None:
    query = _query(signing.sign(KEY, "/files/a/b", {"name": "ä & b.png"}, 1000))
    assert signing.verify(KEY, "/files/a/b", query, 999.9)
    assert not signing.verify(KEY, "/files/a/b", query, 1000)


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"expires": "9999"}, {"signature": ""}, {"more": "1"}, {"expires": "x"}],
)
def test_a_changed_link_does_not_open(change: dict[str, str]) -> None:
    query = _query(signing.sign(KEY, "/files/a", {"name": "n"}, 1000))
    assert not signing.verify(KEY, "/files/a", {**query, **change}, 1)


def test_a_link_opens_only_its_own_file_and_only_with_our_key() -> None:
    query = _query(signing.sign(KEY, "/files/a", {}, 1000))
    assert not signing.verify(KEY, "/files/b", query, 1)
    assert not signing.verify(b"x" * 32, "/files/a", query, 1)


def test_a_whole_link_opens_for_whoever_reads_its_path_as_a_server_does() -> None:
    parts = urlsplit(signing.link(KEY, "https://m.example/", "/files/café/ab", {"type": "a/b"}, 9))

    assert (parts.netloc, parts.path) == ("m.example", "/files/caf%C3%A9/ab")
    assert signing.verify(KEY, unquote(parts.path), _query(parts.query), 8)
    assert not signing.verify(KEY, "/files/cafe/ab", _query(parts.query), 8)
