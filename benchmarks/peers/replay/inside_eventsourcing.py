"""An application of `eventsourcing`, and a projection of it that keeps a row for each event."""

import asyncio
import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from benchmarks.peers.inside import RUN_SECONDS, serve
from benchmarks.peers.replay.events import EVENTS, INDEX, OF_ONE, TABLE, events

_INSERT = SQL("INSERT INTO event VALUES (%s, %s, %s)")


class Conversation(Aggregate):  # type: ignore[misc]  # not installed here
    """A conversation that notes what it received."""

    @event("Received")  # type: ignore[untyped-decorator]  # not installed here
    def receive(self, body: str) -> None:
        """Take in an event of ours, whole."""


class Conversations(Application):  # type: ignore[misc]  # not installed here
    """What has the events."""


class View(PostgresTrackingRecorder):  # type: ignore[misc]  # not installed here
    """The read model: a row for each event."""

    def __init__(self, datastore: PostgresDatastore, **options: Any) -> None:  # noqa: ANN401 - theirs
        super().__init__(datastore, **options)
        self.sql_create_statements += [
            SQL(TABLE.replace("TABLE", "TABLE IF NOT EXISTS")),
            SQL(INDEX),
        ]

    def keep(self, body: str, tracking: Tracking) -> None:
        """Write a row and how far we are, in one transaction."""
        told = json.loads(body)
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_INSERT, (told["id"], told["subject"], body), prepare=True)
            self._insert_tracking(cursor, tracking)


class Reading(Projection[View]):  # type: ignore[misc]  # not installed here
    """Lets each event into the view."""

    name = "reading"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401 - theirs
        """Keep what was received; note that the rest was seen."""
        if isinstance(domain_event, Conversation.Received):
            self.view.keep(domain_event.body, tracking)
        else:
            self.view.insert_tracking(tracking)


def _environment(dsn: str) -> dict[str, str]:
    place = urlsplit(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": place.path.removeprefix("/"),
        "POSTGRES_HOST": str(place.hostname),
        "POSTGRES_PORT": str(place.port),
        "POSTGRES_USER": str(place.username),
        "POSTGRES_PASSWORD": str(place.password),
    }


def _fill(app: Conversations) -> int:
    """Save all events; gives the number of the last."""
    conversation, last = Conversation(), 0
    for number, (_, _, body) in enumerate(events(), 1):
        conversation.receive(body.decode())
        if number % OF_ONE == 0:
            last = app.save(conversation)[-1].notification.id
            conversation = Conversation()
    return last


def _replay(environment: dict[str, str], last: int) -> dict[str, Any]:
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=Conversations,
        projection_class=Reading,
        view_class=View,
        env=environment,
    ) as runner:
        runner.wait(last, timeout=RUN_SECONDS)
    return {"events": EVENTS, "seconds": time.perf_counter() - began}


async def _main(dsn: str) -> None:
    environment = _environment(dsn)
    app = Conversations(env=environment)
    last = await asyncio.to_thread(_fill, app)

    async def run(_: int) -> dict[str, Any]:
        with app.recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute(SQL("DROP TABLE IF EXISTS event, reading_tracking"))
        return await asyncio.to_thread(_replay, environment, last)

    await serve(run)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
