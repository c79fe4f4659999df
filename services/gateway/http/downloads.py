"""Answers that a browser keeps as a file."""

from typing import Any

from fastapi import Response

#: For the document of a route that answers with `csv_file`.
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "RFC 4180, UTF-8"}
}


def named(name: str) -> dict[str, str]:
    """Give the header by which a browser keeps an answer under this name (RFC 6266)."""
    return {"content-disposition": f'attachment; filename="{name}"'}


def csv_file(text: str, name: str) -> Response:
    """Answer with a table as a file."""
    return Response(text, 200, named(name), "text/csv; charset=utf-8")
