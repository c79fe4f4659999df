"""`tandem ingest-check`: what ingest would make of a request; nothing is sent."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.carriers.contract import Request
from services.carriers.registry import CARRIERS
from services.ops.app import app
from services.ops.ingest_check import MAX_FILE_BYTES
from tests.support.webhooks import NOW, PUBLIC, account_values, fixture, sign

RUN = CliRunner()
AT = NOW.isoformat()


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    """Every carrier's account of the tests; each is named like its carrier."""
    lines = [f'public_base_url = "{PUBLIC}"']
    for carrier in CARRIERS:
        values = {name: list(given) for name, given in account_values(carrier).items()}
        lines += [f"[{carrier}]", f'carrier = "{carrier}"', 'api_base_url = "https://a.example"']
        lines += [f"{name} = {json.dumps(given)}" for name, given in values.items()]
    path = tmp_path / "carriers.toml"
    # the fixtures' signers know the account by the name `main`
    path.write_text("\n".join(lines).replace("[telnyx]", "[main]"))
    return path


def _recorded(request: Request, carrier: str, account: str) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": f"/webhooks/{carrier}/{account}",
        "query": request.query,
        "headers": dict(request.headers),
        "body": request.body.decode(),
    }


def _genuine() -> dict[str, Any]:
    return _recorded(sign("telnyx", fixture("telnyx", "message").request), "telnyx", "main")


def _check(
    toml: Path, tmp_path: Path, *contents: object, at: str = AT
) -> tuple[int, list[dict[str, Any]]]:
    files = []
    for n, content in enumerate(contents):
        file = tmp_path / f"{n}.json"
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(json.dumps(content))
        files.append(str(file))
    done = RUN.invoke(app, ["ingest-check", *files, "--at", at, "--carriers", str(toml)])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_genuine_request_is_proven_and_read(toml: Path, tmp_path: Path) -> None:
    status, (told,) = _check(toml, tmp_path, _genuine())

    assert status == 0
    assert told["file"].endswith("0.json")
    assert (told["carrier"], told["account"], told["answer"]) == ("telnyx", "main", 200)
    assert told["verify"] == {"proven": True}
    assert told["parse"]["trouble"] is None
    (event,) = told["parse"]["events"]
    assert event["type"].startswith("carrier.message-arrived")
    assert event["data"]["text"] == "hi 👋"
    assert event["id"]


def test_a_time_that_is_signed_is_judged_as_of_then(toml: Path, tmp_path: Path) -> None:
    later = (NOW + timedelta(days=1)).isoformat()
    status, (told,) = _check(toml, tmp_path, _genuine(), at=later)

    assert status == 1
    assert told["answer"] == 403
    assert told["verify"] == {"proven": False, "reason": "too-old-or-too-new"}
    assert len(told["parse"]["events"]) == 1


def test_what_is_not_understood_is_said(toml: Path, tmp_path: Path) -> None:
    request = sign("telnyx", fixture("telnyx", "message-without-an-id").request)
    status, (told,) = _check(toml, tmp_path, _recorded(request, "telnyx", "main"))

    assert status == 1
    assert told["verify"] == {"proven": True}
    assert told["parse"]["events"] == []
    assert told["parse"]["trouble"]["code"] == "unparseable"


@pytest.mark.parametrize(
    ("carrier", "answer", "reason"),
    [
        ("bandwidth", 401, "challenged"),
        ("vonage_messages", 503, "proof-forgotten"),
        ("plivo", 403, "no-signature"),
    ],
)
def test_the_answer_is_the_one_that_ingest_gives(
    toml: Path, tmp_path: Path, carrier: str, answer: int, reason: str
) -> None:
    request = fixture(carrier, "message").request
    status, (told,) = _check(toml, tmp_path, _recorded(request, carrier, carrier))

    assert (status, told["answer"], told["verify"]["reason"]) == (1, answer, reason)


def test_a_body_may_be_base64_headers_pairs_and_the_path_an_address(
    toml: Path, tmp_path: Path
) -> None:
    recorded = _genuine()
    recorded["body_base64"] = base64.b64encode(recorded.pop("body").encode()).decode()
    recorded["headers"] = [[name.title(), value] for name, value in recorded["headers"].items()]
    recorded["path"] = f"{PUBLIC}{recorded['path']}?message=x"
    del recorded["query"]
    del recorded["method"]

    assert _check(toml, tmp_path, recorded)[0] == 0


