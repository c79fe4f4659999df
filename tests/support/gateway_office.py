"""A small office in front of a running gateway: what its people see and hear."""

import asyncio
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from schemas import queue
from services.gateway.http.frames import WsFrame
from tests.support.gateway_rig import GatewayRig
from tests.support.gateway_words import Story
from tests.support.waiting import eventually


async def shown(person: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Ask until it is projected."""

    async def ask() -> dict[str, Any] | None:
        answer = await person.get(path)
        return answer.json() if answer.status_code == 200 else None

    found = await eventually(ask, 30)
    assert found is not None
    return found


async def waiting_office(rig: GatewayRig, tenant: str) -> Story:
    """An office in whose queue a customer waits."""
    story = Story(tenant)
    story.defines("alice", "bert", "sam")
    for name in ("alice", "bert"):
        story.queues(queue.AgentLoggedIn(queue_id=story.queue_id, agent_id=story.person(name)))
    story.starts_sms()
    story.receives(1)
    story.waits()
    await rig.tells(story)
    return story


async def bootstrap(person: httpx.AsyncClient, *, waiting: int = 0) -> dict[str, Any]:
    async def ready() -> dict[str, Any] | None:
        found: dict[str, Any] = (await person.get("/bootstrap")).raise_for_status().json()
        return found if len(found["waiting"]) >= waiting and found["queues"] else None

    found = await eventually(ready, 30)
    assert found is not None
    return found


async def frames(socket: ClientConnection, until: str, seconds: float = 20) -> list[Any]:
    """Take frames until one of a type; pings do not count."""
    found: list[Any] = []
    async with asyncio.timeout(seconds):
        while not found or found[-1]["type"] != until:
            frame = orjson.loads(await socket.recv())
            WsFrame.model_validate(frame)
            if "sequence" in frame:
                found.append(frame)
    return found


def feed(rig: GatewayRig, token: str, place: dict[str, Any], after: int | None = None) -> connect:
    sequence = place["sequence"] if after is None else after
    address = rig.url.replace("http", "ws")
    return connect(
        f"{address}/api/v1/feed?id={place['id']}&after={sequence}",
        additional_headers={"Authorization": f"Bearer {token}"},
        proxy=None,
    )
