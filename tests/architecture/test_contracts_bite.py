"""The import contracts hold, and each is seen to break when it is broken on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Contract → (file to plant, what is wrong in it).
PLANTS = {
    "Services meet only on the log; they stand on carriers and kernel, those on the contracts": (
        "services/queue/handlers.py",
        "import services.router.domain\n",
    ),
    "Every service has the same rooms, and doors open downwards only": (
        "services/queue/domain.py",
        "import services.queue.app\n",
    ),
    "The domain, the contracts and the carriers are pure": (
        "services/queue/domain.py",
        "import asyncio\n",
    ),
    "Only ingest and dispatch know carriers by name": (
        "services/notify/handlers.py",
        "import services.carriers.twilio\n",
    ),
    "One door to each outside thing": (
        "services/media/handlers.py",
        "import httpx\n",
    ),
}


def _lint(folder: Path) -> str:
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout


def _copy(folder: Path) -> Path:
    skip = shutil.ignore_patterns("portal", "__pycache__", "json", "examples")
    for name in ("services", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_house_keeps_its_contracts() -> None:
    report = _lint(ROOT)

    assert "0 broken" in report, report
    assert f"{len(PLANTS)} kept" in report, report


def test_every_planted_violation_is_caught(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    for file, wrong in PLANTS.values():
        target = folder / file
        target = target if target.exists() else target.with_suffix("") / "__init__.py"
        target.write_text(target.read_text() + wrong)
    report = _lint(folder)

    for contract in PLANTS:
        assert f"{contract} BROKEN" in " ".join(report.split()), report


@pytest.mark.parametrize("room", ["utils", "common", "models", "misc"])
def test_a_room_that_is_not_on_the_plan_is_refused(tmp_path: Path, room: str) -> None:
    folder = _copy(tmp_path)
    (folder / "services" / "queue" / f"{room}.py").write_text('"""A stray."""\n')

    assert "Every service has the same rooms, and doors open downwards only BROKEN" in " ".join(
        _lint(folder).split()
    )
