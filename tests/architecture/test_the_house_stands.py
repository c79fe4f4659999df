"""Limits of files and functions, doorplates, reasons: the house's rules, each seen to bite."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
PORTAL_TYPES = ROOT / "services/gateway/portal/src/contract/api.d.ts"
SERVICES = ("ingest", "router", "queue", "dispatch", "media", "notify", "gateway")
ROOMS = {
    "__init__",
    "__main__",
    "app",
    "settings",
    "domain",
    "handlers",
    "ports",
    "adapters",
    "http",
    "projections",
}
#: The portal is not Python; openapi.json is generated from `http`.
NOT_ROOMS = {"__pycache__", "portal", "openapi"}


def _tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in suffixes and path.exists()]


def too_long_file(path: Path) -> str | None:
    """Name a file over the limit."""
    lines = len(path.read_text().splitlines())
    return f"{path.name}: {lines} lines" if lines > MAX_FILE_LINES else None


def too_long_functions(tree: ast.AST) -> Iterator[str]:
    """Name every function over the limit, docstring and all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"


def test_no_file_is_longer_than_a_screen_or_five() -> None:
    sources = [*_tracked(".py"), *_tracked(".ts", ".tsx", ".css")]
    client = ROOT / "clients" / "python" / "tandem_client"
    generated = {PORTAL_TYPES, client / "shapes.py", client / "calls.py"}
    found = [too_long_file(path) for path in sources if path not in generated]

    assert [line for line in found if line] == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = {
        str(path.relative_to(ROOT)): list(too_long_functions(ast.parse(path.read_text())))
        for path in _tracked(".py")
    }

    assert {path: names for path, names in found.items() if names} == {}


def test_a_planted_long_file_and_function_are_caught(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("def f() -> None:\n" + "    x = 1\n" * MAX_FILE_LINES)

    assert too_long_file(long)
    assert list(too_long_functions(ast.parse(long.read_text())))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_rooms_of_the_plan_and_no_others(service: str) -> None:
    folder = ROOT / "services" / service
    found = {path.stem for path in folder.iterdir()} - NOT_ROOMS

    assert found <= ROOMS, f"{service} has {found - ROOMS}"
    assert {"__init__", "__main__", "app", "settings", "domain"} <= found


@pytest.mark.parametrize("service", SERVICES)
def test_a_doorplate_says_what_the_service_promises(service: str) -> None:
    doorplate = ast.get_docstring(ast.parse((ROOT / f"services/{service}/__init__.py").read_text()))

    assert doorplate
    assert "topics" in doorplate.lower() or "-events" in doorplate


def modules_without_a_promise(root: Path) -> list[str]:
    """Name modules whose first word is not a docstring."""
    return [
        path.name
        for path in root.rglob("*.py")
        if "node_modules" not in path.parts and not ast.get_docstring(ast.parse(path.read_text()))
    ]


@pytest.mark.parametrize("root", ["services", "schemas", "tools", "deploy"])
def test_every_module_begins_with_a_promise(root: str) -> None:
    assert modules_without_a_promise(ROOT / root) == []


def test_a_module_without_a_promise_is_caught(tmp_path: Path) -> None:
    (tmp_path / "mute.py").write_text("x = 1\n")

    assert modules_without_a_promise(tmp_path) == ["mute.py"]


def exemptions_without_a_reason(text: str) -> list[str]:
    """Name `noqa` and `type: ignore` comments, and ruff ignores, that give no reason."""
    found = []
    for line in text.splitlines():
        if "# noqa" in line:
            words = line.split("# noqa", 1)[1].split(" ", 2)
        elif "# type: ignore" in line:
            words = line.split("# type: ignore", 1)[1].split(" ", 1)
        else:
            continue
        if len(words[-1]) < len("- why it") or " " not in words[-1].strip():
            found.append(line.strip())
    return found


def test_every_exemption_says_why() -> None:
    found = {
        str(path.relative_to(ROOT)): exemptions_without_a_reason(path.read_text())
        for path in _tracked(".py")
        if path != Path(__file__)
    }

    assert {path: lines for path, lines in found.items() if lines} == {}


def test_an_exemption_without_a_reason_is_caught() -> None:
    assert exemptions_without_a_reason("x = 1  # noqa: E501")
    assert exemptions_without_a_reason("x = 1  # type: ignore[misc]")
    assert not exemptions_without_a_reason("x = 1  # noqa: E501 - a carrier's own line")


def test_every_ruff_exemption_in_pyproject_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    codes = tomllib.loads("\n".join(lines))["tool"]["ruff"]["lint"]
    every = {*codes["ignore"], *(c for cs in codes["per-file-ignores"].values() for c in cs)}
    stated = [line for line in lines if any(f'"{code}"' in line for code in every)]

    assert [line for line in stated if "#" not in line] == []


def test_nothing_names_a_registry_or_a_machine() -> None:
    words = ["pypi.org", "registry.npmjs", "files.pythonhosted", "repo1.maven", "/work/" + "main"]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in _tracked(".py", ".toml", ".json", ".lock", ".md", ".sh", ".yaml", ".txt", "")
        if path != Path(__file__) and path.name != "LICENSE"
        for word in words
        if word in path.read_text(errors="ignore")
    ]

    assert found == []
