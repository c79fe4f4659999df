"""The workload: customers who text, agents who race and reply, colleagues who chat; by a seed.

Everybody acts on what their API shows them, and writes down what they asked and what they were
told. Who gets no answer asks again with the same key, as a client's outbox does.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.kernel import ids
from services.kernel.clock import monotonic
from tests.chaos import town
from tests.chaos.screens import Screen
from tests.chaos.stack import Stack
from tests.checking.history import History
from tests.simulation.town import Desk, Line

_WORDS = ("hello", "is it open?", "thanks", "where are you", "ok 👍", "¿abierto?")
_CONSENT = ("STOP", "stop.", "START", "Unstop")
_CONSENT_CHANCE, _STALE_CHANCE, _DROP_CHANCE = 0.08, 0.1, 0.08
_ANSWER_SECONDS = 6.0
#: A client's outbox asks again so often, and that long.
_TRIES, _PAUSE_SECONDS = 12, 0.7
#: Acts that are under way at once; more than a few hundred people never do.
_MOST_AT_ONCE = 24
_TEXT_SECONDS = 10.0
#: The rest of the deeds are spread over these, by weight.
_LONGEST_TAIL_SECONDS = 30.0

Json = dict[str, Any]


@dataclass
class People:
    """Everybody outside the services."""

    stack: Stack
    history: History
    tokens: dict[str, str] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)
    phone: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=_TEXT_SECONDS, trust_env=False)
    )
    client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(
            timeout=_ANSWER_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )
    )
    _count: int = 0
    _following: list["asyncio.Task[None]"] = field(default_factory=list)

    async def sign_in(self, password: str) -> None:
        """Get everybody a token, once."""
        for person in (one for people in town.PEOPLE.values() for one in people):
            answer = await self.client.post(
                f"{self.stack.places.portal}/api/v1/tokens",
                json={"name": "chaos", "login": person, "password": password},
                headers={"Idempotency-Key": ids.new()},
            )
            answer.raise_for_status()
            self.tokens[person] = str(answer.json()["token"])

    async def log_in(self) -> None:
        """Everybody works their queues."""
        for desk in town.DESKS:
            for agent in desk.agents:
                await self.wish(agent, "POST", f"/queues/{desk.queue}/login", {})

    def follow(self, *viewers: str) -> None:
        """Turn on the screens of these people, and no others."""
        self.screens, self._following = [], []
        self.follow_too(viewers)

    def follow_too(self, viewers: Sequence[str]) -> None:
        """Turn on more screens."""
        portal = self.stack.places.portal
        more = [
            Screen(one, town.TENANT_OF[one], portal, self.tokens[one], self.client)
            for one in viewers
        ]
        self.screens += more
        self._following += [asyncio.create_task(screen.run()) for screen in more]

    async def look_away(self) -> None:
        """Turn all screens off."""
        for task in self._following:
            task.cancel()
        if self._following:
            await asyncio.wait(self._following)
        self._following = []

    async def close(self) -> None:
        await self.look_away()
        await self.phone.aclose()
        await self.client.aclose()

    async def live(self, fate: random.Random, seconds: float, rate: float) -> None:
        """Let deeds happen at random moments; return once all are done or given up."""
        acts: list[Callable[[random.Random], Awaitable[None]]] = [
            *[self.customer_texts] * 10,
            *[self.agents_race] * 6,
            *[self.agent_replies] * 6,
            *[self.agent_gives_away] * 3,
            *[self.member_writes] * 4,
            *[self.colleagues_chat] * 2,
            *[self.stranger_tries] * 1,
        ]
        slots = asyncio.Semaphore(_MOST_AT_ONCE)
        tasks: list[asyncio.Task[None]] = []
        deadline = monotonic() + seconds
        while monotonic() < deadline:
            await asyncio.sleep(fate.expovariate(rate))
            tasks.append(asyncio.create_task(self._do(slots, fate.choice(acts), fate)))
            if self.screens and fate.random() < _DROP_CHANCE:
                fate.choice(self.screens).drop()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_LONGEST_TAIL_SECONDS)
            for task in late:
                task.cancel()
            for task in tasks:
                if task.done() and not task.cancelled():
                    task.result()

    async def _do(
        self,
        slots: asyncio.Semaphore,
        act: Callable[[random.Random], Awaitable[None]],
        fate: random.Random,
    ) -> None:
        mine = random.Random(fate.random())  # noqa: S311 - repeatable, not secret
        async with slots:
            with contextlib.suppress(httpx.HTTPError):
                await act(mine)

    # -- customers

    async def customer_texts(self, fate: random.Random) -> None:
        """A customer writes to one of our numbers, at times a word of consent."""
        place = fate.choice((*town.DESKS, *town.DESKS, *town.LINES))
        words = _CONSENT if fate.random() < _CONSENT_CHANCE else _WORDS
        await self.text(place, fate.choice(town.CUSTOMERS), fate.choice(words))

    async def text(self, place: Desk | Line, sender: str, text: str, **more: object) -> str:
        """Send a text in; gives the carrier's id."""
        body = {"sender": sender, "number": place.number, "text": text, **more}
        body.setdefault("carrier", place.carriers[0])
        answer = await self.phone.post(f"{self.stack.places.phone}/control/texts", json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])

    # -- agents

    async def agents_race(self, fate: random.Random) -> None:
        """Everybody of a desk claims the same waiting conversation."""
        desk = fate.choice(town.DESKS)
        waiting = await self.waiting(desk)
        if waiting:
            await self.race(desk, str(fate.choice(waiting)["conversation_id"]))

    async def race(self, desk: Desk, conversation_id: str) -> list[int | None]:
        """Let all agents of a desk claim at once; gives the statuses."""
        claims = (self.claim(desk, agent, conversation_id) for agent in desk.agents)
        return list(await asyncio.gather(*claims))

    async def claim(self, desk: Desk, agent: str, conversation_id: str) -> int | None:
        path = f"/queues/{desk.queue}/conversations/{conversation_id}/claim"
        answer = await self.wish(agent, "POST", path, {})
        if answer is None:
            return None
        if answer.status_code == httpx.codes.OK:
            state = answer.json()["state"]
            self._told(
                "claim", answer, queue_id=desk.queue, conversation_id=conversation_id,
                epoch=state.get("epoch"), holder=state.get("holder"),
            )  # fmt: skip
        return answer.status_code

    async def agent_replies(self, fate: random.Random) -> None:
        """Whoever holds a conversation replies; at times under a claim that is over."""
        desk = fate.choice(town.DESKS)
        agent = fate.choice(desk.agents)
        mine = await self.held(desk, agent)
        if not mine:
            return
        one = fate.choice(mine)
        epoch = int(one["queue"]["epoch"])
        epoch -= 1 if epoch > 1 and fate.random() < _STALE_CHANCE else 0
        await self.say(agent, str(one["id"]), fate.choice(_WORDS), epoch=epoch)

    async def agent_gives_away(self, fate: random.Random) -> None:
        """Release, transfer or close what one holds."""
        desk = fate.choice(town.DESKS)
        agent = fate.choice(desk.agents)
        mine = await self.held(desk, agent)
        if not mine:
            return
        path = f"/queues/{desk.queue}/conversations/{fate.choice(mine)['id']}"
        how = fate.choice(("release", "close", "transfer"))
        other = next(one for one in desk.agents if one != agent)
        body = {"to_agent": other, "note": "please"} if how == "transfer" else {}
        await self.wish(agent, "POST", f"{path}/{how}", body)

    async def held(self, desk: Desk, agent: str) -> list[Json]:
        """Give what an agent holds of a desk, as their list shows it."""
        found = await self.get(agent, "/conversations", limit=50)
        return [
            one
            for one in (found or {}).get("items", [])
            if one.get("queue") and one["queue"]["id"] == desk.queue and one["queue"]["mine"]
        ]

    async def waiting(self, desk: Desk) -> list[Json]:
        """Give who waits at a desk."""
        found = await self.get(desk.agents[0], "/bootstrap")
        return [one for one in (found or {}).get("waiting", []) if one["queue_id"] == desk.queue]

    # -- members

    async def member_writes(self, fate: random.Random) -> None:
        """Open a conversation from a line's number, and text in it."""
        line = fate.choice(town.LINES)
        by, customer = fate.choice(line.people), fate.choice(town.CUSTOMERS)
        body = {"kind": "sms", "to": [customer], "from": line.number}
        opened = await self.wish(by, "POST", "/conversations", body)
        if opened is not None and opened.status_code == httpx.codes.OK:
            await self.say(by, str(opened.json()["id"]), fate.choice(_WORDS))

    async def colleagues_chat(self, fate: random.Random) -> None:
        people = fate.choice(list(town.PEOPLE.values()))
        one, other = fate.sample(people, 2)
        opened = await self.wish(one, "POST", "/conversations", {"kind": "direct", "to": [other]})
        if opened is not None and opened.status_code == httpx.codes.OK:
            await self.say(one, str(opened.json()["id"]), fate.choice(_WORDS))

    async def stranger_tries(self, fate: random.Random) -> None:
        """Somebody of another organisation asks for what is not theirs; nothing must come of it."""
        desk = fate.choice([desk for desk in town.DESKS if desk.tenant == "acme"])
        waiting = await self.waiting(desk)
        if waiting:
            place = str(waiting[0]["conversation_id"])
            path = f"/queues/{desk.queue}/conversations/{place}/claim"
            answer = await self.wish(town.PEOPLE["globex"][0], "POST", path, {})
            if answer is not None and answer.status_code == httpx.codes.OK:
                self._told("claim", answer, queue_id=desk.queue, conversation_id=place,
                           epoch=-1, holder="a stranger")  # fmt: skip

    # -- asking

    async def say(
        self, by: str, conversation_id: str, text: str, *, epoch: int | None = None
    ) -> httpx.Response | None:
        """Say something; the key is the text's client_id for life."""
        key = ids.new()
        body: Json = {"text": text} if epoch is None else {"text": text, "epoch": epoch}
        self.history.note(self.stack.now, "say", client_id=key, by=by)
        path = f"/conversations/{conversation_id}/messages"
        answer = await self.wish(by, "POST", path, body, key=key)
        if answer is not None:
            self._told("say", answer, client_id=key)
        return answer

    async def wish(
        self, by: str, method: str, path: str, body: Json, *, key: str | None = None
    ) -> httpx.Response | None:
        """Ask until there is a definite answer; None if none came in time."""
        headers = {
            "Authorization": f"Bearer {self.tokens[by]}",
            "Idempotency-Key": key or ids.new(),
        }
        url = f"{self.stack.places.portal}/api/v1{path}"
        for _ in range(_TRIES):
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.client.request(method, url, json=body, headers=headers)
                if answer.status_code not in (202, 429, 500, 502, 503, 504):
                    return answer
            await asyncio.sleep(_PAUSE_SECONDS)
        return None

    async def get(self, by: str, path: str, **query: str | int) -> Json | None:
        """Read something; None where it cannot be read now."""
        headers = {"Authorization": f"Bearer {self.tokens[by]}"}
        url = f"{self.stack.places.portal}/api/v1{path}"
        with contextlib.suppress(httpx.HTTPError):
            answer = await self.client.get(url, params=query, headers=headers)
            if answer.is_success:
                return dict(answer.json())
        return None

    def _told(self, wish: str, answer: httpx.Response, **about: object) -> None:
        status = answer.status_code
        code = "" if answer.is_success else str(answer.json().get("code", ""))
        self.history.note(self.stack.now, "told", wish=wish, status=status, code=code, **about)
