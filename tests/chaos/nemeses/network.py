"""Links that are cut, held one way or both, and slowed down: F12, F13."""

from tests.chaos.scene import Fault, Scene

_LINKS = (
    "ingest-kafka", "router-kafka", "queue-kafka", "dispatch-kafka", "gateway-kafka",
    "router-postgres", "queue-postgres", "dispatch-postgres", "gateway-postgres",
)  # fmt: skip
#: Of the two services whose waking as a zombie is expected where a partition outlasts a session.
_SLOW_SECONDS, _SLOW_BYTES, _LOSS = 0.25, 8_000, 0.01


async def partition(scene: Scene) -> None:
    """F12: a service is parted from the broker or the database; one way, two ways, or reset."""
    link = scene.fate.choice(_LINKS)
    relays = scene.stack.relays
    async with scene.may_end(link.partition("-")[0]):
        match scene.fate.choice(("cut", "there", "back", "both")):
            case "cut":
                relays.cut(link)
            case "there":
                relays.hold(link, there=True, back=False)
            case "back":
                relays.hold(link, there=False, back=True)
            case _:
                relays.hold(link)
        await scene.last(1, 5)
        scene.stack.healed(link)


async def slow(scene: Scene) -> None:
    """F13: half a second a round trip, a chunk in a hundred lost, few bytes a second."""
    for link in scene.fate.sample(_LINKS, 2):
        rate = _SLOW_BYTES * 8 if scene.fate.random() < 0.5 else None
        scene.stack.relays.slow(link, _SLOW_SECONDS, rate=rate, loss=_LOSS)
    await scene.last(2, 5)
    for link in _LINKS:
        scene.stack.healed(link)


FAULTS = (
    Fault("F12", "network partition", partition, frozenset({"links"})),
    Fault("F13", "slow network", slow, frozenset({"links"})),
)
