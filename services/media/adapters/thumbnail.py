"""Small copies and light copies, each made by a worker of the workshop."""

import json
from pathlib import Path

from services.media.adapters.workshop import Workshop
from services.media.ports import Light, Picture

_SHRINK = "services.media.adapters.shrink"
_LIGHTEN = "services.media.adapters.lighten"


class ProcessShrinker:
    """Shrinker by `services.media.adapters.shrink`."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self._workshop = workshop or Workshop()

    async def shrink(self, path: Path, media_type: str) -> Picture | None:
        target = path.with_suffix(".thumbnail")
        line = await self._workshop.run(_SHRINK, path, target, media_type)
        return Picture(thumbnail=target, **json.loads(line)) if line else None


class ProcessLightener:
    """Lightener by `services.media.adapters.lighten`."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self._workshop = workshop or Workshop()

    async def lighten(self, path: Path, media_type: str) -> Light | None:
        target = path.with_suffix(".light")
        line = await self._workshop.run(_LIGHTEN, path, target, media_type)
        return Light(path=target, media_type=json.loads(line)["media_type"]) if line else None
