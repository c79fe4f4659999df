"""ruff and mypy are set as strictly as promised: planted violations are caught."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

PLANTED = {
    "DTZ": "from datetime import datetime\n\nNOW = datetime.now()\n",
    "TID251": "from uuid import uuid4\n\nID = uuid4()\n",
    "BLE001": "def f() -> None:\n    try:\n        f()\n    except Exception:\n        f()\n",
    "G004": 'import logging\n\nlogging.getLogger().info(f"{1}")\n',
    "C901": "def f(x: int) -> int:\n"
    + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(9))
    + "    return x\n",
    "D100": "x = 1\n",
    "S608": 'def f(x: str) -> str:\n    return f"SELECT * FROM a WHERE b = {x}"\n',
}


def _ruff(source: str, name: str) -> str:
    return subprocess.run(
        [str(BIN / "ruff"), "check", "--no-cache", "--stdin-filename", name, "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.parametrize("code", PLANTED)
def test_ruff_catches_what_the_house_forbids(code: str) -> None:
    assert code in _ruff(PLANTED[code], "services/kernel/planted.py")


def test_ruff_refuses_mocks_even_in_tests() -> None:
    assert "TID251" in _ruff("from unittest.mock import Mock\n", "tests/unit/test_planted.py")


def test_mypy_is_strict(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def f(x):\n    return x\n\n\ndef g() -> int:\n    return 'a'\n")
    found = subprocess.run(
        [str(BIN / "mypy"), "--config-file", str(ROOT / "pyproject.toml"), str(planted)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert "no-untyped-def" in found
    assert "return-value" in found
