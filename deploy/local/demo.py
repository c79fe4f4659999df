"""The demo tenant: its directory, its sign-ins, its first texts, and what a newcomer is told."""

import base64
import hashlib
import io
import json
import tomllib
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

from deploy.local.system import System

FILE = Path(__file__).with_name("demo.toml")
_REQUEST_SECONDS = 10.0
_TEXTS = (
    ("+12025550143", "+12025550100", "Hi! Is my order 1043 ready for pick-up?", False),
    ("+12025550167", "+12025550100", "The chair came with a broken leg, see the picture.", True),
    ("+12025550171", "+12025550100", "Are you open on Saturday?", False),
    ("+12025550188", "+12025550101", "Alice, can we move our call to 3 pm?", False),
    ("+12025550192", "+12025550102", "Do you have parking for a van?", False),
)


def simulator_numbers(directory: Path) -> tuple[str, ...]:
    """Our numbers as the simulator takes them: the account's name is the carrier's."""
    numbers = tomllib.loads(directory.read_text(encoding="utf-8")).get("number", [])
    return tuple(f"{one['number']}={one['accounts'][0]}={one.get('label', '')}" for one in numbers)


def seed(system: System, directory: Path, *, traffic: bool) -> dict[str, str]:
    """Define the directory and its sign-ins unless this was done; gives password by login."""
    print_ = hashlib.sha256(directory.read_bytes()).hexdigest()
    known = tomllib.loads(directory.read_text(encoding="utf-8"))
    sign_ins = {one["extension_id"]: system.secrets.demo_password for one in known["extension"]}
    marker = system.layout.seeded
    before = marker.read_text(encoding="ascii").split() if marker.exists() else []
    if print_ not in before:
        system.console.say("defining the demo tenant")
        _define(system, directory)
        if traffic and not before:
            _text(system)
        marker.write_text(print_, encoding="ascii")
    return sign_ins


def welcome(system: System, sign_ins: Mapping[str, str]) -> str:
    """What is printed when all is ready."""
    people = "".join(f"\n    {login:<8} {password}" for login, password in sign_ins.items())
    return f"""
  Portal             {system.places.portal}
  A customer's phone {system.places.phone}

  Sign in as{people}

  Write a text on the customer's phone, claim it in the portal, answer it.
  ./tandem operates it from another terminal. Ctrl-C stops everything; its data stays.
"""


def _define(system: System, directory: Path) -> None:
    import asyncio  # noqa: PLC0415 - with the next two: only the first start needs them

    from services.ops import directory as ops  # noqa: PLC0415 - likewise
    from services.ops.accounts import set_passwords  # noqa: PLC0415 - likewise

    wanted = ops.read(directory)
    refused = asyncio.run(ops.define(system.values["TANDEM_KAFKA"], wanted))
    for line in refused:
        system.console.say(f"refused: {line}")
    dsn, password = system.values["GATEWAY_POSTGRES"], system.secrets.demo_password
    set_passwords(dsn, wanted.tenant.tenant_id, wanted.extension, password)


def _text(system: System) -> None:
    """Five customers write; their texts come in as any other would."""
    for sender, number, text, with_picture in _TEXTS:
        body: dict[str, object] = {"sender": sender, "number": number, "text": text}
        if with_picture:
            content = base64.b64encode(_picture()).decode()
            file = {"name": "chair.png", "media_type": "image/png", "content_base64": content}
            body["files"] = [file]
        request = urllib.request.Request(  # noqa: S310 - our own simulator
            f"{system.places.phone}/control/texts",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=_REQUEST_SECONDS):  # noqa: S310 - likewise
            pass


def _picture() -> bytes:
    """A chair with a broken leg."""
    image = Image.new("RGB", (640, 480), "#e9e3d8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 360, 640, 480), fill="#b9a88f")
    wood = "#6b4a2f"
    draw.rectangle((220, 110, 420, 240), outline=wood, width=16)
    draw.rectangle((205, 250, 435, 280), fill=wood)
    draw.rectangle((215, 280, 235, 410), fill=wood)
    draw.line((415, 280, 425, 340), fill=wood, width=20)
    draw.line((470, 400, 540, 385), fill=wood, width=20)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
