"""Carriers that repeat, reorder, flood, hang and forget: F14, F15, F16, F28."""

import asyncio
import random

import httpx

from tests.chaos import town
from tests.chaos.scene import LONG, Fault, Scene

_FLOOD = 120
_REPEATED = 5


async def _plan(scene: Scene, fault: str, on: str, **more: object) -> None:
    body = {"fault": fault, "on": on, **more}
    url = f"{scene.stack.places.phone}/control/faults"
    (await scene.people.phone.post(url, json=body)).raise_for_status()


async def _forget(scene: Scene) -> None:
    await scene.people.phone.delete(f"{scene.stack.places.phone}/control/faults")


async def repeats(scene: Scene) -> None:
    """F14: each text comes several times at once, and again later."""
    await _plan(scene, "duplicate", "webhooks", times=8, count=scene.fate.randint(2, 10))
    await _plan(scene, "duplicate", "receipts", times=8, count=3)
    desk, customer = scene.fate.choice(town.DESKS), scene.fate.choice(town.CUSTOMERS)
    first = await scene.people.text(desk, customer, "once")
    await scene.last()
    for _ in range(_REPEATED):
        await scene.people.text(desk, customer, "once", id=first)
    await _forget(scene)


async def reorders(scene: Scene) -> None:
    """F15: texts and receipts overtake each other; delivered comes before sent."""
    await _plan(scene, "reorder", "webhooks", times=8, count=4)
    await _plan(scene, "reverse", "receipts", times=4)
    await _plan(scene, "reorder", "receipts", times=6, count=3)
    await _plan(scene, "delay", "receipts", times=4, seconds=2.0)
    await scene.last(LONG)
    await _forget(scene)


async def floods(scene: Scene) -> None:
    """F16: ten times as much, all at once; what is taken is kept, the rest is told when."""
    places = [scene.fate.choice((*town.DESKS, *town.LINES)) for _ in range(_FLOOD)]
    fate = random.Random(scene.fate.random())  # noqa: S311 - repeatable
    texts = (
        scene.people.text(place, fate.choice(town.CUSTOMERS), f"flood {number}")
        for number, place in enumerate(places)
    )
    answers = await asyncio.gather(*texts, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, httpx.HTTPError):
            raise answer


async def goes_silent(scene: Scene) -> None:
    """F28: the carrier takes a text and never says so: it is not sent again."""
    await _plan(scene, scene.fate.choice(("hang", "lose-answer")), "sends", times=2)
    line = scene.fate.choice(town.LINES)
    for _ in range(3):
        body = {"kind": "sms", "to": [scene.fate.choice(town.CUSTOMERS)], "from": line.number}
        opened = await scene.people.wish(line.people[0], "POST", "/conversations", body)
        if opened is not None and opened.is_success:
            await scene.people.say(line.people[0], str(opened.json()["id"]), "are you there?")
    await _forget(scene)


FAULTS = (
    Fault("F14", "duplicate webhooks", repeats, frozenset({"webhooks"})),
    Fault("F15", "webhooks out of order", reorders, frozenset({"webhooks"})),
    Fault("F16", "webhook flood", floods),
    Fault("F28", "carrier silent after taking", goes_silent, frozenset({"sends"})),
)
