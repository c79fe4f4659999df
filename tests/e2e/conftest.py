"""One running Tandem for all end-to-end tests of a session: the real launcher, the whole town."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import apple_push, google_push, town
from tests.support.apple_push import Apple
from tests.support.google_push import Google
from tests.support.system import ROOT, Running, running_system

#: Where videos are held; nobody goes there.
VIDEO = "https://video.example.test/{room}"
#: Of each worker, where tests run on several.
LOGS = ROOT / "test-artifacts" / "e2e" / os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(scope="session")
def apple() -> Iterator[Apple]:
    """The push service of iPhones, for the whole session: notify is started with its address."""
    with apple_push.apple_push() as serving:
        yield serving


@pytest.fixture(scope="session")
def google() -> Iterator[Google]:
    """The push service of Androids, likewise."""
    with google_push.google_push() as serving:
        yield serving


@pytest.fixture(scope="session")
def system(apple: Apple, google: Google) -> Iterator[Running]:
    """Everything, started once: servers, seven services, simulator, the town's directory."""
    with (
        tempfile.TemporaryDirectory(prefix="tandem-town-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        Path(folder).chmod(0o755)  # PostgreSQL's user must be able to enter
        home = Path(folder) / "home"
        home.mkdir()
        file = town.write(Path(folder) / "town.toml")
        try:
            patch.setenv("GATEWAY_VIDEO", VIDEO)
            for name, value in _push_services(apple, google).items():
                patch.setenv(name, value)
            with running_system("--no-traffic", "--directory", str(file), home=home) as running:
                yield running
        finally:
            _keep_logs(home)


def _push_services(apple: Apple, google: Google) -> dict[str, str]:
    """Say what an operator is given by Apple and Google."""
    return {
        "NOTIFY_APNS_KEY": apple.key,
        "NOTIFY_APNS_KEY_ID": apple_push.KEY_ID,
        "NOTIFY_APNS_TEAM": apple_push.TEAM,
        "NOTIFY_APNS_URL": apple.url,
        "NOTIFY_FCM_ACCOUNT": google.account,
        "NOTIFY_FCM_URL": google.url,
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts the whole system."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)


def _keep_logs(home: Path) -> None:
    """Leave what the processes said where whoever looks for a failure finds it."""
    shutil.rmtree(LOGS, ignore_errors=True)
    if (home / "logs").is_dir():
        shutil.copytree(home / "logs", LOGS)
    for log in home.glob("*.log"):
        LOGS.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, LOGS)
