"""The brokers of a stack: one behind a relay for each service, or a cluster of three."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.local.kafka import Broker, Door, Kafka, Node, answers, start_broker
from deploy.local.layout import SERVICES, Layout
from deploy.local.ports import LOOPBACK
from deploy.local.servers import JARS
from tests.chaos.shim import Shim

FIRST = "kafka"
#: Ports that a stack keeps for brokers, by the end of their names.
ENDS = ("", "#2", "#3")


@dataclass(frozen=True)
class Brokers:
    """How many there are, and how each is started and reached."""

    layout: Layout
    ports: dict[str, int]
    shim: Shim
    count: int = 1

    @property
    def names(self) -> Sequence[str]:
        return [f"{FIRST}{end}" for end in ENDS[: self.count]]

    @property
    def address(self) -> str:
        """All of them, with nothing between."""
        return ",".join(self.address_of(name) for name in self.names)

    def address_of(self, name: str) -> str:
        return f"{LOOPBACK}:{self.ports[name]}"

    def way(self, service: str) -> str:
        """Give what a service is told: its relay; of a cluster the brokers themselves."""
        alone = f"{LOOPBACK}:{self.ports[f'{service}-{FIRST}']}"
        return alone if self.count == 1 else self.address

    def name_of(self, node: int) -> str:
        """Name the process of a broker by its id in the cluster."""
        return self.names[node - 1]

    def answers(self, name: str) -> bool:
        return answers(self.address_of(name))

    def start(self, name: str) -> Kafka:
        """Start one of them on its own data, as the default installation runs it.

        A broker that is alone acknowledges nothing that is not on the disk.
        """
        alone = self.count == 1
        broker = Broker(
            port=self.ports[name],
            controller_port=self.ports[f"controller{name.removeprefix(FIRST)}"],
            doors=self._doors() if alone else {},
            cluster=() if alone else self._nodes(),
            synced=alone,
            environment=self.shim.environment(name),
        )
        return start_broker(broker, self.layout.data / name, self.layout.logs, JARS)

    def _nodes(self) -> list[Node]:
        return [
            Node(number, self.ports[f"{FIRST}{end}"], self.ports[f"controller{end}"])
            for number, end in enumerate(ENDS[: self.count], start=1)
        ]

    def _doors(self) -> dict[str, Door]:
        return {
            service.upper(): Door(self.ports[f"{service}-door"], self.ports[f"{service}-{FIRST}"])
            for service in SERVICES
        }
