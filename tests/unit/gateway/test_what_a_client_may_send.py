"""What schemathesis found (tests/integration/gateway/test_any_request.py), held as rules."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from services.gateway.http.admin_shapes import NumberChange
from services.gateway.http.bases import Day, Moment
from services.gateway.http.pages import Pages
from services.gateway.http.server import make_app
from services.gateway.http.shapes import NewMessage


async def _asked(method: str, path: str, folder: Path) -> httpx.Response:
    parts: Any = None  # an address is judged before anybody is asked who they are
    app: Any = make_app(parts, Pages(folder, "http://media.test"))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, f"/api/v1{path}")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/session", "DELETE, POST"),
        ("OPTIONS", "/admin/queues/support", "DELETE, PATCH"),
        ("DELETE", "/contacts", "GET, POST"),
        ("PATCH", "/contacts/export", "GET"),
        ("PUT", "/conversations/c/tags", None),
    ],
)
async def test_a_wrong_method_is_told_every_right_one(
    method: str, path: str, allowed: str | None, tmp_path: Path
) -> None:
    """RFC 9110 §15.5.6: whichever routes have them, and also where the portal's pages are."""
    answer = await _asked(method, path, tmp_path)

    assert answer.status_code == (404 if allowed is None else 405)
    assert answer.headers.get("allow") == allowed
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Hi", "epoch": "5"},
        {"text": 5},
        {"text": "Hi", "epoch": 1.5},
        {"text": "Hi", "send_at": 1_790_000_000},
        {"text": "Hi", "send_at": "1790000000"},
        {"text": "Hi", "send_at": "2026-11-20T10:00:00"},
    ],
)
def test_a_value_is_of_the_type_that_the_document_says(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewMessage.model_validate(body)


@pytest.mark.parametrize("value", [0, 1, "yes", "false"])
def test_nothing_but_true_and_false_switches(value: object) -> None:
    with pytest.raises(ValidationError):
        NumberChange.model_validate({"toll_free": value})


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """JSON has one kind of number."""
    assert NewMessage.model_validate({"text": "Hi", "epoch": 1.0}).epoch == 1


def test_days_and_moments_are_written_out() -> None:
    """A bare number would be read as seconds since 1970."""
    day, moment = TypeAdapter(Day), TypeAdapter(Moment)

    assert day.validate_python("2026-11-20") == date(2026, 11, 20)
    assert moment.validate_python("2026-11-20T10:00:00Z") == datetime(2026, 11, 20, 10, tzinfo=UTC)
    for wrong in ("0", "1.5", "-3", 0):
        for kind in (day, moment):
            with pytest.raises(ValidationError):
                kind.validate_python(wrong)
