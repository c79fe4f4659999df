"""Every send has the shape that its carrier's API describes: extracts kept beside the fixtures."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from services.carriers.contract import HttpRequest, most_recipients
from services.carriers.decoding import pairs
from services.carriers.registry import CARRIERS
from tests.support.webhooks import FIXTURES, account, message_for

#: `{"path": …, "form": false, "schema": …}`: what one address of the API takes.
DESCRIBED = sorted({path.parent.parent.name for path in FIXTURES.glob("*/api/*.json")})


def _apis(carrier: str) -> list[dict[str, Any]]:
    paths: list[Path] = sorted((FIXTURES / carrier / "api").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _body(call: HttpRequest, api: dict[str, Any]) -> object:
    """Read the body; a form as lists, since names may come again."""
    if not api.get("form"):
        return json.loads(call.body)
    found: dict[str, list[str]] = {}
    for name, value in pairs(call.body):
        found.setdefault(name, []).append(value)
    return found


def test_every_api_is_described() -> None:
    assert sorted(CARRIERS) == DESCRIBED


@pytest.mark.parametrize("carrier", DESCRIBED)
@pytest.mark.parametrize("has_files", [False, True])
def test_a_send_is_what_the_api_describes(carrier: str, *, has_files: bool) -> None:
    if has_files and not CARRIERS[carrier].MAX_FILES:
        return
    message = message_for(carrier)
    call = CARRIERS[carrier].build_send(
        message if has_files else replace(message, media_urls=()), account(carrier)
    )

    _is_described(call, carrier)


@pytest.mark.parametrize("carrier", [name for name in DESCRIBED if CARRIERS[name].MAX_FILES])
def test_files_without_a_word_are_what_the_api_describes(carrier: str) -> None:
    message = replace(message_for(carrier), text="")

    _is_described(CARRIERS[carrier].build_send(message, account(carrier)), carrier)


@pytest.mark.parametrize("carrier", DESCRIBED)
@pytest.mark.parametrize("has_files", [False, True])
def test_a_send_needs_no_more_than_an_account_must_have(carrier: str, *, has_files: bool) -> None:
    """A field that is missing is a mistake at the start, and never in the middle of a send."""
    message = message_for(carrier)
    if not has_files:
        message = replace(message, media_urls=())
    wanted = CARRIERS[carrier].TO_SEND
    for names in (wanted.required, wanted.instead):
        ours = replace(account(carrier), values=dict.fromkeys(names, ("value",)))
        if names:
            assert CARRIERS[carrier].build_send(message, ours).headers


@pytest.mark.parametrize(
    "carrier", [name for name in DESCRIBED if most_recipients(CARRIERS[name]) > 1]
)
@pytest.mark.parametrize("has_files", [False, True])
def test_a_group_message_is_what_the_api_describes(carrier: str, *, has_files: bool) -> None:
    message = message_for(carrier)
    together = replace(
        message,
        recipients=(message.recipient, "+12015550151"),
        media_urls=message.media_urls if has_files else (),
    )

    _is_described(CARRIERS[carrier].build_send(together, account(carrier)), carrier)


def _is_described(call: HttpRequest, carrier: str) -> None:
    path = urlsplit(call.url).path
    described = [api for api in _apis(carrier) if api["path"] == path]
    assert described, path
    jsonschema.validate(_body(call, described[0]), described[0]["schema"])


@pytest.mark.parametrize("carrier", DESCRIBED)
def test_a_description_refuses_what_is_not_in_it(carrier: str) -> None:
    for api in _apis(carrier):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"invented": "field"}, api["schema"])
