"""What we send is light, upright, and silent about its maker; what was light keeps its pixels."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from schemas.files import PICTURE_BYTES
from services.media.adapters import pictures
from services.media.adapters.lighten import lighten
from services.media.adapters.strip import stripped
from services.media.adapters.thumbnail import ProcessLightener
from tests.support.pictures import (
    ORIENTATION,
    SECRET,
    encoded,
    moving_gif,
    noise,
    photo,
    pixels,
    talkative,
    unfolding_png,
)

HEIC = Path(__file__).parents[2] / "fixtures" / "media" / "photo.heic"
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@pytest.fixture(autouse=True, scope="module")
def _limits() -> None:
    pictures.prepare()


def _lighten(tmp_path: Path, content: bytes, media_type: str) -> tuple[str, bytes]:
    path = tmp_path / "picture"
    path.write_bytes(content)
    return lighten(path, media_type)


@pytest.mark.parametrize(
    "content",
    [
        encoded(photo(2400, 1800), "JPEG", quality=92),
        encoded(photo(900, 3600), "JPEG", quality=97),
        encoded(photo(1400, 1000), "PNG"),
    ],
    ids=["a photo", "a tall one", "an opaque PNG"],
)
def test_a_heavy_picture_comes_to_about_600_kilobytes_in_its_own_shape(
    tmp_path: Path, content: bytes
) -> None:
    with Image.open(BytesIO(content)) as before:
        shape, kind = before.width / before.height, before.format
    assert len(content) > PICTURE_BYTES

    media_type, light = _lighten(tmp_path, content, KINDS[kind or ""])

    assert 450_000 <= len(light) <= PICTURE_BYTES  # ATT-10
    assert media_type == "image/jpeg"
    with Image.open(BytesIO(light)) as after:
        assert after.width / after.height == pytest.approx(shape, rel=0.01)


def test_a_heavy_see_through_picture_stays_see_through(tmp_path: Path) -> None:
    media_type, light = _lighten(tmp_path, encoded(noise(600, 500, "RGBA"), "PNG"), "image/png")

    assert (media_type, len(light) <= PICTURE_BYTES) == ("image/png", True)
    with Image.open(BytesIO(light)) as after:
        assert after.mode == "RGBA"
        assert after.width / after.height == pytest.approx(1.2, rel=0.01)


def test_a_heavy_picture_that_was_turned_stands_upright(tmp_path: Path) -> None:
    content = encoded(photo(2000, 1500), "JPEG", quality=95, exif=_turned())

    _, light = _lighten(tmp_path, content, "image/jpeg")

    with Image.open(BytesIO(light)) as after:
        assert after.height > after.width
        assert not after.getexif()


def _turned() -> Image.Exif:
    said = Image.Exif()
    said[ORIENTATION] = 6
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_a_light_picture_keeps_its_pixels_and_says_nothing_else(tmp_path: Path, kind: str) -> None:
    content = talkative(kind)
    assert SECRET.encode() in content

    media_type, light = _lighten(tmp_path, content, KINDS[kind])

    assert media_type == KINDS[kind]
    assert SECRET.encode() not in light
    assert pixels(light) == pixels(content)
    with Image.open(BytesIO(light)) as after:
        assert not after.getexif()


@pytest.mark.parametrize("kind", KINDS)
def test_a_light_picture_that_says_nothing_stays_byte_for_byte(tmp_path: Path, kind: str) -> None:
    content = encoded(photo(60, 40), kind)

    assert _lighten(tmp_path, content, KINDS[kind]) == (KINDS[kind], content)


def test_a_light_picture_that_was_turned_still_says_how(tmp_path: Path) -> None:
    _, light = _lighten(tmp_path, talkative("JPEG", orientation=6), "image/jpeg")

    with Image.open(BytesIO(light)) as after:
        assert dict(after.getexif()) == {ORIENTATION: 6}


@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_behind_a_picture_is_dropped(kind: str) -> None:
    content = encoded(photo(20, 20), kind)

    assert stripped(content + b"<script>alert(1)</script>", KINDS[kind]) == content


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_picture_that_is_cut_short_is_not_passed_on(
    tmp_path: Path, kind: str, kept: float
) -> None:
    content = encoded(photo(200, 200), kind)

    with pytest.raises(pictures.TROUBLES):
        _lighten(tmp_path, content[: int(len(content) * kept)], KINDS[kind])


def test_a_moving_gif_goes_on_moving(tmp_path: Path) -> None:
    assert _lighten(tmp_path, moving_gif(), "image/gif") == ("image/gif", moving_gif())


async def test_a_heic_becomes_a_jpeg_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(HEIC.read_bytes())

    light = await ProcessLightener().lighten(path, "image/heic")

    assert light is not None
    assert light.media_type == "image/jpeg"
    with Image.open(light.path) as after:
        assert (after.format, after.size) == ("JPEG", (320, 200))
        assert not after.getexif()


async def test_what_is_no_picture_ends_its_own_process_only(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(unfolding_png())

    assert await ProcessLightener().lighten(path, "image/png") is None
