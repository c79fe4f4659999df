"""Each event determines whole rows, and one stream feeds each row."""

from collections import defaultdict

import msgspec
import pytest

from schemas.catalog import topic_of
from schemas.codec import encode
from schemas.media import FilesForgotten, SentFile, StoredObject
from services.gateway.adapters.batches import gather
from services.gateway.domain import views
from services.gateway.domain.rows import TABLES, Row
from services.gateway.projections import project
from services.kernel.runtime import Record, TopicPartition
from tests.support.gateway_contacts import acquainted
from tests.support.gateway_reports import answered
from tests.support.gateway_scheduled import planned, refused
from tests.support.gateway_settings import chosen, equipped
from tests.support.gateway_words import Story, a_busy_morning


def _rows(story: Story) -> list[tuple[tuple[str, str], Row]]:
    return [
        ((topic_of(envelope.data), envelope.subject), row)
        for envelope in story.told
        for row in project(envelope)
    ]


def _everything() -> Story:
    return acquainted(refused(planned(answered(equipped(chosen(a_busy_morning("acme"))), 2))))


def test_a_row_has_exactly_the_columns_of_its_table() -> None:
    for _, row in _rows(_everything()):
        assert set(row.values) == set(TABLES[row.table].columns), row.table


def test_a_row_is_fed_by_one_stream_only() -> None:
    streams = defaultdict(set)
    for stream, row in _rows(_everything()):
        key = tuple(row.values[column] for column in TABLES[row.table].key)
        streams[row.table, key].add(stream)

    assert {key: found for key, found in streams.items() if len(found) > 1} == {}


def test_a_busy_morning_touches_every_table_but_a_retry() -> None:
    touched = {row.table for _, row in _rows(_everything())}

    assert set(TABLES) - touched == {"retry"}


def test_what_postgres_cannot_hold_is_replaced() -> None:
    written = Story("acme")
    written.receives(1, text="NUL \x00 and its name \\u0000")
    value = encode(written.told[-1])
    at = TopicPartition("conversation-events", 0)
    batch = gather({at: [Record(*at, 0, b"", value, (), 0)]}, {at: 0}, project)
    texts = [row.values["text"] for row in batch.rows if row.table == "message"]

    assert texts == ["NUL \ufffd and its name \\u0000"]


@pytest.mark.parametrize("times", [2, 3])
def test_projecting_again_gives_the_same_rows(times: int) -> None:
    story = a_busy_morning("acme")

    assert all(_rows(story) == _rows(story) for _ in range(times))


def test_files_of_ours_show_at_once_and_lead_somewhere_when_media_has_them() -> None:
    story = Story("acme")
    story.replies(1, "ana", text="")
    photo = SentFile(
        name="chair.png", original=StoredObject(key="acme/aa", media_type="image/png", size=9)
    )
    said = story.told.pop()
    with_files = msgspec.structs.replace(said.data, files=(photo,))
    rows = {
        one.table: one.values for one in project(msgspec.structs.replace(said, data=with_files))
    }

    shown = views.message(
        {**rows["message"], "attempt": 1, "deliveries": None, "stored": None},
        views.People({}, lambda _: False),
    )
    (file,) = shown["files"]
    assert (file["state"], file["name"], file["size"]) == ("pending", "chair.png", 9)
    assert (file["media_type"], file["url"]) == ("image/png", None)


def test_files_that_were_forgotten_lead_nowhere() -> None:
    story = Story("acme")
    story.stores_file(1)
    (stored,) = _rows(story)
    told = story.told[-1]
    gone = FilesForgotten(
        conversation_id=told.data.conversation_id, message_id=told.data.message_id, indexes=(0,)
    )

    story.told = [msgspec.structs.replace(told, type="media.files-forgotten.v1", data=gone)]
    (row,) = _rows(story)

    assert (row[1].values["state"], row[1].values["code"]) == ("refused", "deleted")
    assert row[1].values["object_key"] is row[1].values["thumb_key"] is None
    assert stored[1].values["object_key"]
    assert {name: row[1].values[name] for name in TABLES["media_file"].key} == {
        name: stored[1].values[name] for name in TABLES["media_file"].key
    }
