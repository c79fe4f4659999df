from pathlib import Path

from PIL import Image

from services.media.adapters.thumbnail import ProcessShrinker

GPS = 0x8825


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
    Image.new("1", (30_000, 30_000)).save(path, "PNG")

    assert await ProcessShrinker().shrink(path, "image/png") is None


async def test_bytes_that_are_no_picture_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lie"
    path.write_bytes(b"\xff\xd8\xff\xe0 not really")

    assert await ProcessShrinker().shrink(path, "image/jpeg") is None
