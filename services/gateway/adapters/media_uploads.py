"""Uploads by media's own route: every wish is a signed query that only media and we can make."""

from urllib.parse import urlsplit

import msgspec

from schemas.media import SentFile
from services.gateway.domain.config import Config
from services.gateway.domain.scope import Scope
from services.gateway.ports import MediaAway, NoSuchUpload, UploadRefused, UploadTaken
from services.kernel import signing
from services.kernel.addresses import NotAllowed
from services.kernel.clock import Clock
from services.kernel.outbound import Answer, Outbound, Policy, TooBig, Unknown, Unreachable

#: Media may have to make a large picture small; a client repeats what took longer.
_CALL_SECONDS = 60.0
_LINK_SECONDS = 120
_OK, _NOT_FOUND, _REFUSED = 200, 404, 409
#: It reaches media and nothing else, wherever the operator put it.
_ANYWHERE = ("0.0.0.0/0", "::/0")


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What media says of an upload, as far as it matters here."""

    id: str
    name: str
    size: int
    received: int
    expires_at: str
    file: SentFile | None = None


class _No(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    text: str
    offset: int | None = None


class MediaUploads:
    """Uploads over the one outbound client."""

    def __init__(self, outbound: Outbound, address: str, key: bytes, clock: Clock) -> None:
        self._outbound, self._address = outbound, address.rstrip("/")
        self._key, self._clock = key, clock

    async def open(self, scope: Scope, upload_id: str, name: str, size: int) -> UploadTaken:
        return _taken(await self._ask(scope, upload_id, "open", name=name, size=str(size)))

    async def add(self, scope: Scope, upload_id: str, offset: int, content: bytes) -> UploadTaken:
        query = {"offset": str(offset)}
        return _taken(await self._ask(scope, upload_id, "add", content, **query))

    async def look(self, scope: Scope, upload_id: str) -> UploadTaken:
        return _taken(await self._ask(scope, upload_id, "look"))

    async def finish(self, scope: Scope, upload_id: str) -> UploadTaken:
        return _taken(await self._ask(scope, upload_id, "finish"))

    async def cancel(self, scope: Scope, upload_id: str) -> None:
        await self._ask(scope, upload_id, "cancel")

    async def _ask(
        self, scope: Scope, upload_id: str, do: str, content: bytes = b"", **more: str
    ) -> bytes:
        path = f"/uploads/{upload_id}"
        query = {"do": do, "tenant": scope.tenant, "owner": scope.user, **more}
        expires = int(self._clock.now().timestamp()) + _LINK_SECONDS
        url = signing.link(self._key, self._address, path, query, expires)
        try:
            answer = await self._outbound.call(
                "POST", url, content=content, total_seconds=_CALL_SECONDS
            )
        except (Unreachable, Unknown, TooBig, NotAllowed) as error:
            raise MediaAway(type(error).__name__) from error
        return _judged(answer)


def _judged(answer: Answer) -> bytes:
    if answer.status == _OK:
        return answer.body
    if answer.status == _REFUSED:
        no = msgspec.json.decode(answer.body, type=_No)
        raise UploadRefused(no.code, no.text, no.offset)
    if answer.status == _NOT_FOUND:
        raise NoSuchUpload
    raise MediaAway(str(answer.status))


def _taken(body: bytes) -> UploadTaken:
    said = msgspec.json.decode(body, type=_Said)
    return UploadTaken(said.id, said.name, said.size, said.received, said.expires_at, said.file)


def media_uploads(config: Config, clock: Clock) -> MediaUploads:
    """Make the way to media, and to media alone."""
    host = urlsplit(config.media_inside).hostname or ""
    outbound = Outbound(Policy.read(_ANYWHERE, hosts=(host,)))
    return MediaUploads(outbound, config.media_inside, config.media_link_key, clock)
