"""How each carrier brings a webhook to us: time-outs, challenge, retries (carriers.md §0, §2)."""

import asyncio
import random
from dataclasses import dataclass, field

import httpx

from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.credentials import basic
from deploy.local.simulator.faults import Faults, Place
from deploy.local.simulator.journal import Journal
from deploy.local.simulator.words import Manner, Webhook

#: Held webhooks are let go after this long even if too few came.
REORDER_SECONDS = 5.0
_MAX_CONNECTIONS = 200


_MAX_PAUSE_SECONDS = 15.0


@dataclass
class Courier:
    """Delivers webhooks in the background and writes down what became of them."""

    journal: Journal
    faults: Faults
    #: What we publish, and where it really is: a test may sign for a public name.
    public: str
    target: str
    client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(
            limits=httpx.Limits(max_connections=_MAX_CONNECTIONS), trust_env=False
        )
    )
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _held: list[Webhook] = field(default_factory=list)

    def send(self, webhook: Webhook) -> asyncio.Task[None]:
        """Deliver it, with whatever faults are planned for it."""
        task = asyncio.create_task(self._with_faults(webhook))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await self.client.aclose()

    async def _with_faults(self, webhook: Webhook) -> None:
        carrier = webhook.carrier
        place: Place = "webhooks" if webhook.kind == "message" else "receipts"
        if self.faults.take(place, "drop", carrier):
            await self._note(webhook, "dropped")
            return
        if fault := self.faults.take(place, "delay", carrier):
            await asyncio.sleep(fault.seconds)
        if fault := self.faults.take(place, "reorder", carrier):
            await self._hold(webhook, fault.count)
            return
        copies = 1
        if fault := self.faults.take(place, "duplicate", carrier):
            copies = fault.count
        async with asyncio.TaskGroup() as group:
            for _ in range(copies):
                group.create_task(self._deliver(webhook))

    async def _hold(self, webhook: Webhook, count: int) -> None:
        """Keep it until enough are there, then send them backwards, one after another."""
        self._held.append(webhook)
        if len(self._held) < count:
            await asyncio.sleep(REORDER_SECONDS)
        held, self._held = self._held, []
        for one in reversed(held):
            await self._deliver(one)

    async def _deliver(self, webhook: Webhook) -> None:
        manner = SPEAKERS[webhook.carrier].MANNER
        for attempt in range(1, _attempts(manner, webhook) + 1):
            status = await self._try(webhook, manner, attempt)
            if not manner.again(status):
                return
            pause = min(manner.pause_seconds * 2 ** (attempt - 1), _MAX_PAUSE_SECONDS)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
        await self._note(webhook, "gave-up")

    async def _try(self, webhook: Webhook, manner: Manner, attempt: int) -> int | None:
        sealed = webhook.seal(webhook, self.journal.clock.now()) if webhook.seal else webhook
        try:
            status = await self._post(sealed, manner.timeout_seconds)
        except httpx.HTTPError as error:
            await self._note(webhook, "unreachable", attempt=attempt, error=type(error).__name__)
            return None
        await self._note(webhook, "answered", attempt=attempt, status=status)
        return status

    async def _post(self, webhook: Webhook, seconds: float) -> int:
        url = webhook.url.replace(self.public, self.target, 1)
        answer = await self.client.request(
            webhook.method, url, content=webhook.body, headers=webhook.headers, timeout=seconds
        )
        asked = answer.headers.get("WWW-Authenticate", "").startswith("Basic")
        if webhook.challenge and answer.status_code == httpx.codes.UNAUTHORIZED and asked:
            await self._note(webhook, "challenged")
            headers = {**webhook.headers, "Authorization": basic(*webhook.challenge)}
            answer = await self.client.request(
                webhook.method, url, content=webhook.body, headers=headers, timeout=seconds
            )
        return answer.status_code

    async def _note(self, webhook: Webhook, result: str, **more: object) -> None:
        about = dict(webhook.about)
        await self.journal.write(webhook.kind, webhook.carrier, result=result, **about, **more)


def _attempts(manner: Manner, webhook: Webhook) -> int:
    if webhook.kind == "receipt" and manner.receipt_attempts is not None:
        return manner.receipt_attempts
    return manner.attempts
