"""Wires the queue to the kernel: its handlers on aiokafka, and nothing else to perform."""

from services.kernel.service import run
from services.queue import settings
from services.queue.handlers import QueueHandlers


def main() -> None:
    """Run until told to stop."""
    run("queue", QueueHandlers(), runtime=settings.RUNTIME)
