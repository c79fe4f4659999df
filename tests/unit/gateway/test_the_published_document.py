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


_KINDS = ("application/json", "application/problem+json")


def _bodies(drawn: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, routes in drawn["paths"].items():
        for method, route in routes.items():
            wished = ("request", route.get("requestBody", {}))
            for what, body in [wished, *route["responses"].items()]:
                for kind, content in _answer(body, drawn).get("content", {}).items():
                    if kind in _KINDS and content.get("schema"):
                        yield f"{method} {path} {what}", content


def _answer(body: dict[str, Any], drawn: dict[str, Any]) -> dict[str, Any]:
    shared: dict[str, Any] = drawn["components"]["responses"]
    return shared[body["$ref"].rpartition("/")[2]] if "$ref" in body else body


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
    refusal = _answer(sending["responses"]["409"], document())["content"]
    (refused,) = _examples(refusal["application/problem+json"], document(), "refused")

    assert said["text"] == "Your order is ready."
    assert (refused["status"], refused["code"]) == (409, "opted-out")


def test_every_route_says_who_may_ask_and_what_is_left_to_them() -> None:
    """Proofs, problems and the headers of the pace stand in the document, of each operation."""
    drawn = document()
    for path, methods in drawn["paths"].items():
        for method, route in methods.items():
            refusals = {status for status in route["responses"] if status[0] in "45"}
            assert {"401", "403", "404", "422", "429", "503"} <= refusals, (method, path)
            if route["operationId"] in {"sign_in", "make_token"}:
                continue
            assert route["security"] == [{"key": []}, {"session": []}], (method, path)
            for status, answer in route["responses"].items():
                counted = status[0] in "23"
                said = {"RateLimit", "RateLimit-Policy"} <= set(answer.get("headers", {}))
                assert said == counted, (method, path, status)


def test_a_write_that_needs_a_key_says_so() -> None:
    sending = document()["paths"]["/api/v1/conversations/{conversation_id}/messages"]["post"]
    (key,) = (one for one in sending["parameters"] if one["name"] == "Idempotency-Key")

    assert key["required"] is True
    assert "400" in sending["responses"]
