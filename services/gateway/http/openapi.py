"""Writes `openapi.json`: the routes, the bodies and the feed's frames in one document.

`python -m services.gateway.http.openapi`; a test fails where the file is stale.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from services.gateway.http.describing import describe
from services.gateway.http.examples import give_examples
from services.gateway.http.frames import WsFrame
from services.gateway.http.server import make_api

FILE = Path(__file__).parents[1] / "openapi.json"
_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """Draw the document; frames stand beside the routes' bodies."""
    drawn = make_api().openapi()
    _, frames = models_json_schema([(WsFrame, "serialization")], ref_template=_REF)
    for name, shape in frames["$defs"].items():
        drawn["components"]["schemas"].setdefault(name, shape)
    describe(drawn)
    give_examples(drawn)
    return drawn


def text() -> str:
    return json.dumps(document(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stderr.write(f"wrote {FILE.name}\n")
