"""Click to call over the PBX's HTTP call control (docs/calls.md): two requests, never repeated."""

from typing import Literal
from urllib.parse import quote, urlsplit

import msgspec

from services.gateway.domain.config import Config
from services.gateway.ports.calls import Call, CallsAway, NewCall
from services.kernel.addresses import NotAllowed
from services.kernel.outbound import Answer, Outbound, Policy, TooBig, Unknown, Unreachable

_CALL_SECONDS = 5.0
_NOT_FOUND = 404
#: It reaches the PBX and nothing else, wherever the operator put it.
_ANYWHERE = ("0.0.0.0/0", "::/0")


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    extension: str
    to: str
    state: Literal["ringing-you", "ringing-them", "connected", "ended", "failed"]
    reason: str | None = None


class CallControl:
    """Keeps the port's promises."""

    def __init__(self, outbound: Outbound, base: str, key: str | None) -> None:
        self._outbound, self._base = outbound, base.rstrip("/")
        self._headers = {"accept": "application/json", "content-type": "application/json"}
        if key is not None:
            self._headers["authorization"] = f"Bearer {key}"

    async def ring(self, call: NewCall) -> Call:
        headers = {"idempotency-key": call.id}
        answer = await self._ask("POST", "/calls", msgspec.json.encode(call), headers)
        return _call(answer)

    async def look(self, call_id: str) -> Call | None:
        answer = await self._ask("GET", f"/calls/{quote(call_id, safe='')}", None, {})
        return None if answer.status == _NOT_FOUND else _call(answer)

    async def _ask(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> Answer:
        try:
            return await self._outbound.call(
                method,
                self._base + path,
                headers={**self._headers, **headers},
                content=content,
                total_seconds=_CALL_SECONDS,
            )
        except (Unreachable, Unknown, TooBig, NotAllowed) as error:
            raise CallsAway(type(error).__name__) from error


def _call(answer: Answer) -> Call:
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - success, as HTTP says it
        raise CallsAway(str(answer.status))
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except msgspec.MsgspecError as error:
        raise CallsAway("not understood") from error
    return Call(said.id, said.extension, said.to, said.state, said.reason)


def call_control(config: Config) -> CallControl | None:
    """Make the way to the PBX; None where no operator named one."""
    if config.calls_url is None:
        return None
    host = urlsplit(config.calls_url).hostname or ""
    outbound = Outbound(Policy.read(_ANYWHERE, hosts=(host,)))
    return CallControl(outbound, config.calls_url, config.calls_key)
