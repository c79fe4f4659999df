"""Every form of dispatch's port Consents: what it says, the last gate believes."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Literal

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from schemas.base import MessagePurpose
from services.dispatch.adapters.consents import LogConsents
from services.dispatch.adapters.postgres import PostgresConsents
from services.dispatch.ports import Consents, SendNow
from services.kernel import postgres as kernel_postgres
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare, role_of
from tests.support.consents import FakeConsents, ReadLog, said, send_now

#: Not the real service, whose role a running system of this session may use.
SERVICE = "consents"
NUMBER, CARL, DORA = "+15550100", "+15550199", "+15550198"
#: Makes the port remember what somebody said.
Word = Literal["stop", "start"]
Remember = Callable[[str, str, Word], None]


@pytest.fixture(
    params=[
        "fake",
        pytest.param("postgres", marks=pytest.mark.integration),
        pytest.param("log", marks=pytest.mark.integration),
    ]
)
async def port(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Consents, Remember]]:
    if request.param == "fake":
        fake = FakeConsents()

        def remember(number: str, counterpart: str, word: Word) -> None:
            change = fake.opted_out.add if word == "stop" else fake.opted_out.discard
            change((number, counterpart))

        yield fake, remember
        return
    dsn = request.getfixturevalue("database")
    await prepare(dsn, {SERVICE: "made-up"})
    own = make_conninfo(dsn, user=role_of(SERVICE), password="made-up")
    pool = kernel_postgres.make_pool(own, SERVICE, 2)
    await pool.open()
    try:
        folded = PostgresConsents(pool, Readiness())
        if request.param == "postgres":
            yield folded, _rows_in(own)
        else:
            log = LogConsents(folded, ReadLog())
            yield log, _records_to(log)
    finally:
        await pool.close()


def _records_to(log: LogConsents) -> Remember:
    def remember(number: str, counterpart: str, word: Word) -> None:
        log.take(said(number, counterpart, word))

    return remember


def _rows_in(dsn: str) -> Remember:
    def remember(number: str, counterpart: str, word: Word) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO part VALUES (%s, %s::json)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (f"consent/{number}/{counterpart}", json.dumps({"opted_out": word == "stop"})),
            )

    return remember


def _send(
    number: str = NUMBER, recipient: str = CARL, purpose: MessagePurpose = "message"
) -> SendNow:
    return send_now(number=number, recipient=recipient, purpose=purpose)


async def test_who_never_said_a_word_may_be_texted(port: tuple[Consents, Remember]) -> None:
    consents, _ = port

    assert (await consents.ask(_send(recipient=DORA))).held is False


async def test_a_stop_is_seen_at_once_and_for_that_pair_alone(
    port: tuple[Consents, Remember],
) -> None:
    consents, remember = port
    remember(NUMBER, CARL, "stop")

    assert (await consents.ask(_send())).held
    assert not (await consents.ask(_send("+15550101"))).held
    assert not (await consents.ask(_send(recipient=DORA))).held


async def test_a_start_is_seen_at_once(port: tuple[Consents, Remember]) -> None:
    consents, remember = port
    remember(NUMBER, CARL, "stop")
    remember(NUMBER, CARL, "start")

    assert not (await consents.ask(_send())).held


async def test_the_confirmation_of_a_stop_passes_and_no_other_word_of_ours(
    port: tuple[Consents, Remember],
) -> None:
    consents, remember = port
    remember(NUMBER, CARL, "stop")

    assert not (await consents.ask(_send(purpose="opt-out-confirmation"))).held
    assert (await consents.ask(_send(purpose="help"))).held
    assert (await consents.ask(_send(purpose="opt-in-confirmation"))).held
