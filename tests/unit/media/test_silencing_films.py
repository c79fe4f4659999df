"""A film that we send does not say where it was taken, and is otherwise as it was."""

from pathlib import Path

import av
import pytest

from services.media.adapters import pictures
from services.media.adapters.films import silenced
from services.media.adapters.thumbnail import ProcessLightener
from tests.support.pictures import SECRET, film, turned

SAID = {"title": SECRET, "comment": SECRET, "location": "+48.8584+002.2945/"}
KINDS = {"mp4": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp"}


@pytest.fixture(autouse=True, scope="module")
def _limits() -> None:
    pictures.prepare()


def _frames(path: Path) -> list[bytes]:
    with av.open(str(path)) as opened:
        return [bytes(frame.planes[0]) for frame in opened.decode(video=0)]


@pytest.mark.parametrize("container", KINDS)
def test_a_film_keeps_its_frames_and_loses_its_secrets(tmp_path: Path, container: str) -> None:
    source, target = tmp_path / "film", tmp_path / "silent"
    film(source, container, "mpeg4", said=SAID)

    assert silenced(source, target, KINDS[container])

    assert _frames(target) == _frames(source)
    with av.open(str(target)) as opened:
        assert {"title", "comment", "location"}.isdisjoint(opened.metadata)
    assert SECRET.encode() not in target.read_bytes()


@pytest.mark.parametrize("container", KINDS)
def test_a_film_that_says_nothing_is_left_alone(tmp_path: Path, container: str) -> None:
    source = tmp_path / "film"
    film(source, container, "mpeg4")

    assert not silenced(source, tmp_path / "silent", KINDS[container])


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_a_film_is_still_to_be_turned_as_it_was(tmp_path: Path, container: str) -> None:
    source, target = tmp_path / "film", tmp_path / "silent"
    film(source, container, "mpeg4", said=SAID)
    source.write_bytes(turned(source.read_bytes(), 120))

    assert silenced(source, target, KINDS[container])

    sizes = [pictures.open_upright(path, KINDS[container]).size for path in (source, target)]
    assert sizes == [(120, 160), (120, 160)]


async def test_a_film_is_made_ready_in_a_process_of_its_own(tmp_path: Path) -> None:
    said, plain = tmp_path / "said", tmp_path / "plain"
    film(said, "mp4", "mpeg4", said=SAID)
    film(plain, "mp4", "mpeg4")
    lightener = ProcessLightener()

    first = await lightener.lighten(said, "video/mp4")
    second = await lightener.lighten(plain, "video/mp4")

    assert first is not None
    assert second is not None
    assert SECRET.encode() not in first.path.read_bytes()
    assert second.path.read_bytes() == plain.read_bytes()


async def test_what_is_no_film_is_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "lie"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 4000)

    assert await ProcessLightener().lighten(path, "video/mp4") is None
