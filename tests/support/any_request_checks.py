"""What is asked of every answer beside the document's own words; schemathesis loads it by name."""

import re
from typing import Any

import schemathesis

#: What the inside of a program looks like (security.md T36).
_INSIDE = re.compile(r"Traceback|psycopg|SELECT .+ FROM |File \"|/site-packages/")
#: While the log or the database is away, and with no media beside the gateway.
_AWAY = {"log-away", "database-away", "uploads-away", "media-away"}


def nothing_of_the_inside_is_told(
    _: schemathesis.CheckContext, response: schemathesis.Response, __: schemathesis.Case[Any]
) -> None:
    """No answer shows a trace, a statement or a path of this machine."""
    found = _INSIDE.search(response.text)
    assert found is None, found


def what_is_away_is_named(
    _: schemathesis.CheckContext, response: schemathesis.Response, __: schemathesis.Case[Any]
) -> None:
    """A 503 says what is away."""
    if response.status_code == 503:
        assert response.json()["code"] in _AWAY, response.text


def what_is_left_is_told(
    _: schemathesis.CheckContext, response: schemathesis.Response, __: schemathesis.Case[Any]
) -> None:
    """Whoever is let in is told the pace, whatever the answer."""
    if response.status_code in {200, 201, 202, 204, 409}:
        assert "ratelimit" in response.headers, response.status_code


for _check in (nothing_of_the_inside_is_told, what_is_away_is_named, what_is_left_is_told):
    schemathesis.check(_check)
