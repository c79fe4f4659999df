"""Settings are read once, secrets from files too; the clock follows Postgres and never the wall."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.kernel import crash, telemetry
from services.kernel.clock import Clock
from services.kernel.settings import Address, Environment, KernelSettings, MissingSetting


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n", encoding="utf-8")
    env = Environment({"KEY_FILE": str(tmp_path / "secret"), "OTHER": "plain"})
    assert (env.text("KEY"), env.text("OTHER"), env.optional("NONE")) == ("hush", "plain", None)


def test_a_setting_without_default_must_be_there() -> None:
    with pytest.raises(MissingSetting, match="TANDEM_KAFKA"):
        KernelSettings.read("queue", Environment({}))


def test_a_service_reads_its_own_prefix_and_the_environment_chooses_the_runtime() -> None:
    env = {"TANDEM_KAFKA": "k:1", "QUEUE_POSTGRES": "dsn", "QUEUE_RUNTIME": "faust"}
    settings = KernelSettings.read("queue", Environment(env))
    assert (settings.postgres, settings.instance, settings.runtime) == ("dsn", "queue-0", "faust")


@pytest.mark.parametrize(
    ("text", "host"), [("0.0.0.0:1", "0.0.0.0"), ("[::1]:1", "::1"), (":1", "127.0.0.1")]
)
def test_an_address_is_host_and_port(text: str, host: str) -> None:
    assert Address.parse(text) == Address(host, 1)


async def test_the_clock_is_set_by_the_database_and_says_how_far_it_moved() -> None:
    clock, theirs = Clock(), datetime(2031, 1, 1, tzinfo=UTC)

    async def read() -> datetime:
        return theirs

    moved = await clock.sync(read)
    assert moved > timedelta(days=365)
    assert timedelta(0) <= clock.now() - theirs < timedelta(seconds=5)


def test_a_crash_point_must_be_one_of_the_list() -> None:
    assert len(set(crash.POINTS)) == len(crash.POINTS)
    crash.point("after-commit")  # nothing is armed: nothing happens


def test_a_simulator_hears_of_every_passing_until_it_stops_listening() -> None:
    passed: list[str] = []
    crash.watch(passed.append)
    try:
        crash.point("after-commit")
    finally:
        crash.watch(None)
    crash.point("after-send")

    assert passed == ["after-commit"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [("to +15550001234 failed", "to …1234 failed"), ("15550001234", "…1234"), ("12345", "12345")],
)
def test_phone_numbers_are_masked_in_logs(text: str, masked: str) -> None:
    assert telemetry.mask(text) == masked


def _breaks() -> None:
    raise KeyError("+15550001234")


def _wraps() -> None:
    try:
        _breaks()
    except KeyError as error:
        raise RuntimeError("hello dear") from error


def test_a_logged_error_names_its_places_and_causes_and_never_its_values() -> None:
    with pytest.raises(RuntimeError) as caught:
        _wraps()
    error = caught.value
    told = telemetry._stack_without_values((type(error), error, error.__traceback__))
    assert told.startswith("RuntimeError at ")
    assert " because KeyError at " in told
    assert "hello" not in told
    assert "1234" not in told


def test_a_logged_group_of_errors_names_the_one_that_began_it() -> None:
    error = ExceptionGroup("several", [ExceptionGroup("inner", [KeyError("hush")])])
    told = telemetry._stack_without_values((type(error), error, None))
    assert told.split(" because ")[-1].startswith("KeyError")
    assert "hush" not in told
