"""Which ports a stack takes, and the relays between its parts."""

from collections.abc import Mapping

from deploy.local.environment import Addresses
from deploy.local.layout import SERVICES, STATEFUL
from deploy.local.ports import free_ports
from tests.chaos.brokers import ENDS
from tests.chaos.relay import Relays


def ports() -> dict[str, int]:
    """Choose a port for everything that listens, by name."""
    names = ["postgres", "objects", "dispatch-carriers", "carriers-ingest"]
    names += [f"{what}{end}" for what in ("kafka", "controller") for end in ENDS]
    names += [f"{service}-{end}" for service in SERVICES for end in ("door", "kafka")]
    names += [f"{service}-postgres" for service in STATEFUL]
    names += ["media-objects", "ingest-objects"]
    return dict(zip(names, free_ports(len(names)), strict=True))


def relays(ports: Mapping[str, int], places: Addresses) -> Relays:
    """Open a link for each service and each thing that it reaches."""
    made = Relays()
    for service in SERVICES:
        made.open(f"{service}-kafka", ports[f"{service}-kafka"], ports[f"{service}-door"])
    for service in STATEFUL:
        made.open(f"{service}-postgres", ports[f"{service}-postgres"], ports["postgres"])
    for service in ("media", "ingest"):
        made.open(f"{service}-objects", ports[f"{service}-objects"], ports["objects"])
    phone, webhooks = (int(url.rpartition(":")[2]) for url in (places.phone, places.webhooks))
    made.open("dispatch-carriers", ports["dispatch-carriers"], phone)
    made.open("carriers-ingest", ports["carriers-ingest"], webhooks)
    return made
