"""Opens what may be looked at: pictures, and a film's first frame, by libraries that are told how.

Only ever called in a worker of the workshop. A film is opened by the one demuxer that its bytes
asked for, with no protocol but `file`: a playlist in disguise leads nowhere.
"""

import warnings
from pathlib import Path

import av
import pi_heif  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "video/webm": "matroska",
    "video/mpeg": "mpeg",
}
#: Packets that are looked through for the first frame.
_MOST_PACKETS = 500
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
    av.FFmpegError,
)


def prepare() -> None:
    """Set the limits of the libraries, once in a process."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pi_heif.register_heif_opener(thumbnails=False)
    av.logging.set_level(None)


def open_upright(path: Path, media_type: str) -> Image.Image:
    """Give the pixels as they are to be seen; one of TROUBLES where there are none."""
    if media_type in _DEMUXERS:
        return _first_frame(path, _DEMUXERS[media_type])
    with Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        opened.load()
        return ImageOps.exif_transpose(opened)


def is_moving(path: Path, media_type: str) -> bool:
    """Tell whether a picture has several frames."""
    with Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        return bool(getattr(opened, "is_animated", False))


def is_see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def _first_frame(path: Path, demuxer: str) -> Image.Image:
    with av.open(str(path), format=demuxer, options={"protocol_whitelist": "file"}) as film:
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
            raise ValueError("a frame is too large")
        for packet, _ in zip(film.demux(stream), range(_MOST_PACKETS), strict=False):
            for frame in packet.decode():
                turned = int(getattr(frame, "rotation", 0))
                picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV types it partly
                return picture.rotate(turned, expand=True) if turned else picture
    raise ValueError("no frame")
