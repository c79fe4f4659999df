"""A client app of the gateway, as tests use it: every write has its key, answers are plain JSON."""

import base64
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tandem_client import Tandem

Json = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """One signed-in person."""

    login: str
    client: httpx.AsyncClient
    #: The same by clients/python, with a type for every answer.
    tandem: Tandem

    async def get(self, path: str, **query: str | int) -> Json:
        answer = await self.client.get(path, params=query)
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def send(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        """Write with a key of its own; gives the answer whatever it says."""
        key = str(uuid.uuid4())  # noqa: TID251 - a client's own key
        return await self.client.request(
            method, path, json=body or {}, headers={"Idempotency-Key": key}
        )

    async def post(self, path: str, body: Json | None = None) -> Json:
        answer = await self.send("POST", path, body)
        assert answer.is_success, f"POST {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def waiting(self, queue: str, counterpart: str) -> Json | None:
        """Find a waiting conversation of a queue by who waits."""
        for one in (await self.tandem.bootstrap())["waiting"]:
            if (one["queue_id"], one["counterpart"]["number"]) == (queue, counterpart):
                return dict(one)
        return None

    async def shown(self, path: str, **headers: str) -> httpx.Response:
        """Follow a file's path to media's own origin, as a browser does: without credentials."""
        led = await self.client.get(f"/../..{path}")
        assert led.status_code == httpx.codes.FOUND, led.text
        async with httpx.AsyncClient(trust_env=False) as browser:
            return await browser.get(led.headers["location"], headers=headers)

    async def items(self, conversation: str) -> list[Json]:
        page = await self.tandem.messages(conversation)
        return [dict(one) for one in page["items"]]


def file_given(name: str, media_type: str, content: bytes) -> dict[str, str]:
    """Spell a file that a customer attaches at the simulator."""
    text = base64.b64encode(content).decode()
    return {"name": name, "media_type": media_type, "content_base64": text}


@asynccontextmanager
async def bearer(portal: str, login: str, token: str) -> AsyncIterator[Api]:
    """Act as a client app that holds a token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=f"{portal}/api/v1", headers=headers, timeout=30, trust_env=False
    ) as client:
        yield Api(login, client, Tandem(portal, token, client))


async def token_of(portal: str, login: str, password: str, source: str = "127.0.0.1") -> str:
    """Sign in once for a token; `source` is the loopback address to come from."""
    transport = httpx.AsyncHTTPTransport(local_address=source)
    async with httpx.AsyncClient(transport=transport, timeout=30) as client:
        body = {"name": "tests", "login": login, "password": password}
        answer = await client.post(
            f"{portal}/api/v1/tokens", json=body, headers={"Idempotency-Key": f"token-{login}"}
        )
    assert answer.is_success, f"token of {login}: {answer.status_code} {answer.text}"
    return str(answer.json()["token"])
