from pathlib import Path

import pytest

from services.carriers.accounts import BadAccounts
from services.ingest.settings import read
from services.kernel.settings import Environment

TEXT = '[main]\ncarrier = "telnyx"\npublic_base_url = "https://t.example"\npublic_key = %s\n'


def _read(tmp_path: Path, key: str, **more: str) -> tuple[str, ...]:
    path = tmp_path / "carriers.toml"
    path.write_text(TEXT % key)
    env = {"INGEST_CARRIERS": str(path), "INGEST_SPOOL": str(tmp_path), **more}
    return read(Environment(env)).accounts["main"].every("public_key")


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")

    assert _read(tmp_path, '{ env = "KEY" }', KEY="from env") == ("from env",)
    assert _read(tmp_path, f'{{ file = "{tmp_path}/key" }}') == ("from a file",)


@pytest.mark.parametrize("key", ['{ env = "KEY" }', '{ file = "/nowhere/at/all" }'])
def test_a_secret_that_is_not_there_is_named(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadAccounts, match="public_key"):
        _read(tmp_path, key)
