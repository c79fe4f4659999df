"""What carriers take as files is refused before sending, by a code, and never cut."""

import pytest

from services.carriers.mms import limits_of, refusal

PHOTO, FILM, CARD = ("image/jpeg", 600_000), ("video/mp4", 900_000), ("text/vcard", 1_000)


@pytest.mark.parametrize(
    ("carrier", "most", "files", "code"),
    [
        ("telnyx", 10, [PHOTO], None),
        ("telnyx", 10, [PHOTO, PHOTO], "files-too-big"),
        ("telnyx", 10, [FILM], None),
        ("twilio", 10, [PHOTO] * 5, None),
        ("twilio", 10, [FILM], "files-too-big"),
        ("twilio", 10, [("image/jpeg", 2_000_000)], None),
        ("twilio", 10, [CARD] * 11, "too-many-files"),
        ("bandwidth", 10, [FILM, PHOTO], None),
        ("signalwire", 8, [FILM, PHOTO], "files-too-big"),
        ("vonage_messages", 1, [("application/pdf", 10)], "type-not-allowed"),
        ("sinch", 1, [PHOTO, PHOTO], "too-many-files"),
        ("sinch", 8, [("text/plain", 10)], "type-not-allowed"),
        ("bird", 0, [PHOTO], "no-mms"),
        ("bird", 0, [], None),
        ("a-twelfth", 10, [PHOTO], None),
        ("a-twelfth", 10, [("application/zip", 10)], "type-not-allowed"),
        ("a-twelfth", 10, [("image/jpeg", 2_000_001)], "files-too-big"),
    ],
)
def test_a_carrier_takes_so_many_so_large_and_of_these_kinds(
    carrier: str, most: int, files: list[tuple[str, int]], code: str | None
) -> None:
    assert refusal(limits_of(carrier), most, files) == code