def test_an_operators_word_is_no_proof(tmp_path: Path) -> None:
    toml = tmp_path / "carriers.toml"
    toml.write_text(f'[main]\ncarrier = "telnyx"\npublic_base_url = "{PUBLIC}"\ninsecure = true\n')
    _, (told,) = _check(toml, tmp_path, _genuine())

    assert (told["answer"], told["verify"]) == (200, {"proven": False, "reason": "insecure"})


def _with(**more: object) -> dict[str, Any]:
    return {**_genuine(), **more}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff{}", "not-json"),
        (b"[]", "not-a-request"),
        (b"{}", "not-a-request"),
        (_with(path=7), "not-a-request"),
        (_with(headers={"a": 1}), "not-a-request"),
        (_with(colour="red"), "not-a-request"),
        (_with(path="/webhooks/telnyx"), "bad-path"),
        (_with(path="/webhooks/telnyx/main/more"), "bad-path"),
        (_with(path="/webhooks/telnyx/nobody"), "unknown-account"),
        (_with(path="/webhooks/twilio/main"), "unknown-account"),
        (_with(method="DELETE"), "method"),
        (_with(method="GET"), "method"),
        (_with(path="/webhooks/telnyx/main?a=1"), "two-queries"),
        (_with(body_base64="eA=="), "two-bodies"),
        (_with(body=None, body_base64="!"), "bad-body"),
        (_with(body="\ud800"), "not-json"),
        (_with(body="x" * (256 * 1024 + 1)), "too-large"),
        (b" " * (MAX_FILE_BYTES + 1), "too-large"),
    ],
)
def test_a_file_that_is_no_request_is_told_by_a_code(
    toml: Path, tmp_path: Path, content: object, code: str
) -> None:
    status, (told,) = _check(toml, tmp_path, content)

    assert status == 2
    assert told["error"]["code"] == code
    assert told["error"]["text"]


def test_a_file_that_is_not_there_does_not_hide_the_others(toml: Path, tmp_path: Path) -> None:
    _check(toml, tmp_path, _genuine())
    files = [str(tmp_path / name) for name in ("nothing.json", "0.json")]
    done = RUN.invoke(app, ["ingest-check", *files, "--at", AT, "--carriers", str(toml)])
    first, second = (json.loads(line) for line in done.stdout.splitlines())

    assert done.exit_code == 2
    assert first["error"]["code"] == "no-file"
    assert second["verify"] == {"proven": True}


@pytest.mark.parametrize("at", ["yesterday", "2026-11-21T12:00:00", ""])
def test_a_time_needs_its_zone(toml: Path, tmp_path: Path, at: str) -> None:
    status, told = _check(toml, tmp_path, _genuine(), at=at)

    assert (status, told) == (2, [])


def test_a_secret_that_this_shell_does_not_know_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_ENVIRONMENT", "/nonexistent")
    toml = tmp_path / "carriers.toml"
    toml.write_text(
        f'[main]\ncarrier = "twilio"\npublic_base_url = "{PUBLIC}"\n'
        'auth_token = { env = "NOT_SET_HERE" }\n'
    )
    request = sign("twilio", fixture("twilio", "message").request)
    _, (told,) = _check(toml, tmp_path, _recorded(request, "twilio", "main"))

    assert told["verify"]["reason"] == "wrong-signature"
    assert told["unknown_secrets"] == ["NOT_SET_HERE"]


def test_bad_accounts_are_a_sentence(tmp_path: Path) -> None:
    toml = tmp_path / "carriers.toml"
    toml.write_text("[main]\n")
    done = RUN.invoke(app, ["ingest-check", "x.json", "--carriers", str(toml)])

    assert done.exit_code == 2
    assert "carrier is none of" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_every_carriers_message_is_understood(toml: Path, tmp_path: Path, carrier: str) -> None:
    name = "main" if carrier == "telnyx" else carrier
    request = fixture(carrier, "message").request
    _, (told,) = _check(toml, tmp_path, _recorded(request, carrier, name))

    assert [_kind(event) for event in told["parse"]["events"]] == ["message-arrived"]


def _kind(event: Mapping[str, Any]) -> str:
    return str(event["type"]).removeprefix("carrier.").partition(".")[0]
