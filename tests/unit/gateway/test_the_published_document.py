"""openapi.json is what the routes say, and it holds what the portal needs."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema

from services.gateway.http.openapi import FILE, document, text
from services.gateway.http.shapes import NewMessage


def test_the_published_document_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m services.gateway.http.openapi"


def test_frames_are_a_union_told_apart_by_their_type() -> None:
    frame = document()["components"]["schemas"]["WsFrame"]

    assert frame["discriminator"]["propertyName"] == "type"
    assert {"conversation", "item", "queue", "waiting", "ping", "presence"} <= set(
        frame["discriminator"]["mapping"]
    )


def test_every_reference_of_the_document_leads_somewhere() -> None:
    drawn = document()
    names = set(drawn["components"]["schemas"])
    wanted = {part.split('"')[0] for part in json.dumps(drawn).split("#/components/schemas/")[1:]}

    assert wanted <= names


def test_every_input_refuses_what_it_does_not_know() -> None:
    schemas = document()["components"]["schemas"]
    inputs = [
        body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in document()["paths"].values()
        for route in path.values()
        if "application/json" in (body := route.get("requestBody", {})).get("content", {})
    ]

    assert NewMessage.__name__ in inputs
    assert all(schemas[name]["additionalProperties"] is False for name in inputs)


def _bodies(drawn: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, routes in drawn["paths"].items():
        for method, route in routes.items():
            wished = ("request", route.get("requestBody", {}))
            for what, body in [wished, *route["responses"].items()]:
                content = body.get("content", {}).get("application/json")
                if content and content.get("schema"):
                    yield f"{method} {path} {what}", content


def _examples(content: dict[str, Any], drawn: dict[str, Any], where: str) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    names = [one["$ref"].rpartition("/")[2] for one in content["examples"].values()]
    assert names, where
    return [drawn["components"]["examples"][name]["value"] for name in names]


def test_every_body_of_every_route_has_an_example_that_is_valid() -> None:
    drawn = document()
    bodies = dict(_bodies(drawn))

    assert len(bodies) > 300
    for where, content in bodies.items():
        schema = {**content["schema"], "components": drawn["components"]}
        for example in _examples(content, drawn, where):
            jsonschema.Draft202012Validator(schema).validate(example)


def test_an_example_says_what_its_fields_are_named_for() -> None:
    sending = document()["paths"]["/api/v1/conversations/{conversation_id}/messages"]["post"]
    said = sending["requestBody"]["content"]["application/json"]["example"]
    (refused,) = _examples(
        sending["responses"]["409"]["content"]["application/json"], document(), "refused"
    )

    assert said["text"] == "Your order is ready."
    assert (refused["status"], refused["code"]) == (409, "opted-out")
