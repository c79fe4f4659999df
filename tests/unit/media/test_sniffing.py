from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from services.media.adapters.sniff import media_type
from services.media.domain.kinds import OCTET_STREAM
from services.media.domain.naming import clean, of_link


def _picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (5, 4), "red").save(out, kind)
    return out.getvalue()


def _zip() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "claimed", "found"),
    [
        (_picture("JPEG"), "image/png", "image/jpeg"),
        (_picture("PNG"), None, "image/png"),
        (_picture("GIF"), "text/html", "image/gif"),
        (_picture("WEBP"), "image/webp", "image/webp"),
        (b"%PDF-1.7\n%", "application/pdf", "application/pdf"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "video/mp4", "video/mp4"),
        (b"#!AMR\n" + b"\x01" * 20, "audio/amr", "audio/amr"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/x-vcard", "text/vcard"),
        (b"hello", None, "text/plain"),
        (b"a,b\n1,2\n", "text/csv; charset=utf-8", "text/csv"),
        (_zip(), None, "application/zip"),
        (_zip(), WORD, WORD),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "image/jpeg", "image/heic"),
        (b"\0\0\0\x18ftyp3gp5" + b"\0" * 40, "video/3gpp", "video/3gpp"),
        (b"\0\0\0\x18ftypqt  " + b"\0" * 40, None, "video/quicktime"),
        (b"\0\0\0\x18ftypM4A " + b"\0" * 40, "video/mp4", "audio/mp4"),
        (b"\0\0\0\x18ftypavif" + b"\0" * 40, "image/heic", OCTET_STREAM),
        (b"\xff\xf1\x50\x80" + b"\0" * 40, None, "audio/aac"),
        (_OLE, "application/vnd.ms-excel", "application/vnd.ms-excel"),
        (_OLE, "image/png", OCTET_STREAM),
        ("caf\xe9,1\n".encode("latin-1"), "text/csv", "text/csv"),
        ("caf\xe9,1\n".encode("latin-1"), None, OCTET_STREAM),
    ],
)
def test_a_file_is_what_its_bytes_are(
    tmp_path: Path, content: bytes, claimed: str | None, found: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert media_type(path, claimed) == found


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><a/>",
        b"MZ\x90\x00" + b"\0" * 60,
        b"\x7fELF" + b"\0" * 60,
        b"\x00\x01\x02\x03",
        b"",
    ],
)
def test_what_could_act_is_never_shown_whatever_the_carrier_claims(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert media_type(path, "image/jpeg") == OCTET_STREAM


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://media.example.com/2/bw.png", "bw.png"),
        ("https://api.example.com/Media/ME0123", "file-1.jpeg"),
        ("https://media.example.com/..%2F..%2Fetc%2Fpasswd.txt", "....etcpasswd.txt"),
        ("https://media.example.com/a%0Ab.png", "ab.png"),
    ],
)
def test_a_file_has_a_name_that_is_safe_to_show(url: str, name: str) -> None:
    assert of_link(url, 0, "image/jpeg") == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Über uns, 2026.pdf", "Über uns, 2026.pdf"),
        ("../../etc/passwd.txt", "....etcpasswd.txt"),
        ("C:\\Users\\me\\plan.pdf", "CUsersmeplan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil 1.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_that_somebody_gave_is_safe_to_show_and_keeps_its_ending(
    given: str, name: str
) -> None:
    assert clean(given) == name
