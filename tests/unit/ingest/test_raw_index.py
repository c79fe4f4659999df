import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.adapters import index

NAMES = st.text(min_size=1, max_size=4)


class Object:
    """An index in a bucket, and how much of it was read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads: list[int] = []

    async def read(self, offset: int, length: int) -> bytes:
        self.reads.append(length)
        return self.content[offset : offset + length]


async def _find(name: str, content: bytes) -> tuple[list[int], list[int]]:
    kept = Object(content)
    found = await index.find(name, len(content) // index.ENTRY_BYTES, kept.read)
    return found, kept.reads


@given(st.lists(st.tuples(NAMES, st.integers(0, 1 << 40)), max_size=40), NAMES)
async def test_an_id_is_found_at_all_its_places_and_at_no_other(
    entries: list[tuple[str, int]], name: str
) -> None:
    found, _ = await _find(name, index.spell(entries))

    assert found == sorted({offset for each, offset in entries if each == name})


async def test_of_a_large_index_only_a_part_is_read() -> None:
    content = index.spell((f"SM{n}", n) for n in range(50_000))

    for n in range(0, 50_000, 997):
        found, reads = await _find(f"SM{n}", content)
        assert found == [n]
        assert sum(reads) < len(content) / 10


async def test_where_the_foretold_place_is_wrong_the_whole_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = index.spell((f"SM{n}", n) for n in range(5_000))
    monkeypatch.setattr(index, "_window", lambda *_: (10, 20))

    assert await _find("SM77", content) == ([77], [160, len(content)])


async def test_an_id_whose_places_are_more_than_a_window_is_found_everywhere() -> None:
    content = index.spell(("SM1", n) for n in range(9_000))

    found, _ = await _find("SM1", content)
    assert found == list(range(9_000))
