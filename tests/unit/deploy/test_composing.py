"""What compose asks for is what `deploy/env.sh` gives, and each secret is good for its purpose."""

import base64
import re
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

DEPLOY = Path(__file__).parents[3] / "deploy"
_ASKED = re.compile(r"\$\{([A-Z0-9_]+)")
#: Which image to run is the operator's choice and no secret.
_OPTIONAL = {"TANDEM_VERSION"}


@pytest.fixture(scope="module")
def given() -> dict[str, str]:
    made = subprocess.run([DEPLOY / "env.sh"], capture_output=True, text=True, check=True).stdout
    lines = (line for line in made.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def test_compose_asks_for_nothing_that_the_example_does_not_name(given: dict[str, str]) -> None:
    asked = set(_ASKED.findall((DEPLOY / "compose.yaml").read_text()))

    assert asked - _OPTIONAL == set(given)


def test_every_secret_is_there_and_nobody_elses(given: dict[str, str]) -> None:
    values = list(given.values())

    assert all(values)
    assert len(set(values)) == len(values)


def test_the_push_keys_are_a_pair(given: dict[str, str]) -> None:
    private = int.from_bytes(_raw(given["TANDEM_VAPID_PRIVATE_KEY"]), "big")
    point = ec.derive_private_key(private, ec.SECP256R1()).public_key().public_numbers()

    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    assert _raw(given["TANDEM_VAPID_PUBLIC_KEY"]) == b"\x04" + x + y


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
