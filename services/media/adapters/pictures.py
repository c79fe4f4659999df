"""Opens what may be looked at: pictures, and a film's first frame, by libraries that are told how.

Only ever called in a worker of the workshop, which imports only what its one file needs: a worker
takes longer to start than to look at a small picture.
"""

import warnings
from pathlib import Path

from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
#: What a file may do to those who decode it, beside taking too much.
TROUBLES = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    RuntimeError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def prepare() -> None:
    """Set the limits of the libraries, once in a process."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def open_upright(path: Path, media_type: str) -> Image.Image:
    """Give the pixels as they are to be seen; one of TROUBLES where there are none."""
    if media_type.startswith("video/"):
        from services.media.adapters import films  # noqa: PLC0415 - few are films

        return films.first_frame(path, media_type, MAX_PIXELS)
    if media_type == "image/heic":
        import pi_heif  # type: ignore[import-untyped]  # noqa: PLC0415 - untyped; few are HEIC

        pi_heif.register_heif_opener(thumbnails=False)
    with Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        opened.load()
        return ImageOps.exif_transpose(opened)


def is_moving(path: Path, media_type: str) -> bool:
    """Tell whether a picture has several frames."""
    with Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        return bool(getattr(opened, "is_animated", False))


def is_see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
