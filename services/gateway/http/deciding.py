"""From a wish to an answer: 200 with what is so, 409 with the refusal, 202 with where to look."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import Response

from services.gateway.domain.scope import Scope
from services.gateway.http.entry import Parts
from services.gateway.http.problems import Trouble
from services.gateway.http.shapes import Pending, Problem
from services.gateway.ports import Accepted, Ask, Json, Refusal, Undecided

#: Published with every route that decides.
DECIDES: dict[int | str, dict[str, Any]] = {
    202: {
        "model": Pending,
        "description": "Not decided, or not to be seen, in time; never a guess",
    },
    409: {"model": Problem, "description": "A rule said no; `code` says which"},
    503: {
        "model": Problem,
        "description": "The log is away: ask again, by the same key",
    },
}

Look = Callable[[], Awaitable[Json | None]]
#: None where it cannot be shown yet: decided, and not in the read model.
Shown = Callable[[Accepted, Json | None], Json | None]


def pending(command_id: str, held: str | None = None) -> Response:
    """Say where to look; and, of a text that the guard holds, what it waits for."""
    url = f"/api/v1/commands/{command_id}"
    body = {"command_id": command_id, "status_url": url, "held": held}
    return Response(orjson.dumps(body), 202, {"Location": url}, "application/json")


async def decided(parts: Parts, ask: Ask, look: Look, show: Shown) -> Response:
    """Ask, wait for the decision, and answer with the read model once it shows it."""
    try:
        answer = await parts.asking.ask(ask)
    except Undecided:
        return pending(ask.command_id)
    if isinstance(answer, Refusal):
        raise await refusal(parts, ask.scope, answer)
    if answer.state.get("held"):
        await parts.asking.remember(ask)
        return pending(ask.command_id, str(answer.state.get("text")))
    seen = await parts.asking.settled(look)
    shown = show(answer, seen)
    if shown is None:
        await parts.asking.remember(ask)
        return pending(ask.command_id)
    return Response(orjson.dumps(shown), 200, media_type="application/json")


async def refusal(parts: Parts, scope: Scope, said: Refusal) -> Trouble:
    """Turn a refusal into a problem that names people by their names."""
    names = {person["id"]: person for person in await parts.views.people_by_id(scope, _ids(said))}
    text = said.text
    for person_id, person in names.items():
        text = text.replace(person_id, person["name"])
    detail = {name: names.get(value, value) for name, value in said.detail.items() if _plain(value)}
    return Trouble(409, said.code, text, None, **_not_reserved(detail))


def _ids(said: Refusal) -> list[str]:
    return [value for value in said.detail.values() if isinstance(value, str)]


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def _not_reserved(detail: Json) -> Json:
    reserved = {"type", "title", "status", "code", "detail", "headers"}
    return {name: value for name, value in detail.items() if name not in reserved}


def show_seen(_: Accepted, seen: Json | None) -> Json | None:
    """Answer with the thing itself, once it can be seen."""
    return seen


def show_decision(ask: Ask) -> Shown:
    """Answer with the decision, and the conversation as the viewer sees it now."""

    def show(said: Accepted, seen: Json | None) -> Json:
        return {"command_id": ask.command_id, "state": said.state, "conversation": seen or None}

    return show


def show_plain(ask: Ask) -> Shown:
    """Answer with the decision alone."""

    def show(said: Accepted, _: Json | None) -> Json:
        return {"command_id": ask.command_id, "state": said.state}

    return show


def show_queue(ask: Ask) -> Shown:
    """Answer with the decision, and the queue as the viewer sees it now."""

    def show(said: Accepted, seen: Json | None) -> Json:
        return {"command_id": ask.command_id, "state": said.state, "queue": seen}

    return show


def show_or(before: Json) -> Shown:
    """Answer with the thing as it is now, or as it was where the read model is behind."""

    def show(_: Accepted, seen: Json | None) -> Json:
        return before if seen is None else seen

    return show
