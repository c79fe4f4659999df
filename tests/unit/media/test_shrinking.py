from pathlib import Path

import pytest
from PIL import Image, ImageStat

from services.media.adapters import pictures
from services.media.adapters.thumbnail import ProcessShrinker
from tests.support.pictures import film, unfolding_png

GPS = 0x8825
HEIC = Path(__file__).parents[2] / "fixtures" / "media" / "photo.heic"


async def test_a_picture_is_measured_upright_and_made_small_without_its_position(
    tmp_path: Path,
) -> None:
    path = tmp_path / "photo"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(GPS)[1] = "N"
    Image.new("RGB", (1600, 1200), "navy").save(path, "JPEG", exif=exif)

    picture = await ProcessShrinker().shrink(path, "image/jpeg")

    assert picture is not None
    assert (picture.width, picture.height) == (1200, 1600)
    assert (picture.thumbnail_width, picture.thumbnail_height) == (480, 640)
    with Image.open(picture.thumbnail) as small:
        assert small.size == (480, 640)
        assert not small.getexif()


async def test_a_see_through_picture_stays_see_through(tmp_path: Path) -> None:
    path = tmp_path / "logo"
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(path, "PNG")

    picture = await ProcessShrinker().shrink(path, "image/png")

    assert picture is not None
    assert picture.thumbnail_type == "image/png"
    assert (picture.thumbnail_width, picture.thumbnail_height) == (30, 20)


async def test_a_pixel_bomb_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(unfolding_png())

    assert await ProcessShrinker().shrink(path, "image/png") is None


async def test_bytes_that_are_no_picture_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lie"
    path.write_bytes(b"\xff\xd8\xff\xe0 not really")

    assert await ProcessShrinker().shrink(path, "image/jpeg") is None


async def test_a_heic_has_a_small_copy_that_browsers_show(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(HEIC.read_bytes())

    picture = await ProcessShrinker().shrink(path, "image/heic")

    assert picture is not None
    assert (picture.width, picture.height) == (320, 200)
    assert picture.thumbnail_type == "image/jpeg"


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("mp4", "mpeg4", "video/mp4"),
        ("mov", "mpeg4", "video/quicktime"),
        ("webm", "libvpx", "video/webm"),
        ("mpeg", "mpeg1video", "video/mpeg"),
    ],
)
def test_of_a_film_the_first_frame_is_shown(
    tmp_path: Path, container: str, codec: str, media_type: str
) -> None:
    path = tmp_path / "film"
    film(path, container, codec)

    frame = pictures.open_upright(path, media_type)

    assert frame.size == (160, 120)
    red, green, _ = ImageStat.Stat(frame.convert("RGB")).mean
    assert (red > 200, green < 60) == (True, True)


async def test_a_film_is_looked_at_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "film"
    film(path, "mp4", "mpeg4")

    picture = await ProcessShrinker().shrink(path, "video/mp4")

    assert picture is not None
    assert (picture.width, picture.thumbnail_type) == (160, "image/jpeg")


@pytest.mark.parametrize(
    "lie",
    [
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\0\0\0\x18ftypmp42" + b"\0" * 4000,
        b"",
    ],
    ids=["a playlist", "a list of files", "an empty container", "nothing"],
)
@pytest.mark.parametrize("media_type", ["video/mp4", "video/webm", "video/mpeg"])
def test_what_is_no_film_leads_nowhere(tmp_path: Path, lie: bytes, media_type: str) -> None:
    path = tmp_path / "film"
    path.write_bytes(lie)

    with pytest.raises((IndexError, *pictures.TROUBLES)):
        pictures.open_upright(path, media_type)
