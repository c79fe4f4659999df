"""Rules of files: what a message carries, from which numbers, and what refuses it."""

import msgspec
import pytest

from schemas.conversation import MessageSubmitted
from schemas.files import MOST_FILE_BYTES, MOST_FILES, MOST_MESSAGE_BYTES
from schemas.limits import FileLimits
from schemas.media import SentFile, StoredObject
from tests.support.router_words import (
    ANA,
    BERT,
    CUSTOMER,
    QUEUE_LINE,
    QUEUED,
    TOLL_FREE,
    conversation_with,
    office,
    replies,
    says,
    starts_direct,
    tenant,
    texts,
)
from tests.support.scenario import TENANT, Scenario, Told


def file(
    name: str = "a.jpg", size: int = 1000, media_type: str = "image/jpeg", tenant: str = TENANT
) -> SentFile:
    original = StoredObject(key=f"{tenant}/{name}", media_type=media_type, size=size)
    return SentFile(name=name, original=original)


def sends(scenario: Scenario, *files: SentFile, text: str = "") -> Told:
    return scenario.when(msgspec.structs.replace(says(ANA, text), files=files))


def submitted(told: Told) -> MessageSubmitted:
    (fact,) = told.facts
    assert isinstance(fact, MessageSubmitted)
    return fact


def test_files_go_with_a_text_or_without_one() -> None:
    scenario = office().given(texts())

    assert submitted(sends(scenario, file(), file("b.pdf", 5, "application/pdf"))).files == (
        file(),
        file("b.pdf", 5, "application/pdf"),
    )
    assert submitted(sends(scenario, file(), text="look")).text == "look"
    assert sends(scenario).refusal.code == "empty-message"


def test_files_go_by_chat_too() -> None:
    scenario = office()
    opened = scenario.when(starts_direct(ANA, BERT)).answer
    assert opened is not None
    wish = msgspec.structs.replace(
        says(ANA, "", opened["conversation_id"]), files=(file(size=MOST_FILE_BYTES),)
    )

    assert submitted(scenario.when(wish)).files == wish.files


def test_files_go_through_a_queue() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))
    reply = replies(scenario, ANA, "")
    wish = msgspec.structs.replace(reply.data, files=(file(),))

    told = scenario.when(msgspec.structs.replace(reply, data=wish))

    assert submitted(told).files == (file(),)
    assert submitted(told).conversation_id == QUEUED


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([file(str(n)) for n in range(MOST_FILES + 1)], "too-many-files"),
        ([file(size=MOST_FILE_BYTES + 1)], "file-too-big"),
        ([file(str(n), MOST_MESSAGE_BYTES // 2 + 1) for n in range(2)], "files-too-big"),
        ([file("a.exe", media_type="application/octet-stream")], "type-not-allowed"),
        ([file(tenant="rival")], "unknown-file"),
    ],
)
def test_what_no_message_carries_is_refused_by_its_code(files: list[SentFile], code: str) -> None:
    assert sends(office().given(texts()), *files).refusal.code == code


def test_as_much_as_a_message_carries_goes() -> None:
    scenario = office().given(texts())
    half = MOST_MESSAGE_BYTES // 2

    assert len(submitted(sends(scenario, file("a", half), file("b", half))).files) == 2
    ten = [file(str(n)) for n in range(MOST_FILES)]
    assert len(submitted(sends(scenario, *ten)).files) == MOST_FILES


def test_an_organization_may_take_less_than_the_system() -> None:
    limits = FileLimits(files=2, file_bytes=600_000, message_bytes=1_000_000)
    scenario = office().given(msgspec.structs.replace(tenant(), files=limits), texts())

    assert len(submitted(sends(scenario, file("a", 600_000), file("b", 400_000))).files) == 2
    for files, sentence in (
        ([file(size=600_001)], "a.jpg is too big. Each file can be at most 0.6 MB."),
        ([file("a", 600_000), file("b", 400_001)], "These files are more than 1 MB together."),
        ([file(str(n)) for n in range(3)], "You can attach up to 2 files."),
    ):
        assert sends(scenario, *files).refusal.text == sentence


@pytest.mark.parametrize(
    "limits",
    [
        FileLimits(files=MOST_FILES + 1),
        FileLimits(file_bytes=MOST_FILE_BYTES + 1),
        FileLimits(message_bytes=-1),
    ],
)
def test_no_organization_takes_more_than_the_system(limits: FileLimits) -> None:
    told = office().when(msgspec.structs.replace(tenant(), files=limits))

    assert told.refusal.code == "bad-option"


def test_a_toll_free_number_carries_no_files() -> None:
    scenario = office().given(texts(number=TOLL_FREE))
    there = conversation_with(CUSTOMER, number=TOLL_FREE)
    wish = msgspec.structs.replace(says(ANA, "look", there), files=(file(),))

    assert scenario.when(wish).refusal.code == "toll-free-no-files"
