"""What a carrier does with the files of a text: it fetches them, as anybody on the internet may."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field

import httpx

from deploy.local.simulator.words import File, Outbound

#: Carriers give up after about so long, and take no more than this.
_SECONDS = 15.0
_MAX_BYTES = 6_000_000
#: Files that are kept for the phones; older ones are forgotten.
_MAX_KEPT = 200


@dataclass
class Fetcher:
    """Fetches files and keeps them for the phones, by text and place."""

    client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=_SECONDS, trust_env=False)
    )
    kept: OrderedDict[tuple[str, int], File] = field(default_factory=OrderedDict)

    async def fetch(self, message: Outbound, address: str) -> list[dict[str, object]] | None:
        """Give what the phone shows of the files; None where one of them could not be had."""
        shown: list[dict[str, object]] = []
        for index, link in enumerate(message.media):
            file = await self._fetch(link, f"{address}/control/files/{message.id}/{index}")
            if file is None:
                return None
            self._keep((message.id, index), file)
            shown.append(
                {
                    "url": file.url,
                    "media_type": file.media_type,
                    "size": len(file.content),
                    "sha256": hashlib.sha256(file.content).hexdigest(),
                    "link": link,
                }
            )
        return shown

    async def close(self) -> None:
        await self.client.aclose()

    async def _fetch(self, link: str, shown_at: str) -> File | None:
        try:
            answer = await self.client.get(link)
        except httpx.HTTPError:
            return None
        if answer.status_code != httpx.codes.OK or len(answer.content) > _MAX_BYTES:
            return None
        media_type = answer.headers.get("content-type", "application/octet-stream")
        return File(name="file", media_type=media_type, content=answer.content, url=shown_at)

    def _keep(self, key: tuple[str, int], file: File) -> None:
        self.kept[key] = file
        if len(self.kept) > _MAX_KEPT:
            self.kept.popitem(last=False)
