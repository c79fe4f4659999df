"""Whoever operates Tandem finds every setting and every carrier written down."""

import re
from pathlib import Path

import pytest

from services.carriers import registry

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text()
_READ = re.compile(
    r"\.(?:text|optional|number|flag|items|required)\(\s*f?\"([A-Z][A-Z0-9_]+|\{prefix\}_[A-Z_]+)\""
)


def settings_read(root: Path) -> set[str]:
    """Name every setting that the code reads."""
    found = {
        name
        for path in root.rglob("*.py")
        if "portal" not in path.parts
        for name in _READ.findall(path.read_text())
    }
    return {name.replace("{prefix}", "<SERVICE>") for name in found}


@pytest.mark.parametrize("name", sorted(settings_read(ROOT / "services")))
def test_every_setting_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_a_setting_that_is_not_on_the_page_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('x = env.text("QUEUE_SECRET_SAUCE")\n')

    assert settings_read(tmp_path) == {"QUEUE_SECRET_SAUCE"}
    assert "QUEUE_SECRET_SAUCE" not in PAGE


@pytest.mark.parametrize("carrier", sorted(registry.CARRIERS))
def test_every_carrier_has_an_example_and_fixtures(carrier: str) -> None:
    example = (ROOT / "deploy" / "carriers.example.toml").read_text()

    assert f'carrier = "{carrier}"' in example
    assert list((ROOT / "tests" / "fixtures" / "carriers" / carrier).glob("*.json"))
