"""The web application: the API, the feed and the portal's pages behind one address."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.gateway.http import problems, pushing, queues, reading, signing_in, writing
from services.gateway.http.shapes import Problem

PREFIX = "/api/v1"
_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "Not signed in"},
    404: {"model": Problem, "description": "Not there, or not yours"},
    422: {"model": Problem, "description": "Not understood"},
    429: {"model": Problem, "description": "Too often"},
}


def make_api() -> FastAPI:
    """Make the application; `app.state.parts` is set by who runs it."""
    app = FastAPI(
        title="Tandem",
        version="1",
        description="Business messaging: conversations, queues, and a feed of what changes.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=_name,
    )
    problems.install(app)
    for part in (signing_in, reading, writing, queues, pushing):
        app.include_router(part.router, prefix=PREFIX, responses=_ERRORS)
    return app


def _name(route: APIRoute) -> str:
    return route.name
