"""Pictures and films for tests, made on the spot; what they say beside their pixels is a secret."""

import zlib
from io import BytesIO
from pathlib import Path
from random import Random
from struct import pack
from typing import cast

import av
from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS_IFD, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112
#: What must not leave the house.
SECRET = "Secret Camera"


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Make a picture that no encoder can make small; always the same one."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    grain = Random(7).randbytes(width * height * bands)  # noqa: S311 - a picture, no secret
    return Image.frombytes(mode, (width, height), grain)


def photo(width: int, height: int) -> Image.Image:
    """Make a picture as a camera's: smooth, with some grain."""
    small = noise(max(2, width // 24), max(2, height // 24))
    smooth = small.resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(smooth, noise(width, height), 0.12)


def exif(orientation: int = 1) -> Image.Exif:
    """Say where it was made, and by what."""
    said = Image.Exif()
    said[MAKE], said[ORIENTATION] = SECRET, orientation
    said.get_ifd(GPS_IFD)[1] = "N"
    said.get_ifd(GPS_IFD)[2] = (48.0, 51.0, 29.0)
    return said


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def talkative(kind: str, orientation: int = 1, *, size: tuple[int, int] = (40, 30)) -> bytes:
    """Make a picture that says too much, in every way that its format has."""
    picture, said = Image.new("RGB", size, "red"), exif(orientation)
    match kind:
        case "JPEG":
            return encoded(picture, kind, exif=said, comment=SECRET, xmp=SECRET.encode())
        case "PNG":
            info = PngInfo()
            info.add_text("Comment", SECRET)
            info.add_itxt("XML:com.adobe.xmp", SECRET)
            return encoded(picture, kind, exif=said, pnginfo=info)
        case _:
            return encoded(picture, kind, exif=said, xmp=SECRET.encode())


def moving_gif() -> bytes:
    frames = [Image.new("P", (20, 20), shade) for shade in (1, 2, 3)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90)


def pixels(content: bytes) -> bytes:
    with Image.open(BytesIO(content)) as opened:
        return opened.convert("RGBA").tobytes()


def film(
    path: Path,
    container: str,
    codec: str,
    *,
    size: tuple[int, int] = (160, 120),
    said: dict[str, str] | None = None,
) -> None:
    """Write a red film of three frames, which says this beside."""
    with av.open(str(path), "w", format=container) as out:
        out.metadata.update(said or {})
        stream = cast("av.VideoStream", out.add_stream(codec, rate=25))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, "red"))  # type: ignore[no-untyped-call]  # PyAV types it partly
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)


def turned(content: bytes, height: int) -> bytes:
    """Say of a film that it is to be turned by a quarter: the matrix of its track header."""
    at = content.index(b"tkhd") + 44
    matrix = pack(">9I", 0, 1 << 16, 0, 0xFFFF0000, 0, 0, height << 16, 0, 1 << 30)
    return content[:at] + matrix + content[at + len(matrix) :]


def unfolding_png() -> bytes:
    """Make a PNG of 60,000 by 60,000 points in a few kilobytes."""
    head = pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 2_000_000, 9)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
