"""openapi.json is what the routes say, and it holds what the portal needs."""

import json

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
        if (body := route.get("requestBody"))
    ]

    assert NewMessage.__name__ in inputs
    assert all(schemas[name]["additionalProperties"] is False for name in inputs)
