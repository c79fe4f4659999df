"""Make one picture of ours light enough to send, and it or a film silent about where it was made.

`python -m services.media.adapters.lighten SOURCE TARGET TYPE` prints a JSON line, or fails.
A JPEG or PNG over 600 KB becomes one of at most that, with the same shape; HEIC, which neither
carriers nor browsers show, becomes JPEG. Lighter ones, GIF and WebP keep every pixel as it is.
"""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from schemas.files import PICTURE_BYTES
from services.media.adapters import confinement, pictures, strip

_BEST, _GOOD = 95, 82
#: Halvings of the room between what fits and what does not.
_STEPS = 6
_LARGEST_EDGE = 8192
_SHRUNK = frozenset({"image/jpeg", "image/png"})


def main(source: str, target: str, media_type: str) -> int:
    """Lighten one picture; 1 for one that cannot be decoded."""
    confinement.confine()
    pictures.prepare()
    try:
        found = _made(Path(source), Path(target), media_type)
    except (KeyError, *pictures.TROUBLES) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201 - read by whoever debugs a file
        return 1
    print(json.dumps({"media_type": found}))  # noqa: T201 - the line is the answer
    return 0


def _made(source: Path, target: Path, media_type: str) -> str:
    if media_type.startswith("video/"):
        from services.media.adapters import films  # noqa: PLC0415 - a third of a picture's start

        if not films.silenced(source, target, media_type):
            shutil.copyfile(source, target)
        return media_type
    found, content = lighten(source, media_type)
    target.write_bytes(content)
    return found


def lighten(source: Path, media_type: str) -> tuple[str, bytes]:
    """Give the type and the bytes to send; one of pictures.TROUBLES where it is no picture."""
    is_small = source.stat().st_size <= PICTURE_BYTES
    keeps = media_type != "image/heic" and (is_small or media_type not in _SHRUNK)
    if keeps or (media_type == "image/png" and pictures.is_moving(source, media_type)):
        pictures.open_upright(source, media_type)  # what cannot be decoded is not passed on
        return media_type, strip.stripped(source.read_bytes(), media_type)
    upright = pictures.open_upright(source, media_type)
    upright.thumbnail((_LARGEST_EDGE, _LARGEST_EDGE))
    profile = upright.info.get("icc_profile")
    upright.info.clear()
    if pictures.is_see_through(upright):
        return "image/png", _fitting_png(upright.convert("RGBA"), profile)
    return "image/jpeg", _fitting_jpeg(upright.convert("RGB"), profile)


def _fitting_jpeg(picture: Image.Image, profile: bytes | None) -> bytes:
    """Take quality away first, size only where that is not enough."""

    def at_quality(quality: float) -> bytes:
        return _encoded(picture, "JPEG", profile, quality=round(quality))

    def at_scale(scale: float) -> bytes:
        return _encoded(_scaled(picture, scale), "JPEG", profile, quality=_GOOD)

    best = at_quality(_BEST)
    if len(best) <= PICTURE_BYTES:
        return best
    good = at_quality(_GOOD)
    if len(good) <= PICTURE_BYTES:
        return _search(at_quality, _GOOD, _BEST, good)
    return _search(at_scale, 0.0, 1.0, None)


def _fitting_png(picture: Image.Image, profile: bytes | None) -> bytes:
    def at_scale(scale: float) -> bytes:
        return _encoded(_scaled(picture, scale), "PNG", profile)

    whole = at_scale(1.0)
    return whole if len(whole) <= PICTURE_BYTES else _search(at_scale, 0.0, 1.0, None)


def _search(
    make: Callable[[float], bytes], fits: float, too_much: float, found: bytes | None
) -> bytes:
    """Give the largest of a few tries that fits; halving needs no model of the encoder."""
    for _ in range(_STEPS):
        middle = (fits + too_much) / 2
        made = make(middle)
        if len(made) <= PICTURE_BYTES:
            fits, found = middle, made
        else:
            too_much = middle
    if found is None:
        raise ValueError("no size is small enough")
    return found


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    width, height = (max(1, round(edge * scale)) for edge in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(
    picture: Image.Image, kind: str, profile: bytes | None, *, quality: int | None = None
) -> bytes:
    out = io.BytesIO()
    more = {} if quality is None else {"quality": quality, "optimize": True}
    picture.save(out, kind, icc_profile=profile, **more)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
