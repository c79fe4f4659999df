"""`tandem` on real servers, as an operator calls it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.infra import own_kafka

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def surroundings(kafka: str, database: str) -> dict[str, str]:
    """What an operator's shell knows."""
    place = database.split("@")[1]
    return {
        "PATH": os.environ["PATH"],
        "TANDEM_ENVIRONMENT": "/nonexistent",
        "TANDEM_KAFKA": kafka,
        "TANDEM_ADMIN_POSTGRES": database,
        "TANDEM_SERVICE_PASSWORD": "secret",
        "QUEUE_POSTGRES": f"postgresql://tandem_queue:secret@{place}",
        "ROUTER_POSTGRES": f"postgresql://tandem_router:secret@{place}",
    }


def _tandem(
    surroundings: dict[str, str], *words: str, answer: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.ops", *words],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        input=answer,
        text=True,
        check=False,
    )


def test_prepare_may_be_repeated(surroundings: dict[str, str]) -> None:
    first = _tandem(surroundings, "prepare")
    again = _tandem(surroundings, "prepare")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "0 of them new" in again.stdout


def test_a_topic_that_was_made_anew_is_read_from_its_beginning(
    surroundings: dict[str, str],
) -> None:
    assert _tandem(surroundings, "prepare").returncode == 0
    with psycopg.connect(surroundings["QUEUE_POSTGRES"]) as queue:
        for topic in ("queue-commands", "conversation-events"):
            queue.execute("INSERT INTO topic_identity VALUES (%s, gen_random_uuid())", (topic,))
            queue.execute(
                "INSERT INTO stream_position (consumer, topic, partition, next_offset)"
                " VALUES ('queue', %s, 0, 7)",
                (topic,),
            )

    done = _tandem(surroundings, "begin-anew", "queue-commands", answer="y")

    assert done.returncode == 0, done.stderr
    with psycopg.connect(surroundings["QUEUE_POSTGRES"]) as queue:
        for table in ("topic_identity", "stream_position"):
            rows = queue.execute(f"SELECT topic FROM {table}").fetchall()  # noqa: S608 - names of ours
            assert rows == [("conversation-events",)]


def test_a_service_reads_no_other_services_tables(surroundings: dict[str, str]) -> None:
    assert _tandem(surroundings, "prepare").returncode == 0

    with psycopg.connect(surroundings["QUEUE_POSTGRES"]) as connection:
        connection.execute("SELECT * FROM part")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM router.part")


def test_an_empty_log_equals_empty_state(surroundings: dict[str, str], tmp_path: Path) -> None:
    with own_kafka(tmp_path) as kafka:  # what other tests say on the shared one is no empty log
        alone = {**surroundings, "TANDEM_KAFKA": kafka.address}
        assert _tandem(alone, "prepare").returncode == 0
        verified = _tandem(alone, "verify", "queue")

    assert verified.returncode == 0, verified.stderr
    assert "0 events, 0 parts, equal" in verified.stdout


def test_dead_letters_of_a_service_are_listed_shown_and_released(
    surroundings: dict[str, str],
) -> None:
    assert _tandem(surroundings, "prepare").returncode == 0
    with psycopg.connect(surroundings["QUEUE_POSTGRES"]) as connection:
        connection.execute(
            "INSERT INTO dead_letter (consumer, topic, partition, record_offset, key, value,"
            " headers, appended_at, reason, error)"
            " VALUES (%s, %s, 3, 7, %s, %s, %s, 0, %s, %s)",
            ("queue", "queue-commands", b"support", b"broken", b"", "malformed", "x"),
        )

    listed = _tandem(surroundings, "dead-letters", "list", "queue")
    assert "malformed" in listed.stdout, listed.stderr
    assert "broken" in _tandem(surroundings, "dead-letters", "show", "queue", "1").stdout
    assert "1 key(s)" in _tandem(surroundings, "dead-letters", "release", "queue", "1").stdout


def test_what_is_missing_is_said_in_a_sentence(surroundings: dict[str, str]) -> None:
    del surroundings["QUEUE_POSTGRES"]

    answer = _tandem(surroundings, "dead-letters", "list", "queue")
    assert answer.returncode != 0
    assert "QUEUE_POSTGRES is not set" in answer.stderr
    assert "Traceback" not in answer.stderr
