import json
import socket
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from deploy.local.carriers import carriers_file
from deploy.local.console import is_loud
from deploy.local.demo import FILE, simulator_numbers
from deploy.local.environment import Addresses, write
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK, choose, free_ports
from deploy.local.secrets import load
from deploy.local.simulator.cast import SPEAKERS
from services.carriers import accounts
from services.ops import directory

PLACES = Addresses(
    portal="http://127.0.0.1:1",
    webhooks="http://127.0.0.1:2",
    media="http://127.0.0.1:3",
    phone="http://127.0.0.1:4",
    control="127.0.0.1:5",
    health={},
)


def _no_references(_reference: object) -> str:
    raise LookupError


@pytest.mark.parametrize("purpose", ["verify", "send"])
def test_the_demos_carriers_are_good_accounts(tmp_path: Path, purpose: accounts.Purpose) -> None:
    layout = Layout(tmp_path)
    carriers_file(layout, PLACES, load(layout.secrets))

    found = accounts.read(layout.carriers.read_text(), purpose, _no_references)
    assert set(found) == set(SPEAKERS)
    assert found["telnyx"].webhook_url == "http://127.0.0.1:2/webhooks/telnyx/telnyx"


def test_the_demos_directory_can_be_applied() -> None:
    subjects = [subject for subject, _ in directory.read(FILE).commands()]

    assert subjects[0] == "tenant/demo"
    assert subjects.index("queue/support") < subjects.index("number/+12025550100")
    assert simulator_numbers(FILE)[0] == "+12025550100=twilio=Support"


def test_secrets_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    made = load(path)
    assert load(path) == made
    older = {name: value for name, value in asdict(made).items() if name != "ingest_control_key"}
    path.write_text(json.dumps(older))
    again = load(path)
    assert again == load(path)
    assert replace(again, ingest_control_key=made.ingest_control_key) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_environment_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "environment"
    write(path, {"A": "1"})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "A=1\n"


def test_a_taken_port_becomes_a_free_one() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        assert choose(taken) != taken
    assert choose(taken) == taken


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


@pytest.mark.parametrize(
    ("line", "loud"),
    [
        ('{"event":"running","level":"info"}', False),
        ('{"event":"retrying","level":"warning"}', True),
        ("[main] INFO kafka.Kafka - started", False),
        ("{broken", False),
    ],
)
def test_only_what_needs_an_eye_is_shown(line: str, *, loud: bool) -> None:
    assert is_loud(line) is loud
