"""What is published stays readable, and generated files are fresh."""

import hashlib
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from schemas import codec
from schemas.catalog import ENTRIES, TOPICS, UPCASTS, kebab, topic_of, wire_name

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
EXAMPLES = sorted((SCHEMAS / "examples").glob("*.json"))


def test_every_type_has_a_golden_example() -> None:
    assert {path.stem for path in EXAMPLES} >= set(ENTRIES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_ever_published_decodes_and_survives_the_round_trip(path: Path) -> None:
    envelope = codec.decode(path.read_bytes())

    assert envelope.type in ENTRIES
    assert codec.decode(codec.encode(envelope)) == envelope


def test_published_files_never_change() -> None:
    for line in (SCHEMAS / "published.sha256").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((SCHEMAS / name).read_bytes()).hexdigest() == digest, name


def test_generated_schemas_are_fresh() -> None:
    fresh = subprocess.run(
        [sys.executable, "-m", "tools.schemas", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fresh.returncode == 0, fresh.stdout


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_a_wire_name_is_its_stem_and_its_class(name: str) -> None:
    cls, topic = ENTRIES[name]
    stem, kebabed, version = name.split(".")

    assert kebabed == kebab(cls.__name__)
    assert cls.__module__ == f"schemas.{stem}"
    assert version.removeprefix("v").isdigit()
    assert topic in TOPICS[stem]
    assert cls.__doc__, f"{name} promises nothing"


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_contracts_are_frozen_and_hold_no_methods(name: str) -> None:
    cls, _ = ENTRIES[name]
    own = [key for key, value in vars(cls).items() if callable(value) and not key.startswith("__")]

    assert cls.__struct_config__.frozen
    assert own == []


def test_what_people_wrote_is_marked_personal() -> None:
    schema = msgspec.json.schema(ENTRIES["conversation.message-received.v1"][0])
    fields = schema["$defs"]["MessageReceived"]["properties"]

    assert fields["text"]["x-personal"] is True
    assert fields["counterpart"]["x-personal"] is True


def test_upcasts_lead_to_what_the_catalogue_knows() -> None:
    for old, (new, _) in UPCASTS.items():
        assert old not in ENTRIES
        assert new in ENTRIES or new in UPCASTS


def _example(name: str) -> bytes:
    return (SCHEMAS / "examples" / f"{name}.json").read_bytes()


def test_an_unknown_field_is_ignored() -> None:
    value = _example("queue.log-in.v1").replace(b'"data": {', b'"data": {"later": 1, ', 1)

    assert b"later" in value
    assert codec.decode(value).data == codec.decode(_example("queue.log-in.v1")).data


def test_an_unknown_type_is_told_from_malformed_bytes() -> None:
    with pytest.raises(codec.UnknownType):
        codec.decode(_example("queue.log-in.v1").replace(b"queue.log-in.v1", b"queue.log-in.v9"))
    with pytest.raises(codec.Malformed):
        codec.decode(_example("queue.log-in.v1").replace(b'"agent_id"', b'"agent"'))


@pytest.mark.parametrize(
    "value",
    [b"", b"null", b"[]", b"\xff\xfe", b"{", b'{"id": NaN}', b"[" * 10_000, b'{"id":"\\ud800"}'],
)
def test_bytes_that_are_no_envelope_are_malformed(value: bytes) -> None:
    with pytest.raises(codec.Malformed):
        codec.decode(value)


def test_a_malformed_record_never_shows_what_it_held() -> None:
    secret = _example("conversation.send-message.v1").replace(b'"client_id"', b'"client"')

    with pytest.raises(codec.Malformed) as raised:
        codec.decode(secret)
    assert "order" not in str(raised.value)


def test_an_oversized_record_is_refused_before_it_is_sent() -> None:
    envelope = codec.decode(_example("conversation.send-message.v1"))
    huge = msgspec.structs.replace(envelope.data, text="x" * codec.MAX_RECORD_BYTES)

    with pytest.raises(codec.TooLarge):
        codec.encode(msgspec.structs.replace(envelope, data=huge))


def test_the_envelope_is_a_cloudevent_in_structured_json() -> None:
    decoded = msgspec.json.decode(codec.encode(codec.decode(_example("queue.log-in.v1"))))

    assert decoded["specversion"] == "1.0"
    assert {"id", "type", "source", "subject", "time", "partitionkey", "data"} <= set(decoded)


def test_headers_repeat_what_tails_filter_by() -> None:
    headers = dict(codec.headers(codec.decode(_example("queue.log-in.v1"))))

    assert set(headers) == {"id", "type", "subject", "correlation", "causation", "traceparent"}


def test_class_and_topic_find_each_other() -> None:
    for name, (_, topic) in ENTRIES.items():
        data = codec.decode(_example(name)).data
        assert (wire_name(data), topic_of(data)) == (name, topic)
