"""CONTRIBUTING's recipe holds: a carrier is one file and one fixture folder, and nothing else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.carriers.registry import CARRIERS

ROOT = Path(__file__).resolve().parents[3]
#: Its file and its folder; whatever else it had would be outside of the recipe.
FILE, FOLDER = Path("services/carriers"), Path("tests/fixtures/carriers")
SUITE = "tests/unit/carriers/test_every_carrier.py"
SIMULATOR = Path("deploy/local/simulator")
_COPIED = (
    "services/carriers",
    "services/kernel",
    "schemas",
    "deploy/local/simulator",
    "tests/support",
    "tests/fixtures/carriers",
)
_SHARED = (
    *sorted(ROOT.glob("services/ingest/**/*.py")),
    *sorted(ROOT.glob("services/dispatch/**/*.py")),
    *sorted(ROOT.glob("deploy/local/simulator/*.py")),
    *sorted(ROOT.glob("services/carriers/*.py")),
    ROOT / "tests" / "support" / "webhooks.py",
    ROOT / SUITE,
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a carrier that is new: `pigeon`, which is Bandwidth under another name."""
    others = [name for each in CARRIERS if each != "bandwidth" for name in (each, f"{each}.py")]
    for name in _COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=lambda *_: set(others))
    for name in (SUITE, "pyproject.toml", "services/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(tmp_path / FILE / "bandwidth.py", tmp_path / FILE / "pigeon.py")
    shutil.copytree(tmp_path / FOLDER / "bandwidth", tmp_path / FOLDER / "pigeon")
    shutil.copy(tmp_path / SIMULATOR / "bandwidth.py", tmp_path / SIMULATOR / "pigeon.py")
    for fixture in (tmp_path / FOLDER / "pigeon").glob("*.json"):
        text = fixture.read_text()
        fixture.write_text(text.replace('"carrier": "bandwidth"', '"carrier": "pigeon"'))
    return tmp_path


def _suite(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", SUITE, "-k", "pigeon or fixtures", "-x"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def test_a_file_and_a_folder_make_a_carrier(checkout: Path) -> None:
    done = _suite(checkout)

    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) > 50


def test_a_module_of_its_name_makes_the_simulator_play_it(checkout: Path) -> None:
    program = "from deploy.local.simulator.cast import SPEAKERS; print(*SPEAKERS)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["bandwidth", "pigeon"]


def test_a_carrier_without_fixtures_does_not_pass(checkout: Path) -> None:
    shutil.rmtree(checkout / FOLDER / "pigeon")

    done = _suite(checkout)

    assert done.returncode != 0
    assert "pigeon" in done.stdout


@pytest.mark.parametrize("path", _SHARED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_shared_file_names_a_carrier(path: Path) -> None:
    if path.stem in CARRIERS:
        return  # its own module in the simulator
    named = re.findall(
        rf'["\']({"|".join(CARRIERS)})["\']|import ({"|".join(CARRIERS)})\b', path.read_text()
    )

    assert named == []
