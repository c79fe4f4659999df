"""Re-encode one picture, alone in a process that may use little: a bomb ends only this process.

`python -m services.media.adapters.shrink SOURCE TARGET` prints one JSON line, or exits non-zero.
Re-encoding drops EXIF (with its GPS position) and whatever else a polyglot carried.
"""

import json
import resource
import sys
import warnings
from pathlib import Path

from PIL import Image, ImageOps

MAX_EDGE = 640
MAX_PIXELS = 50_000_000
MAX_MEMORY_BYTES = 1_500_000_000
MAX_CPU_SECONDS = 10
_QUALITY = 82
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def main(source: str, target: str) -> int:
    """Shrink one picture; 1 for one that cannot or must not be decoded."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        print(json.dumps(_shrink(Path(source), Path(target))))  # noqa: T201 - the line is the answer
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201 - read by whoever debugs a file
        return 1
    return 0


def _shrink(source: Path, target: Path) -> dict[str, int | str]:
    with Image.open(source, formats=_FORMATS) as opened:
        upright = ImageOps.exif_transpose(opened)
        width, height = upright.size
        see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        small = upright.convert("RGBA" if see_through else "RGB")
    small.thumbnail((MAX_EDGE, MAX_EDGE))
    small.info.clear()  # Pillow would write a comment and a colour profile over into the copy
    kind = "PNG" if see_through else "JPEG"
    small.save(target, kind, quality=_QUALITY, optimize=True)
    return {
        "width": width,
        "height": height,
        "thumbnail_type": f"image/{kind.lower()}",
        "thumbnail_width": small.width,
        "thumbnail_height": small.height,
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
