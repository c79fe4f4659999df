"""Files that are two things at once: what is shown is one of them, and its small copy is clean."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.media.adapters.sniff import media_type
from services.media.adapters.thumbnail import ProcessShrinker
from services.media.http.files import INLINE

SCRIPT = b"<script>window.__pwned=1</script>"


def _saved(kind: str, **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, **more)
    return out.getvalue()


def _png_with_text() -> bytes:
    info = PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    return _saved("PNG", pnginfo=info)


POLYGLOTS = {
    "jpeg-then-html": _saved("JPEG") + SCRIPT,
    "jpeg-with-comment": _saved("JPEG", comment=SCRIPT),
    "png-with-text": _png_with_text(),
    "gif-with-comment": _saved("GIF", comment=SCRIPT),
    "webp-then-html": _saved("WEBP") + SCRIPT,
}
DISGUISED = {
    "gif-that-is-script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;" + SCRIPT,
    "html-with-a-mark": b"\xef\xbb\xbf" + SCRIPT,
    "html-of-utf-16": SCRIPT.decode().encode("utf-16"),
    "svg-after-a-comment": b"<!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>",
    "html-after-text": b"hello\n" + SCRIPT,
    "pdf-behind-html": SCRIPT + b"\n%PDF-1.4\n",
}


@pytest.mark.parametrize("content", POLYGLOTS.values(), ids=POLYGLOTS)
async def test_the_small_copy_of_a_polyglot_is_only_a_picture(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    found = media_type(path, "text/html")
    picture = await ProcessShrinker().shrink(path, found)

    assert found.startswith("image/")
    assert picture is not None
    assert SCRIPT not in picture.thumbnail.read_bytes()


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
@pytest.mark.parametrize("claim", ["image/png", "text/html", "image/svg+xml", None])
async def test_a_page_in_disguise_is_never_shown_as_a_page(
    tmp_path: Path, content: bytes, claim: str | None
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    found = media_type(path, claim)

    # pictures are shown under nosniff and a sandbox; everything else here is a download
    assert found in {"image/gif", "text/plain", "application/pdf", "application/octet-stream"}
    assert found == "image/gif" or found not in INLINE
    assert await ProcessShrinker().shrink(path, found) is None
