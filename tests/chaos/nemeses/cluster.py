"""A cluster of three brokers whose leader dies: F2."""

import asyncio
from typing import Any

import psycopg
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas import partition_key
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.following import partition_of
from tests.chaos import town
from tests.chaos.scene import CLUSTER, Fault, Scene
from tests.support.waiting import eventually

_HOT = "carrier-events"
#: reliability.md §7: from the kill until texts of the dead leader's partition are decided again.
_GAP_SECONDS = 15.0
_PATIENCE_SECONDS = 60.0
_LEAST = {"min.insync.replicas": "2", "unclean.leader.election.enable": "false"}


async def leader_dies(scene: Scene) -> None:
    """F2: who leads a hot partition is killed; another takes over without losing a record."""
    stack, desk, customer = scene.stack, town.DESKS[0], scene.fate.choice(town.CUSTOMERS)
    await scene.people.text(desk, customer, "before the leader dies", wait=True)
    parts = await _described(scene)
    number = partition_of(partition_key.for_sms(desk.number, (customer,)), len(parts))
    leader = stack.brokers.name_of(next(p["leader"] for p in parts if p["partition"] == number))
    before = await asyncio.to_thread(_place, stack.postgres_dsn, number)
    await stack.put_down(leader)
    killed = stack.now
    await scene.people.text(desk, customer, "after the leader died")

    async def decided() -> bool:
        return await asyncio.to_thread(_place, stack.postgres_dsn, number) > before

    await eventually(decided, _PATIENCE_SECONDS, every=0.2)
    gap = stack.now - killed
    scene.expect(gap <= _GAP_SECONDS, f"no text was decided for {gap:.1f} s")
    await stack.put_up(leader)


async def _described(scene: Scene) -> list[dict[str, Any]]:
    """Ask the live cluster for the partitions of the hot topic, and judge how it is set up."""
    admin = make_admin(scene.stack.kafka)
    await admin.start()
    try:
        (topic,) = await admin.describe_topics([_HOT])
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, _HOT)])
        settings = {entry[0]: entry[1] for entry in answers[0].resources[0][4]}
    finally:
        await admin.close()
    for name, value in _LEAST.items():
        scene.expect(settings[name] == value, f"{name} is {settings[name]}, not {value}")
    copies = {len(part["replicas"]) for part in topic["partitions"]}
    scene.expect(copies == {scene.stack.brokers.count}, f"partitions have {copies} copies")
    return list(topic["partitions"])


def _place(dsn: str, partition: int) -> int:
    """Say how far the router has decided that partition."""
    with psycopg.connect(dsn) as plain:
        row = plain.execute(
            "SELECT next_offset FROM router.stream_position WHERE topic = %s AND partition = %s",
            (_HOT, partition),
        ).fetchone()
    return int(row[0]) if row else 0


FAULTS = (
    Fault("F2", "leader of three brokers killed", leader_dies, frozenset({"kafka"}),
          frozenset({CLUSTER})),
)  # fmt: skip
