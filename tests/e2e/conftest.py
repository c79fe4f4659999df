"""One running Tandem for all end-to-end tests of a session: the real launcher, the whole town."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import town
from tests.support.system import Running, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[Running]:
    """Everything, started once: servers, seven services, simulator, the town's directory."""
    with tempfile.TemporaryDirectory(prefix="tandem-town-") as folder:
        file = town.write(Path(folder) / "town.toml")
        with running_system("--no-traffic", "--directory", str(file)) as running:
            yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts the whole system."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
