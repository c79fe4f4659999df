"""Re-encode one picture, alone in a process that may use little: a bomb ends only this process.

`python -m services.media.adapters.shrink SOURCE TARGET TYPE` prints a JSON line, or exits non-zero.
Re-encoding drops EXIF (with its GPS position) and whatever else a polyglot carried. Of a film the
first frame is taken.
"""

import json
import sys
from pathlib import Path

from services.media.adapters import confinement, pictures

MAX_EDGE = 640
_QUALITY = 82


def main(source: str, target: str, media_type: str) -> int:
    """Shrink one picture; 1 for one that cannot or must not be decoded."""
    confinement.confine()
    pictures.prepare()
    try:
        line = json.dumps(_shrink(Path(source), Path(target), media_type))
    except (KeyError, IndexError, *pictures.TROUBLES) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201 - read by whoever debugs a file
        return 1
    print(line)  # noqa: T201 - the line is the answer
    return 0


def _shrink(source: Path, target: Path, media_type: str) -> dict[str, int | str]:
    upright = pictures.open_upright(source, media_type)
    width, height = upright.size
    see_through = pictures.is_see_through(upright)
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
