from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.adapters.segments import (
    HEADER_BYTES,
    MARK_BYTES,
    MAX_PAYLOAD_BYTES,
    Damaged,
    Segment,
    Torn,
    Whole,
    find,
    frame,
    scan,
    whole_length,
)

MARK = b"\x9fTNDM\xff\x01\x02"
payloads = st.lists(st.binary(max_size=60), max_size=8)


def _content(given_: list[bytes]) -> bytes:
    return b"".join(frame(MARK, payload) for payload in given_)


def _read(content: bytes) -> list[bytes]:
    return [found.payload for found in scan(content, MARK) if isinstance(found, Whole)]


@given(payloads)
def test_what_was_written_is_read(written: list[bytes]) -> None:
    assert _read(_content(written)) == written


@given(payloads, st.data())
def test_a_torn_tail_loses_only_what_was_torn(written: list[bytes], data: st.DataObject) -> None:
    content = _content(written)
    cut = data.draw(st.integers(0, len(content)))
    whole = whole_length(content[:cut], MARK)

    assert whole <= cut
    assert _read(content[:whole]) == _read(content[:cut])
    survivors = _read(content[:whole])
    assert survivors == written[: len(survivors)]
    assert sum(len(each) + HEADER_BYTES for each in survivors) == whole


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=8), st.data())
def test_a_flipped_bit_costs_one_record_and_is_seen(
    written: list[bytes], data: st.DataObject
) -> None:
    content = _content(written)
    at = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    found = list(scan(bytes(flipped), MARK))
    hit = _index_of(written, at)

    assert [each.payload for each in found if isinstance(each, Whole)] == [
        payload for index, payload in enumerate(written) if index != hit
    ]
    assert sum(isinstance(each, Damaged | Torn) for each in found) == 1


def _index_of(written: list[bytes], at: int) -> int:
    end = 0
    for index, payload in enumerate(written):
        end += HEADER_BYTES + len(payload)
        if at < end:
            return index
    raise AssertionError(at)


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_accounted_for(content: bytes) -> None:
    at = 0
    for found in scan(content, MARK):
        assert found.start == at
        at = len(content) if isinstance(found, Torn) else found.end
    assert at == len(content)


def test_a_payload_that_spells_another_segments_frame_is_not_believed() -> None:
    forged = frame(b"m" * MARK_BYTES, b"forged")
    content = frame(MARK, forged)
    damaged = b"\0" * HEADER_BYTES + content[HEADER_BYTES:]

    assert _read(damaged) == []


def test_segments_are_found_in_their_order(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        Segment.named(tmp_path, number, MARK).path.touch()
    (tmp_path / "position").touch()

    assert [segment.number for segment in find(tmp_path)] == [1, 9, 10]
    assert {segment.mark for segment in find(tmp_path)} == {MARK}


@pytest.mark.parametrize("length", [1, MARK_BYTES, HEADER_BYTES - 1])
def test_the_beginning_of_a_frame_is_torn_and_not_damaged(length: int) -> None:
    assert list(scan(frame(MARK, b"x")[:length], MARK)) == [Torn(0)]


def test_a_frame_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = b"x" * MAX_PAYLOAD_BYTES

    assert _read(frame(MARK, longest)) == [longest]
    assert _read(frame(MARK, longest + b"x")) == []
